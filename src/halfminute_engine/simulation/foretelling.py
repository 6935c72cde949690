"""Holds what customers are told of their wait against what becomes of it.

The forecast is asked for when a customer begins to wait, and once more when the median of that
answer is over, of those who still wait. Asking changes no decision and draws no chance.

Customers who leave first are censored: their wait would have been longer than it was, and by how
much nobody knows. Left out, they would make waits look short. So the share of waits within the
range is the product-limit estimate (E. Kaplan, P. Meier, JASA 53, 1958) of the waits as measured by
their ranges, which are comparable where waits are not. It holds as far as patience has nothing to
do with whether a forecast proves too short, which is so by construction here.
"""

from __future__ import annotations

from dataclasses import dataclass

from halfminute_engine.routing.expected_wait import WaitRange
from halfminute_engine.routing.values import OfferNumber
from halfminute_engine.simulation.arrivals import Arrivals
from halfminute_engine.simulation.customers import NOT_YET, Customer
from halfminute_engine.simulation.kernel import Kernel
from halfminute_engine.simulation.scenario import Scenario
from halfminute_engine.simulation.variates import SECOND_US, Uniforms

LOW_END, HIGH_END = 1.0, 2.0


@dataclass(slots=True)
class Foretold:
    """What one customer was told at `asked_at_us`, and what became of it.

    `is_midway`: it was told so the second time. `waited_us` from then on, `has_left`: until it left
    (or the simulation ended), so that an agent would have come later.
    """

    class_name: str
    position: int
    range: WaitRange
    asked_at_us: int
    is_midway: bool = False
    waited_us: int = NOT_YET
    has_left: bool = False

    @property
    def place_in_range(self) -> float:
        """The wait, as measured by the range: 0 at nothing, 1 at the low end, 2 at the high."""
        waited = self.waited_us / SECOND_US
        low, high = self.range.low_seconds, self.range.high_seconds
        if waited < low:
            return LOW_END * waited / low
        if waited <= high:
            return LOW_END + (waited - low) / (high - low)
        return HIGH_END * waited / high


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many waits were within their range, as shares of 1; `left_count` are censored.

    `width_seconds` is the mean of high less low.
    """

    count: int
    left_count: int
    below_ratio: float
    coverage_ratio: float
    above_ratio: float
    width_seconds: float


class ForetellingKernel(Kernel):
    """A run in which every customer who must wait asks; `told` has what came of it."""

    def __init__(self, scenario: Scenario, uniforms: Uniforms, *, each: int = 1) -> None:
        """Of those who must wait after the warm-up, one out of `each` asks."""
        super().__init__(scenario, uniforms)
        self.told: list[Foretold] = []
        self.unknown_count = 0
        self._each = each
        self._waiting_count = 0
        self._open: dict[Customer, list[Foretold]] = {}

    def finish(self) -> list[Foretold]:
        """Run to the end. Who still waits then is censored like one who left."""
        self.advance(self.scenario.horizon_us)
        for customer in list(self._open):
            self._close_asked(customer, has_left=True)
        return self.told

    def _arrive(self, arrivals: Arrivals) -> None:
        super()._arrive(arrivals)
        customer = next(reversed(self.customers.values()))
        if customer.answered_at_us != NOT_YET or self.now_us < self.scenario.warm_up_us:
            return
        self._waiting_count += 1
        if self._waiting_count % self._each == 0:
            self._ask(customer, is_midway=False)

    def _ask_again(self, customer: Customer) -> None:
        if customer in self._open:
            self._ask(customer, is_midway=True)

    def _ask(self, customer: Customer, *, is_midway: bool) -> None:
        expected = self.router.forecast(self.now_us).expect(customer.conversation_id)
        if expected is None:
            return
        if expected.range is None:
            self.unknown_count += 1
            return
        name = customer.kind.definition.name
        told = Foretold(name, expected.position, expected.range, self.now_us, is_midway)
        self._open.setdefault(customer, []).append(told)
        if not is_midway:
            due_us = self.now_us + round(expected.range.median_seconds * SECOND_US)
            self._at(due_us, self._ask_again, customer)

    def _answer(self, number: OfferNumber) -> None:
        customer = self.customers[self._offers[number].conversation_id]
        super()._answer(number)
        self._close_asked(customer, has_left=False)

    def _leave(self, customer: Customer) -> None:
        super()._leave(customer)
        if customer.conversation_id not in self.customers:
            self._close_asked(customer, has_left=True)

    def _close_asked(self, customer: Customer, *, has_left: bool) -> None:
        for told in self._open.pop(customer, ()):
            told.waited_us = self.now_us - told.asked_at_us
            told.has_left = has_left
            self.told.append(told)


def coverage_of(told: list[Foretold]) -> Coverage:
    """The product-limit estimate of the shares; `told` must not be empty."""
    ranked = sorted((item.place_in_range, item.has_left) for item in told)
    surviving = 1.0
    below, after = 0.0, 1.0
    for index, (place, has_left) in enumerate(ranked):
        if not has_left:
            surviving *= 1 - 1 / (len(ranked) - index)
        if place < LOW_END:
            below = 1 - surviving
        if place <= HIGH_END:
            after = surviving
    return Coverage(
        len(told),
        sum(item.has_left for item in told),
        below,
        1 - below - after,
        after,
        sum(item.range.high_seconds - item.range.low_seconds for item in told) / len(told),
    )
