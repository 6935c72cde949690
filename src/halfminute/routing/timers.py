"""The timers that the engine waits for, the first due first."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

from halfminute_engine.routing.commands import (
    CancelTimer,
    Command,
    OfferConversation,
    StartTimer,
    WithdrawOffer,
)
from halfminute_engine.routing.events import Event, OfferAccepted, OfferDeclined, OfferRefused
from halfminute_engine.routing.timers import offer_timer_id
from halfminute_engine.routing.values import Timer, TimerId


class TimerHeap:
    """A cancelled or replaced timer stays in the heap until it comes up."""

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        """Starts with these."""
        self._due_us = {timer.timer_id: timer.due_us for timer in timers}
        self._heap = [(due_us, timer_id) for timer_id, due_us in self._due_us.items()]
        heapify(self._heap)

    def follow(self, told: Iterable[Event], decided: Iterable[Command]) -> None:
        """Run the timers that these commands ask for, and those of offers until they end."""
        for event in told:
            if isinstance(event, OfferAccepted | OfferDeclined | OfferRefused):
                self.cancel(offer_timer_id(event.offer_number))
        for command in decided:
            match command:
                case StartTimer():
                    self.start(command.timer_id, command.due_us)
                case CancelTimer():
                    self.cancel(command.timer_id)
                case OfferConversation():
                    self.start(offer_timer_id(command.offer_number), command.expires_at_us)
                case WithdrawOffer():
                    self.cancel(offer_timer_id(command.offer_number))
                case _:
                    pass

    def start(self, timer_id: TimerId, due_us: int) -> None:
        """Have it run; one of the same id is replaced."""
        self._due_us[timer_id] = due_us
        heappush(self._heap, (due_us, timer_id))

    def cancel(self, timer_id: TimerId) -> None:
        """Forget it."""
        self._due_us.pop(timer_id, None)

    @property
    def next_due_us(self) -> int | None:
        """When the first one is due."""
        while self._heap:
            due_us, timer_id = self._heap[0]
            if self._due_us.get(timer_id) == due_us:
                return due_us
            heappop(self._heap)
        return None

    def pop_due(self, now_us: int, limit: int) -> list[TimerId]:
        """Take out those that are due, at most `limit`."""
        due: list[TimerId] = []
        while len(due) < limit and (next_us := self.next_due_us) is not None and next_us <= now_us:
            _, timer_id = heappop(self._heap)
            del self._due_us[timer_id]
            due.append(timer_id)
        return due
