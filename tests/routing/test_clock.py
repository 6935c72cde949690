"""The router's time goes on evenly, whatever the clocks on the wall do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from halfminute.kit.time import to_us
from halfminute.routing.clock import RouterClock

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Monotonic:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.ns = 5_000_000_000

    def __call__(self) -> int:
        return self.ns


def test_it_starts_at_the_databases_time_and_goes_by_the_monotonic_clock() -> None:
    monotonic = Monotonic()
    clock = RouterClock(NOON, monotonic_ns=monotonic)
    assert clock.now_us() == to_us(NOON)
    monotonic.ns += 1_500_000_000
    assert clock.now_us() == to_us(NOON) + 1_500_000


def test_it_is_never_behind_what_is_journalled() -> None:
    monotonic = Monotonic()
    clock = RouterClock(NOON, monotonic_ns=monotonic)
    an_hour_on = to_us(NOON + timedelta(hours=1))
    clock.set_not_before(an_hour_on)
    assert clock.now_us() == an_hour_on
    monotonic.ns += 1_000_000_000
    clock.set_not_before(an_hour_on)
    assert clock.now_us() == an_hour_on + 1_000_000
