"""What the log tells of one conversation, as stays in queues. Pure.

A stay begins as the conversation comes into a queue. What the router itself has decided is not
taken over: an overflow into another queue goes on with the same stay, for the replay's router
overflows it again, or does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from halfminute.kit.event_log import Event
from halfminute.kit.time import to_us
from halfminute_engine.routing.values import AgentId, ConversationId, QueueId, Requirement
from halfminute_engine.simulation.replay.recorded import (
    Handling,
    OfferAnswer,
    RecordedStay,
    WaitEnd,
)

NO_QUEUE: Final = QueueId("")
_SECOND_US: Final = 1_000_000
# By so much a wrap-up must have been shorter than the fixed time for its agent to have ended it.
_CUT_SHORT_US: Final = 500_000


class QueueFacts(NamedTuple):
    """What must be known of a queue to read its record.

    `wrap_up_us`: its fixed time, None where it is not fixed. `overflow_queue_id`: where it
    overflows to, if it does.
    """

    wrap_up_us: int | None
    overflow_queue_id: str | None


class _Open:
    """A stay that is being read. Times are the log's, in microseconds."""

    def __init__(self, queue_id: str, channel_kind: str, at_us: int) -> None:
        self.queue_id = queue_id
        self.last_queue_id = queue_id
        self.channel_kind = channel_kind
        self.queued_us = at_us
        self.age_us = at_us
        self.credit_us = 0
        self.wait_end: WaitEnd | None = None
        self.waited_us = 0
        self.taken_us: int | None = None
        self.agent_id: str | None = None
        self.is_unasked = False
        self.words_us: int | None = None
        self.talk_ended_us: int | None = None
        self.solved_us: int | None = None
        self.ended_us: int | None = None
        self.overflowed_us: int | None = None
        self.is_passed_on = False

    def end_wait(self, end: WaitEnd, at_us: int) -> None:
        """Whoever waits for the first words waits no more."""
        if self.wait_end is None:
            self.wait_end = end
            # Who began earlier may have waited for who began later.
            self.waited_us = max(0, at_us - self.queued_us)
            if end is WaitEnd.ANSWERED:
                self.words_us = at_us

    def end(self, at_us: int) -> None:
        """It is over, wrap-up included."""
        self.ended_us = at_us
        if self.taken_us is not None and self.talk_ended_us is None:
            self.talk_ended_us = at_us


class StayReader:
    """Reads one conversation after another."""

    def __init__(self, queues: Mapping[str, QueueFacts]) -> None:
        """`queues` by their ids."""
        self._queues = queues
        self._rules: Mapping[str, Callable[[int, Mapping[str, Any]], None]] = {
            "MessageReceived": self._heard,
            "ConversationTransferred": self._transferred,
            "ConversationQueued": self._queued,
            "ReplyQueued": self._answered,
            "AccountOwnerReplied": self._answered,
            "ConversationEndedByContact": self._left,
            "ConversationOverflowed": self._overflowed,
            "ConversationAssigned": self._assigned,
            "WrapUpStarted": self._wrapping_up,
            "OutcomeChosen": self._judged,
            "ConversationClosed": self._closed,
            "ConversationReopened": self._reopened,
        }
        self._first_message_us: int | None = None
        self._open: _Open | None = None
        self._read: list[_Open] = []

    @property
    def types(self) -> frozenset[str]:
        """The events that it reads."""
        return frozenset(self._rules)

    def read(
        self,
        conversation_id: UUID,
        events: Sequence[Event],
        requirements: tuple[Requirement, ...],
        offers: Sequence[tuple[int, OfferAnswer]],
    ) -> list[tuple[RecordedStay, int | None]]:
        """Its stays, each with when it was over; None: it is not.

        `events` are all of its stream that `types` names, in their order; `offers` are its offers
        with when they were made.
        """
        self._first_message_us, self._open, self._read = None, None, []
        for event in events:
            rule = self._rules.get(event.type)
            if rule is not None:
                rule(to_us(event.at), event.data)
        return [
            (self._stay(each, f"{conversation_id}/{number}", requirements, offers), each.ended_us)
            for number, each in enumerate(self._read, start=1)
        ]

    def _heard(self, at_us: int, _data: Mapping[str, Any]) -> None:
        if self._first_message_us is None:
            self._first_message_us = at_us

    def _transferred(self, _at_us: int, _data: Mapping[str, Any]) -> None:
        # The queueing comes next.
        if self._open is not None:
            self._open.is_passed_on = True

    def _queued(self, at_us: int, data: Mapping[str, Any]) -> None:
        current, queue_id = self._open, str(data["queue_id"])
        if current is not None:
            facts = self._queues.get(current.last_queue_id)
            is_waiting = current.taken_us is None and current.wait_end is None
            is_moved_by_router = is_waiting and not current.is_passed_on
            if is_moved_by_router and facts is not None and facts.overflow_queue_id == queue_id:
                current.last_queue_id = queue_id
                return
            current.end_wait(WaitEnd.FLOWED_OUT, at_us)
            current.end(at_us)
        new = self._begin(queue_id, str(data["channel_kind"]), at_us)
        new.age_us = int(data["queued_at_us"])
        new.credit_us = int(data["priority_credit_seconds"]) * _SECOND_US

    def _begin(self, queue_id: str, channel_kind: str, at_us: int) -> _Open:
        self._open = _Open(queue_id, channel_kind, at_us)
        self._read.append(self._open)
        return self._open

    def _answered(self, at_us: int, _data: Mapping[str, Any]) -> None:
        if self._open is not None:
            self._open.end_wait(WaitEnd.ANSWERED, at_us)

    def _left(self, at_us: int, _data: Mapping[str, Any]) -> None:
        if self._open is not None:
            self._open.end_wait(WaitEnd.ABANDONED, at_us)

    def _overflowed(self, at_us: int, _data: Mapping[str, Any]) -> None:
        if self._open is not None:
            self._open.overflowed_us = at_us

    def _assigned(self, at_us: int, data: Mapping[str, Any]) -> None:
        current = self._open
        if current is None:
            current = self._begin(NO_QUEUE, str(data["channel_kind"]), at_us)
        if current.taken_us is None:
            current.taken_us = at_us
            current.agent_id = str(data["agent_id"])
            current.is_unasked = data["by"] != "offer"
        if data["by"] == "reopen":
            # The customer wrote during the wrap-up: the talk goes on.
            current.talk_ended_us = current.solved_us = None

    def _wrapping_up(self, at_us: int, data: Mapping[str, Any]) -> None:
        current = self._open
        if current is not None:
            current.end_wait(WaitEnd.DISCONNECTED, at_us)
            current.talk_ended_us = at_us
            self._judged(at_us, data)

    def _judged(self, at_us: int, data: Mapping[str, Any]) -> None:
        current = self._open
        if current is not None:
            current.solved_us = (current.solved_us or at_us) if data["is_solved"] else None

    def _closed(self, at_us: int, data: Mapping[str, Any]) -> None:
        current = self._open
        if current is None:
            return
        self._judged(at_us, data)
        if current.overflowed_us == at_us and current.wait_end is None:
            # The router has ended it, and will again, or not.
            current.waited_us = max(0, at_us - current.queued_us)
        else:
            current.end_wait(WaitEnd.DISCONNECTED, at_us)
        current.end(at_us)
        self._open = None

    def _reopened(self, at_us: int, _data: Mapping[str, Any]) -> None:
        if self._open is not None:
            self._open.end(at_us)
            self._open = None

    def _stay(
        self,
        read: _Open,
        name: str,
        requirements: tuple[Requirement, ...],
        offers: Sequence[tuple[int, OfferAnswer]],
    ) -> RecordedStay:
        until_us = read.taken_us or read.ended_us
        return RecordedStay(
            conversation_id=ConversationId(name),
            queue_id=QueueId(read.queue_id),
            channel_kind=read.channel_kind,
            queued_us=read.queued_us,
            age_us=read.age_us,
            first_message_us=self._first_message_us or read.queued_us,
            requirements=requirements if read.queue_id else (),
            priority_credit_us=read.credit_us,
            wait_end=read.wait_end,
            waited_us=read.waited_us,
            taken_us=read.taken_us,
            agent_id=None if read.agent_id is None else AgentId(read.agent_id),
            is_taken_unasked=read.is_unasked,
            handling=self._handling(read),
            offers=tuple(
                answer
                for at_us, answer in offers
                if at_us >= read.queued_us and (until_us is None or at_us <= until_us)
            ),
        )

    def _handling(self, read: _Open) -> Handling | None:
        taken_us, talk_ended_us, ended_us = read.taken_us, read.talk_ended_us, read.ended_us
        if taken_us is None or talk_ended_us is None or ended_us is None:
            return None
        wrap_up_us = max(0, ended_us - talk_ended_us)
        facts = self._queues.get(read.last_queue_id)
        fixed_us = None if facts is None else facts.wrap_up_us
        return Handling(
            talk_us=max(0, talk_ended_us - taken_us),
            wrap_up_us=wrap_up_us,
            first_words_us=_after(read.words_us, taken_us),
            solved_us=_after(read.solved_us, taken_us),
            is_cut_short=fixed_us is not None and wrap_up_us < fixed_us - _CUT_SHORT_US,
        )


def _after(at_us: int | None, taken_us: int) -> int | None:
    return None if at_us is None else max(0, at_us - taken_us)


def is_open_at(stay: RecordedStay, ended_us: int | None, at_us: int) -> bool:
    """Whether it was under way at that moment: it had come, and was not over."""
    return stay.queued_us < at_us and (ended_us is None or ended_us > at_us)
