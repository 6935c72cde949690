"""What was told of a stretch of time: conversations from their beginning, offers, presences.

For whoever looks back. Nothing is locked; a day of a large house takes a minute.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from halfminute.kit.database import Connection
from halfminute.kit.event_log import Event, event_of
from halfminute.routing.tables import recorded as tables

_PATIENCE_SECONDS: Final = 3600.0
_ROWS_AT_ONCE: Final = 2000
# Transactions begin in the order of their numbers, and none lasts so long.
_LONGEST_TRANSACTION: Final = timedelta(minutes=1)
_CONFIGURED_TYPES: Final = ("QueueConfigured", "AgentConfigured", "SkillConfigured")


class Stretch(NamedTuple):
    """A part of the log: from when to when, and between which transactions that is."""

    since: datetime
    until: datetime
    first_xid: int
    last_xid: int


class ToldConversation(NamedTuple):
    """All that was told of one conversation, in order, and what it requires as it now stands."""

    id: UUID
    events: list[Event]
    requirements: tuple[tuple[str, int], ...]


class ToldOffer(NamedTuple):
    """An offer and its end."""

    conversation_id: UUID
    agent_id: UUID
    state: str
    offered_at: datetime
    ended_at: datetime | None


class ToldPresence(NamedTuple):
    """An agent's presence from a moment on."""

    at: datetime
    agent_id: UUID
    presence: str


async def be_patient(connection: Connection) -> None:
    """Lift the limits of time from the transaction under way, which must write nothing."""
    await connection.execute(tables.BE_PATIENT)


async def find_log_begin(connection: Connection) -> datetime | None:
    """When the first thing was told that is still there; None: nothing is."""
    first = await connection.fetchrow(tables.FIRST_FROM, 0)
    return None if first is None else first["at"]


async def find_stretch(connection: Connection, since: datetime, until: datetime) -> Stretch | None:
    """The part of the log of that time; None where the log is empty."""
    last = await connection.fetchrow(tables.LAST)
    if last is None:
        return None
    first_xid, _ = await _find_xids(connection, since - _LONGEST_TRANSACTION, last["xid"])
    _, last_xid = await _find_xids(connection, until + _LONGEST_TRANSACTION, last["xid"])
    return Stretch(since, until, first_xid, last_xid)


async def _find_xids(connection: Connection, at: datetime, last_xid: int) -> tuple[int, int]:
    """The last transaction that told something before that time, and the first after it.

    A log that was brought from elsewhere is one transaction as to its number, and may be both.
    """
    before, low, high = 0, 0, last_xid
    while low < high:
        middle = (low + high) // 2
        row = await connection.fetchrow(tables.FIRST_FROM, middle)
        if row is None or row["at"] >= at:
            high = middle
        else:
            before = max(middle, row["xid"])
            low = before + 1
    return before, low


async def iterate_conversations(
    connection: Connection, stretch: Stretch, types: Collection[str]
) -> AsyncIterator[ToldConversation]:
    """Those of which something of these types was told then, each from its beginning."""
    rows = connection.cursor(
        tables.CONVERSATIONS,
        stretch.first_xid,
        stretch.last_xid,
        stretch.since,
        stretch.until,
        list(types),
        prefetch=_ROWS_AT_ONCE,
        timeout=_PATIENCE_SECONDS,
    )
    events: list[Event] = []
    requirements: Any = []
    async for row in rows:
        if events and events[0].stream != row["stream"]:
            yield _told(events, requirements)
            events = []
        events.append(event_of(row))
        requirements = row["requirements"]
    if events:
        yield _told(events, requirements)


async def list_offers_told(
    connection: Connection, since: datetime, until: datetime
) -> list[ToldOffer]:
    """Those that were made then, in their order."""
    rows = await connection.fetch(tables.OFFERS, since, until, timeout=_PATIENCE_SECONDS)
    return [ToldOffer(**dict(row)) for row in rows]


async def list_presences_told(connection: Connection, stretch: Stretch) -> list[ToldPresence]:
    """Who was there as the time begins, then every change in it."""
    before = await connection.fetch(tables.PRESENCES_AT, stretch.since, timeout=_PATIENCE_SECONDS)
    rows = await connection.fetch(
        tables.PRESENCES,
        stretch.first_xid,
        stretch.last_xid,
        stretch.since,
        stretch.until,
        timeout=_PATIENCE_SECONDS,
    )
    found = [ToldPresence(stretch.since, row["agent_id"], row["presence"]) for row in before]
    return found + [ToldPresence(**dict(row)) for row in rows]


async def count_configured(connection: Connection, stretch: Stretch) -> dict[str, int]:
    """How many queues, agents and skills were configured then, by the type of the event."""
    rows = await connection.fetch(
        tables.CONFIGURED,
        stretch.first_xid,
        stretch.last_xid,
        stretch.since,
        stretch.until,
        list(_CONFIGURED_TYPES),
        timeout=_PATIENCE_SECONDS,
    )
    return dict.fromkeys(_CONFIGURED_TYPES, 0) | {r["type"]: r["changed_count"] for r in rows}


def _told(events: list[Event], requirements: Any) -> ToldConversation:
    required = tuple((str(skill_id), int(least)) for skill_id, least in requirements or ())
    return ToldConversation(UUID(events[0].stream.partition(":")[2]), events, required)
