"""Square-root staffing: agents = load + beta x the square root of the load.

As a pool grows at constant beta, the probability of waiting stays what it is, and waits and idle
time both vanish: large pools serve well and are busy. S. Halfin and W. Whitt, "Heavy-traffic limits
for queues with many exponential servers", Operations Research 29 (1981), without abandonment; O.
Garnett, A. Mandelbaum and M. Reiman, "Designing a call center with impatient customers",
Manufacturing & Service Operations Management 4 (2002), with it. Limits, not bounds: for the number
itself ask the exact models.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, erfc, exp, pi, sqrt

from halfminute_engine.staffing.errors import (
    InvalidValue,
    require_not_negative,
    require_positive,
    require_ratio,
)

_GREATEST_BETA = 40.0
# Beyond this the ratio below is told by its asymptotic series, for its denominator is no float.
_FAR = 25.0


def agents_by_square_root(load: float, beta: float) -> int:
    """load + beta sqrt(load), rounded up."""
    require_not_negative("load", load)
    return ceil(load + beta * sqrt(load))


def beta_of(load: float, agents: int) -> float:
    """How many square roots of the load the agents are above it."""
    require_positive("load", load)
    return (agents - load) / sqrt(load)


def halfin_whitt(beta: float) -> float:
    """The limit of the probability of waiting, without abandonment, for beta > 0.

    1 / (1 + beta Phi(beta) / phi(beta)).
    """
    require_positive("beta", beta)
    return hazard(-beta) / (hazard(-beta) + beta)


def garnett(beta: float, patience_in_handle_times: float) -> float:
    """The limit of the probability of waiting with exponential patience, for any beta.

    1 / (1 + sqrt(r) h(beta / sqrt(r)) / h(-beta)) with r = AHT / patience and h the hazard rate of
    the normal distribution. `patience_in_handle_times` is 1 / r.
    """
    require_positive("patience_in_handle_times", patience_in_handle_times)
    root = sqrt(patience_in_handle_times)
    waiting = root * hazard(-beta)
    return waiting / (waiting + hazard(beta * root))


def garnett_abandon_ratio(beta: float, patience_in_handle_times: float, agents: int) -> float:
    """The approximate share that leaves: of those who wait (h(beta') sqrt(r) - beta) / sqrt(N).

    With beta' = beta / sqrt(r), r = AHT / patience.
    """
    root = sqrt(patience_in_handle_times)
    of_waiting = (hazard(beta * root) / root - beta) / sqrt(agents)
    return garnett(beta, patience_in_handle_times) * of_waiting


def beta_for_halfin_whitt(ratio: float) -> float:
    """The beta at which this share waits, without abandonment."""
    require_ratio("ratio", ratio)
    return _solve(lambda beta: halfin_whitt(beta) if beta > 0 else 1.0, ratio, 0.0)


def beta_for_garnett(ratio: float, patience_in_handle_times: float) -> float:
    """The beta at which this share waits, with exponential patience; may be below zero."""
    require_ratio("ratio", ratio)
    return _solve(lambda beta: garnett(beta, patience_in_handle_times), ratio, -_GREATEST_BETA)


def hazard(x: float) -> float:
    """The hazard rate of the standard normal distribution: phi(x) / (1 - Phi(x))."""
    if x > _FAR:
        # Abramowitz & Stegun, 7.1.23, inverted.
        return x + 1 / x - 2 / x**3 + 10 / x**5
    return sqrt(2 / pi) * exp(-x * x / 2) / erfc(x / sqrt(2))


def _solve(falling: Callable[[float], float], value: float, low: float) -> float:
    high = _GREATEST_BETA
    if not falling(high) < value < falling(low):
        raise InvalidValue(f"no beta up to {_GREATEST_BETA} gives {value}")
    while (middle := (low + high) / 2) not in (low, high):
        if falling(middle) > value:
            low = middle
        else:
            high = middle
    return high
