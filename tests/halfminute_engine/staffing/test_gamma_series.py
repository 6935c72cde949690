"""The series of Erlang A beside the same sums, taken term by term in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import exp, isfinite, log

import pytest

from halfminute_engine.staffing.gamma_series import sum_series


@pytest.mark.parametrize(("s", "z"), [(3, 1), (3, 3), (3, 9), (25, 90), (60, 200), (400, 500)])
def test_sums_from_the_greatest_term_are_sums_from_the_first(s: int, z: int) -> None:
    term, harmonic = Fraction(1), Fraction(1, s + 1)
    total = indexed = weighted = Fraction(0)
    for j in range(2 * z + 60):
        total += term
        indexed += term * j
        weighted += term * harmonic * s / (s + j + 1)
        term *= Fraction(z, s + j + 1)
        harmonic += Fraction(1, s + j + 2)
        # Enough digits for every figure here, and no millions of them.
        term, harmonic = term.limit_denominator(10**40), harmonic.limit_denominator(10**40)

    found = sum_series(s, z)

    assert exp(found.log_total - log(total)) == pytest.approx(1, rel=1e-11)
    assert found.mean_index == pytest.approx(float(indexed / total), rel=1e-12)
    assert found.mean_weighted == pytest.approx(float(weighted / total), rel=1e-12)


def test_a_sum_that_no_float_holds_is_told_by_its_logarithm() -> None:
    found = sum_series(100.0, 100_000.0)

    assert found.log_total > 10_000
    assert isfinite(found.mean_index)
    assert found.mean_index == pytest.approx(99_900, rel=1e-3)


def test_nobody_coming_is_one_term() -> None:
    found = sum_series(5.0, 0.0)

    assert (found.log_total, found.mean_index) == (0, 0)
