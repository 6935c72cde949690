"""No more calls under way than a pace can use: plays on a clock of our own."""

from __future__ import annotations

from contextlib import ExitStack

from halfminute.channels.window import Window


class _Calls:
    """Turns that begin while there is room, their calls, and their clock."""

    def __init__(self, rate: float) -> None:
        self.now = 0.0
        self.window = Window(rate, clock=lambda: self.now)
        self._numbers = iter(range(10_000))
        # A call that nobody holds any more would end.
        self._called: list[ExitStack] = []

    def fill(self) -> list[tuple[int, ExitStack]]:
        """Begin as many as may begin, and call."""
        begun = []
        while self.window.has_room:
            turn, call = next(self._numbers), ExitStack()
            self.window.begin(turn)
            call.enter_context(self.window.calling())
            self._called.append(call)
            begun.append((turn, call))
        return begun

    def pass_rounds(self, seconds: float, rounds: int, *, storing_seconds: float = 0.0) -> int:
        """Rounds of calls that take so long each; how many the last one had."""
        for _ in range(rounds):
            begun = self.fill()
            self.now += seconds
            for _turn, call in begun:
                call.close()
            self.now += storing_seconds
            for turn, _call in begun:
                self.window.end(turn)
        return len(begun)


def test_quick_calls_need_few_at_once() -> None:
    assert _Calls(rate=30).pass_rounds(0.01, rounds=50) == 2


def test_slow_calls_need_what_the_rate_makes_of_their_length() -> None:
    # 30 a second of 0.15 s each keep 4.5 under way, and half as many again are allowed.
    assert _Calls(rate=30).pass_rounds(0.15, rounds=50) == 7


def test_what_the_database_takes_widens_nothing() -> None:
    assert _Calls(rate=30).pass_rounds(0.01, rounds=20, storing_seconds=5.0) == 2


def test_calls_that_do_not_end_widen_it_up_to_a_limit() -> None:
    calls = _Calls(rate=30)
    stuck = len(calls.fill())
    calls.now += 0.9
    hiccup = len(calls.fill())
    calls.now += 0.1
    later = len(calls.fill())
    calls.now += 60
    last = len(calls.fill())
    assert (stuck, hiccup, later > 0, stuck + later + last) == (2, 0, True, 16)


def test_it_narrows_again_when_calls_are_quick_again() -> None:
    calls = _Calls(rate=30)
    assert calls.pass_rounds(2.0, rounds=20) == 16
    assert calls.pass_rounds(0.01, rounds=100) == 2


def test_the_end_of_a_turn_that_never_began_changes_nothing() -> None:
    calls = _Calls(rate=30)
    calls.window.end("nobody")
    assert len(calls.fill()) == 2
