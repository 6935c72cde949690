"""What is taken for what nobody could record: the patience of who was answered, and the like.

All of it comes from the day itself. Nothing is drawn where it was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from halfminute_engine.routing.values import QueueId
from halfminute_engine.simulation.errors import SimulationError
from halfminute_engine.simulation.replay.chance import Purpose, uniform
from halfminute_engine.simulation.replay.patience import PatienceCurve
from halfminute_engine.simulation.replay.recorded import (
    Handling,
    OfferAnswer,
    OfferEnd,
    RecordedDay,
    RecordedStay,
    WaitEnd,
)
from halfminute_engine.simulation.variates import SECOND_US

T = TypeVar("T")
V = TypeVar("V")

FEWEST_LEFT = 20
"""So many must have left for a curve of patience of their own; else a wider one is taken."""

FEWEST_ALIKE = 20
"""So many must be alike to stand for one another; else more of them do."""

# An agent away is back within a minute, where nobody was.
_RETURN_US = 60 * SECOND_US
_AT_ONCE = OfferAnswer(OfferEnd.ACCEPTED, 0)


class NothingHandled(SimulationError):
    """Nobody was handled to the end on that day, so nothing is known of how long it takes."""

    code = "nothing_handled"


class _Pools(Generic[T]):
    """Values by the kind of stay they were seen in, by kind of channel, and all together."""

    def __init__(self, seen: Iterable[tuple[tuple[QueueId, str], T]]) -> None:
        self._pools: dict[Hashable, list[T]] = {}
        for kind, value in seen:
            for name in (kind, kind[1], None):
                self._pools.setdefault(name, []).append(value)

    def find(self, kind: tuple[QueueId, str], is_enough: Callable[[list[T]], bool]) -> list[T]:
        """Those of the narrowest kind of which there are enough; else all."""
        for name in (kind, kind[1]):
            pool = self._pools.get(name, [])
            if is_enough(pool):
                return pool
        return self._pools.get(None, [])


class ReplayModels:
    """What one conversation, by its number in the day, is given where nothing was recorded.

    Raises `NothingHandled`.
    """

    def __init__(self, day: RecordedDay, seed: int) -> None:
        self._seed = seed
        self._not_responding_us = day.not_responding_us
        counted = [stay for stay in day.stays if stay.queue_id]
        self._waits = _Pools(
            (stay.kind, (stay.waited_us, stay.wait_end is WaitEnd.ABANDONED)) for stay in counted
        )
        self._handlings = _Pools(
            (stay.kind, stay.handling)
            for stay in counted
            if stay.handling is not None and stay.wait_end is WaitEnd.ANSWERED
        )
        self._answers = _Pools((stay.kind, answer) for stay in counted for answer in stay.offers)
        self._curves: dict[tuple[QueueId, str], PatienceCurve] = {}
        if not self._handlings.find((QueueId(""), ""), _is_many):
            raise NothingHandled("nobody was handled to the end")

    def patience_us(self, index: int, stay: RecordedStay) -> int:
        """How long this customer waits from coming into the queue on."""
        if stay.wait_end is WaitEnd.ABANDONED:
            return stay.waited_us
        chance = uniform(self._seed, index, Purpose.PATIENCE)
        return self.curve_of(stay).draw_beyond(stay.waited_us, chance)

    def curve_of(self, stay: RecordedStay) -> PatienceCurve:
        """The patience of customers like this one."""
        curve = self._curves.get(stay.kind)
        if curve is None:
            curve = PatienceCurve(self._waits.find(stay.kind, _have_left))
            self._curves[stay.kind] = curve
        return curve

    def handling(self, index: int, stay: RecordedStay) -> Handling:
        """How it is handled: as it was, or as another of its kind was that was answered.

        Of who left, though an agent had taken them, it is not known how they would have been.
        """
        if stay.handling is not None and stay.wait_end is not WaitEnd.ABANDONED:
            return stay.handling
        alike = self._handlings.find(stay.kind, _is_many)
        return _choose(alike, uniform(self._seed, index, Purpose.HANDLING))

    def answer(self, index: int, stay: RecordedStay, attempt: int) -> OfferAnswer:
        """How the agent answers its offer of this number, from 0; those recorded come first."""
        if attempt < len(stay.offers):
            return stay.offers[attempt]
        answers = self._answers.find(stay.kind, _is_many)
        if not answers:
            return _AT_ONCE
        return _choose(answers, uniform(self._seed, index, Purpose.OFFER, attempt))

    def return_us(self, agent_number: int, attempt: int) -> int:
        """For how long an agent is away who has let so many offers ring out."""
        if not self._not_responding_us:
            return _RETURN_US
        chance = uniform(self._seed, agent_number, Purpose.RETURN, attempt)
        return _choose(self._not_responding_us, chance)


def _choose(alike: list[V] | tuple[V, ...], chance: float) -> V:
    return alike[int(chance * len(alike))]


def _is_many(pool: list[T]) -> bool:
    return len(pool) >= FEWEST_ALIKE


def _have_left(waits: list[tuple[int, bool]]) -> bool:
    return sum(has_left for _, has_left in waits) >= FEWEST_LEFT
