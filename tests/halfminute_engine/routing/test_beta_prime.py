"""Ratios of gamma variables, against printed tables and closed forms."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.routing.beta_prime import incomplete_beta_ratio, ratio_quantile

shapes = st.floats(0.3, 500)


@pytest.mark.parametrize(
    ("share", "first", "second", "printed"),
    [(0.9, 4, 10, 2.61), (0.9, 1, 1, 39.86), (0.95, 10, 20, 2.35), (0.9, 30, 120, 1.41)],
)
def test_quantiles_are_those_of_tables_of_f(
    share: float, first: int, second: int, printed: float
) -> None:
    """Abramowitz & Stegun, table 26.9; F of m and n degrees has m F / n = X / Y."""
    ratio = ratio_quantile(share, first / 2, second / 2)
    assert ratio * second / first == pytest.approx(printed, abs=0.006)


def test_a_ratio_is_binomial_where_both_shapes_are_whole() -> None:
    """Abramowitz & Stegun 26.5.24: of four throws of a coin two or more are heads."""
    assert incomplete_beta_ratio(0.5, 2, 3) == pytest.approx(11 / 16)


def test_with_all_evidence_it_is_the_gamma_itself() -> None:
    evidence = 1e7
    assert evidence * ratio_quantile(0.9, 1, evidence) == pytest.approx(-log(0.1), rel=1e-4)
    assert evidence * ratio_quantile(0.1, 1, evidence) == pytest.approx(-log(0.9), rel=1e-4)


@given(share=st.floats(0.01, 0.99), a=shapes, b=shapes)
def test_a_quantile_is_where_the_share_is(share: float, a: float, b: float) -> None:
    ratio = ratio_quantile(share, a, b)
    assert incomplete_beta_ratio(ratio / (1 + ratio), a, b) == pytest.approx(share, abs=1e-6)
