"""What became of every offer, by the rows and by the log: each of them once, and nobody overloaded.

A stream is told in the order of its commits, so an agent's own is exact about what it had when.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from bench.live_floor import CAPACITY_UNITS, Witness
from halfminute.kit.database import Connection

Told = Mapping[str, Any]
"""An event: `type` and `data`, as of a row."""

_ENDS: Final = {
    "OfferAccepted": "accepted",
    "OfferDeclined": "declined",
    "OfferTimedOut": "timed_out",
    "OfferWithdrawn": "withdrawn",
}
_OFFERS = "select id, state, agent_id, conversation_id from offers"
_TOLD = """
select stream, seq, type, data from events
 where stream like $1 || ':%' and type = any($2::text[]) order by stream, seq
"""
_CONVERSATIONS = """
select a.external_id, c.state from conversations c join addresses a on a.id = c.address_id
"""


@dataclass(slots=True)
class Ledger:
    """Faults, each counted; `offers` and `ends` are what was looked at."""

    offers: int = 0
    accepted: int = 0
    timed_out: int = 0
    unaccounted: int = 0
    offered_twice: int = 0
    above_capacity: int = 0
    wrong_answers: int = 0
    lost: int = 0
    stuck: int = 0

    @property
    def faults(self) -> int:
        """All of them together."""
        return (
            self.unaccounted
            + self.offered_twice
            + self.above_capacity
            + self.wrong_answers
            + self.lost
            + self.stuck
        )


async def read_ledger(
    connection: Connection, witness: Witness, units: Mapping[UUID, Sequence[int]]
) -> Ledger:
    """To be read when it is quiet. `units`: what a conversation took of each agent, in turn."""
    offers = {row["id"]: row for row in await connection.fetch(_OFFERS)}
    states = Counter(row["state"] for row in offers.values())
    ledger = Ledger(len(offers), states["accepted"], states["timed_out"])
    of_agents = await _read_streams(
        connection,
        "agent",
        ["ConversationOffered", "ConversationAssigned", "ConversationClosed", "AgentConfigured"],
    )
    _account(ledger, offers, of_agents)
    for stream, told in of_agents.items():
        agent_id = UUID(stream.partition(":")[2])
        ledger.above_capacity += count_above_capacity(told, units.get(agent_id, ()))
    of_conversations = await _read_streams(
        connection, "conversation", ["ConversationOffered", "ConversationReturned"]
    )
    ledger.offered_twice += sum(map(count_rung_twice, of_conversations.values()))
    _ask_witness(ledger, offers, witness)
    await _count_customers(connection, ledger, witness)
    return ledger


async def _read_streams(
    connection: Connection, kind: str, types: Sequence[str]
) -> dict[str, list[Told]]:
    streams: dict[str, list[Told]] = defaultdict(list)
    for row in await connection.fetch(_TOLD, kind, [*types, *_ENDS]):
        streams[row["stream"]].append(dict(row))
    return streams


def _account(
    ledger: Ledger,
    offers: Mapping[UUID, Any],
    of_agents: Mapping[str, Sequence[Told]],
) -> None:
    """Each offer was told once, ended once, and its row says how."""
    made: Counter[UUID] = Counter()
    ended: dict[UUID, list[str]] = defaultdict(list)
    for told in of_agents.values():
        for event in told:
            if event["type"] == "ConversationOffered":
                made[UUID(event["data"]["offer_id"])] += 1
            elif event["type"] in _ENDS:
                ended[UUID(event["data"]["offer_id"])].append(_ENDS[event["type"]])
    for offer_id in offers.keys() | made.keys() | ended.keys():
        row = offers.get(offer_id)
        is_sound = row is not None and made[offer_id] == 1 and ended[offer_id] == [row["state"]]
        ledger.unaccounted += not is_sound


def count_above_capacity(told: Sequence[Told], units: Sequence[int]) -> int:
    """How often it rang at an agent who had no room, or at whom it rang already.

    `told`: the agent's stream; `units`: what a conversation took, configuration by configuration.
    """
    wrong, configured = 0, 0
    ringing: set[str] = set()
    held: set[str] = set()
    for event in told:
        kind, data = event["type"], event["data"]
        if kind == "AgentConfigured":
            configured += 1
        elif kind == "ConversationOffered":
            taken = (len(held) + 1) * units[configured - 1]
            wrong += taken > CAPACITY_UNITS or bool(ringing)
            ringing.add(data["offer_id"])
        elif kind in _ENDS:
            ringing.discard(data["offer_id"])
        elif kind == "ConversationAssigned":
            held.add(data["conversation_id"])
        elif kind == "ConversationClosed":
            held.discard(data["conversation_id"])
    return wrong


def count_rung_twice(told: Sequence[Told]) -> int:
    """How often a conversation rang that rang already, or that somebody had, by its stream."""
    wrong, is_taken = 0, False
    for event in told:
        if event["type"] == "ConversationOffered":
            wrong += is_taken
            is_taken = True
        elif event["type"] == "ConversationReturned":
            is_taken = False
    return wrong


def _ask_witness(ledger: Ledger, offers: Mapping[UUID, Any], witness: Witness) -> None:
    """Who was told that it has the conversation has it, and who was refused has not."""
    for offer_id, status in witness.statuses.items():
        is_accepted = offers[offer_id]["state"] == "accepted"
        ledger.wrong_answers += status in (200, 409) and is_accepted != (status == 200)
    taken = Counter(row["conversation_id"] for row in offers.values() if row["state"] == "accepted")
    ledger.offered_twice += sum(times - 1 for times in taken.values())


async def _count_customers(connection: Connection, ledger: Ledger, witness: Witness) -> None:
    """Every customer who was acknowledged has one conversation, and it has been served."""
    rows = await connection.fetch(_CONVERSATIONS)
    had = Counter(int(row["external_id"]) for row in rows)
    ledger.lost = sum(had[chat] != 1 for chat in witness.customers)
    ledger.stuck = sum(row["state"] != "closed" for row in rows)
