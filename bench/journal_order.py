"""Whether the router has kept everybody's place, by its journal told to a fresh engine.

Of two who wait for the same agents, the one with the earlier key that has been there for longer is
offered first, unless the agent has refused it. Whoever is told to the router again, because a queue
was switched on or the router began anew, is told with the key it came with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from halfminute.kit.database import Connection
from halfminute.routing.journal import iterate_lines, unpack
from halfminute_engine.routing import commands, events
from halfminute_engine.routing.offers import REFUSAL_PAUSE_US, TIME_OUT_BOOST_US
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    RefusalCause,
    WithdrawalReason,
)

_SNAPSHOTS = "select seq, state from router_snapshots where domain = 'main' order by seq"
_DOMAIN: Final = "main"


class _Line(NamedTuple):
    """Those who wait for the same agents."""

    queue_id: str
    channel_kind: str
    requirements: tuple[object, ...]


@dataclass(slots=True)
class _Waiting:
    """Who waits or rings, as a customer would tell it."""

    line: _Line
    key_us: int
    entered_us: int
    refused_by: set[AgentId] = field(default_factory=set)
    is_waiting: bool = True
    not_before_us: int = 0


@dataclass(slots=True)
class JournalOrder:
    """What was found: offers that were looked at, and the faults.

    `passed_by_lag` is told and is no fault: all who were passed over were due for a wider ring, and
    the router was behind with its timers, while what came back from an agent had made up for it.
    """

    offers: int = 0
    out_of_order: int = 0
    passed_by_lag: int = 0
    keys_changed: int = 0
    beginnings: int = 0
    _first: dict[ConversationId, tuple[int, int]] = field(default_factory=dict)
    _present: dict[ConversationId, _Waiting] = field(default_factory=dict)
    _ringing: dict[OfferNumber, tuple[ConversationId, AgentId]] = field(default_factory=dict)

    async def read(self, connection: Connection) -> None:
        """The whole journal, from its first line on."""
        snapshots = {row["seq"]: row["state"] for row in await connection.fetch(_SNAPSHOTS)}
        if not snapshots:
            return
        seq = min(snapshots)
        router = self._begin(snapshots[seq])
        async for line in iterate_lines(connection, _DOMAIN, after_seq=seq):
            if line.seq != seq + 1:
                # Where a router begins anew its snapshot takes the place of a line.
                router = self._begin(snapshots[line.seq - 1])
            seq = line.seq
            self.hear(line.event, line.now_us)
            for command in router.handle(line.event, line.now_us):
                self.note(command, line.now_us, partial(_is_behind, router, line.now_us))

    def hear(self, event: events.Event, now_us: int) -> None:
        """The router is told something."""
        match event:
            case events.ConversationQueued():
                self._queue(event)
            case events.ConversationWithdrawn() | events.ConversationAssigned():
                self._present.pop(event.conversation_id, None)
            case events.OfferAccepted():
                self._present.pop(self._ringing.get(event.offer_number, _NONE)[0], None)
            case events.OfferDeclined():
                self._return(event.offer_number, is_refused=True)
            case events.OfferRefused():
                # Whichever of the two it was that the rows did not allow, neither is asked soon.
                is_agent = event.cause is RefusalCause.AGENT
                pause_us = 0 if is_agent else REFUSAL_PAUSE_US
                self._return(event.offer_number, not_before_us=now_us + pause_us)
            case _:
                pass

    def note(
        self,
        command: commands.Command,
        now_us: int,
        is_behind: Callable[[ConversationId], bool] = lambda _: False,
    ) -> None:
        """The router decides something. `is_behind`: a step of the conversation is overdue."""
        match command:
            case commands.OfferConversation():
                self._offer(command, now_us, is_behind)
            case commands.WithdrawOffer():
                is_late = command.reason is WithdrawalReason.TIMED_OUT
                boost_us = TIME_OUT_BOOST_US if is_late else 0
                self._return(command.offer_number, is_refused=is_late, boost_us=boost_us)
            case commands.ReportStranded():
                self._present.pop(command.conversation_id, None)
            case _:
                pass

    def _begin(self, packed: bytes) -> Router:
        self.beginnings += 1
        self._present.clear()
        self._ringing.clear()
        return Router.restore(unpack(packed))

    def _queue(self, event: events.ConversationQueued) -> None:
        told = event.queued_at_us, event.priority_credit_us
        self.keys_changed += self._first.setdefault(event.conversation_id, told) != told
        if event.conversation_id in self._present:
            return
        line = _Line(event.queue_id, event.channel_kind, event.requirements)
        entered_us = event.entered_at_us or event.queued_at_us
        key_us = event.queued_at_us - event.priority_credit_us
        self._present[event.conversation_id] = _Waiting(line, key_us, entered_us)

    def _offer(
        self,
        command: commands.OfferConversation,
        now_us: int,
        is_behind: Callable[[ConversationId], bool],
    ) -> None:
        self.offers += 1
        self._ringing[command.offer_number] = command.conversation_id, command.agent_id
        taken = self._present.get(command.conversation_id)
        if taken is None:
            return  # it was on its way out when this was decided
        taken.is_waiting = False
        passed = [
            other_id
            for other_id, other in self._present.items()
            if other.is_waiting
            and other.line == taken.line
            and other.key_us < taken.key_us
            and other.entered_us <= taken.entered_us
            and other.not_before_us <= now_us
            and command.agent_id not in other.refused_by
        ]
        is_excused = all(map(is_behind, passed))
        self.out_of_order += not is_excused
        self.passed_by_lag += is_excused and bool(passed)

    def _return(
        self,
        number: OfferNumber,
        *,
        is_refused: bool = False,
        boost_us: int = 0,
        not_before_us: int = 0,
    ) -> None:
        conversation_id, agent_id = self._ringing.pop(number, _NONE)
        back = self._present.get(conversation_id)
        if back is None:
            return
        back.is_waiting = True
        back.key_us -= boost_us
        back.not_before_us = not_before_us
        if is_refused:
            back.refused_by.add(agent_id)


def _is_behind(router: Router, now_us: int, conversation_id: ConversationId) -> bool:
    due_us = router.explain(conversation_id, now_us).next_step_at_us
    return due_us is not None and due_us <= now_us


_NONE: Final = (ConversationId(""), AgentId(""))
