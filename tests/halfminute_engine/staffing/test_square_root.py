"""Square-root staffing: limits that the exact models come to."""

from __future__ import annotations

from math import erf, exp, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.staffing.erlang_a import ErlangA
from halfminute_engine.staffing.erlang_c import probability_of_wait
from halfminute_engine.staffing.errors import InvalidValue
from halfminute_engine.staffing.models import Demand
from halfminute_engine.staffing.square_root import (
    agents_by_square_root,
    beta_for_garnett,
    beta_for_halfin_whitt,
    beta_of,
    garnett,
    garnett_abandon_ratio,
    halfin_whitt,
    hazard,
)


@pytest.mark.parametrize("beta", [0.05, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0])
def test_erlang_c_comes_to_halfin_and_whitt(beta: float) -> None:
    gaps = []
    for load in (1e2, 1e4, 1e6):
        agents = agents_by_square_root(load, beta)
        limit = halfin_whitt(beta_of(load, agents))
        gaps.append(abs(probability_of_wait(load, agents) - limit) / limit)

    assert gaps[2] < 1e-2
    assert gaps[2] < gaps[1] < gaps[0]


@pytest.mark.parametrize("beta", [-1.5, -0.5, 0.0, 0.5, 1.5])
@pytest.mark.parametrize("patience", [0.2, 1.0, 4.0])
def test_erlang_a_comes_to_garnett_and_others(beta: float, patience: float) -> None:
    load, handle_seconds = 40_000.0, 100.0
    agents = agents_by_square_root(load, beta)
    beta = beta_of(load, agents)
    demand = Demand(load * 3600 / handle_seconds, handle_seconds)
    model = ErlangA(demand, agents, patience * handle_seconds)

    assert garnett(beta, patience) == pytest.approx(model.probability_of_wait, rel=0.02)
    found = garnett_abandon_ratio(beta, patience, agents)
    assert found == pytest.approx(model.abandon_ratio, rel=0.05)


@given(st.floats(1e-3, 8))
def test_the_limit_is_what_its_formula_says(beta: float) -> None:
    phi = exp(-beta * beta / 2) / sqrt(2 * pi)
    below = (1 + erf(beta / sqrt(2))) / 2

    assert halfin_whitt(beta) == pytest.approx(1 / (1 + beta * below / phi), rel=1e-9)


@given(st.floats(0.01, 8))
def test_endless_patience_is_halfin_and_whitt(beta: float) -> None:
    assert garnett(beta, 1e16) == pytest.approx(halfin_whitt(beta), rel=1e-6)


@given(st.floats(1e-6, 0.999))
def test_beta_is_found_for_any_share(ratio: float) -> None:
    assert halfin_whitt(beta_for_halfin_whitt(ratio)) == pytest.approx(ratio, rel=1e-9)


@given(st.floats(1e-6, 0.999), st.floats(0.05, 20))
def test_beta_is_found_for_any_share_and_patience(ratio: float, patience: float) -> None:
    assert garnett(beta_for_garnett(ratio, patience), patience) == pytest.approx(ratio, rel=1e-9)


@given(st.floats(-30, 60), st.floats(0.001, 5))
def test_the_hazard_rate_rises_and_lies_above_its_line(x: float, more: float) -> None:
    assert hazard(x + more) > hazard(x) or hazard(x + more) == 0
    assert hazard(x) >= max(x, 0)


def test_the_hazard_rate_has_no_seam() -> None:
    assert hazard(25.0000001) == pytest.approx(hazard(24.9999999), rel=1e-7)


def test_a_share_that_no_beta_gives_is_refused() -> None:
    with pytest.raises(InvalidValue):
        beta_for_halfin_whitt(1)
    with pytest.raises(InvalidValue):
        halfin_whitt(0)
    with pytest.raises(InvalidValue):
        garnett(1, 0)
