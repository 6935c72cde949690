"""The product-limit estimator, against published figures and by its properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.simulation.replay.chance import Purpose, uniform
from halfminute_engine.simulation.replay.patience import PatienceCurve
from halfminute_engine.simulation.variates import NEVER_US

# Remission times in weeks of the 21 patients given 6-MP (Freireich et al. 1963, as in Cox and
# Oakes, "Analysis of Survival Data", 1984, tables 1.1 and 4.2); + stands for a censored one.
REMISSIONS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}

waits = st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1, max_size=40)


def curve_of_remissions() -> PatienceCurve:
    return PatienceCurve((int(word.rstrip("+")), "+" not in word) for word in REMISSIONS.split())


@pytest.mark.parametrize(("week", "share"), PUBLISHED.items())
def test_the_curve_has_the_published_values(week: int, share: float) -> None:
    assert round(curve_of_remissions().share_beyond(week), 3) == share


def test_before_anybody_left_everybody_stays() -> None:
    assert curve_of_remissions().share_beyond(5) == 1.0


def test_beyond_what_was_seen_nobody_leaves() -> None:
    assert curve_of_remissions().draw_beyond(30, 0.99) == NEVER_US
    assert curve_of_remissions().draw_beyond(0, 0.99) == NEVER_US


@given(waits, st.integers(0, 60), st.floats(0, 1, exclude_max=True))
def test_patience_is_longer_than_the_wait_was(
    seen: list[tuple[int, bool]], waited: int, chance: float
) -> None:
    assert PatienceCurve(seen).draw_beyond(waited, chance) > waited


@given(waits)
def test_without_censoring_it_is_the_share_itself(seen: list[tuple[int, bool]]) -> None:
    times = [time for time, _ in seen]
    curve = PatienceCurve((time, True) for time in times)
    for time in range(0, 51, 5):
        assert curve.share_beyond(time) == pytest.approx(
            sum(each > time for each in times) / len(times)
        )


def test_drawn_often_it_is_the_curve() -> None:
    curve = curve_of_remissions()
    drawn = [curve.draw_beyond(8, uniform(1, n, Purpose.PATIENCE)) for n in range(20_000)]
    found = sum(time > 16 for time in drawn) / len(drawn)
    assert found == pytest.approx(curve.share_beyond(16) / curve.share_beyond(8), abs=0.01)


def test_numbers_of_chance_are_even_and_belong_to_their_purpose() -> None:
    numbers = [uniform(7, n, Purpose.HANDLING) for n in range(20_000)]
    assert sum(numbers) / len(numbers) == pytest.approx(0.5, abs=0.01)
    assert sum(number < 0.1 for number in numbers) / len(numbers) == pytest.approx(0.1, abs=0.01)
    assert uniform(7, 3, Purpose.OFFER) != uniform(7, 3, Purpose.HANDLING)
    assert uniform(7, 3, Purpose.OFFER) != uniform(7, 3, Purpose.OFFER, 1)
    assert uniform(8, 3, Purpose.OFFER) != uniform(7, 3, Purpose.OFFER)
    assert len(set(numbers)) == len(numbers)
