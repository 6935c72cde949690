"""The series on which Erlang A stands, summed so that no size overflows it.

For s, z > 0 the terms are x(0) = 1 and x(j) = x(j-1) z / (s + j). With s = N mu / theta and z =
lambda / theta they are the probabilities of j waiting, relative to that of none waiting and all
busy; their sum is s z^-s e^z times the lower incomplete gamma function of (s, z). The terms rise
while s + j < z, maybe to far more than a float holds, and then fall for ever: so they are summed
from the greatest one outwards, in units of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, lgamma, log, log1p

# A term below this part of the greatest adds nothing that a float could show.
_NEGLIGIBLE = 1e-18
_ADDED = 20


@dataclass(frozen=True, slots=True)
class SeriesSums:
    """Sums over all terms x(j).

    `log_total`: natural logarithm of the sum. `mean_index`: sum of j x(j) / sum. `mean_weighted`:
    sum of x(j) w(j) / sum, with w(j) = s / (s + j + 1) x the sum of 1 / (s + i + 1) over i = 0..j.
    """

    log_total: float
    mean_index: float
    mean_weighted: float


def sum_series(s: float, z: float) -> SeriesSums:
    """The sums for s > 0 and z >= 0. Takes 12 sqrt(z) steps, or 40 / (1 - z/s) if less."""
    top = max(floor(z - s), 0)
    total, indexed, weighted = 0.0, 0.0, 0.0
    harmonic_at_top = _harmonic(s + 1, top + 1)
    term, harmonic, j = 1.0, harmonic_at_top, top
    while True:
        total += term
        indexed += term * j
        weighted += term * harmonic * s / (s + j + 1)
        j += 1
        term *= z / (s + j)
        harmonic += 1 / (s + j + 1)
        if term < _NEGLIGIBLE * total and s + j > z:
            break
    term, harmonic, j = 1.0, harmonic_at_top, top
    while j > 0 and term >= _NEGLIGIBLE * total:
        term *= (s + j) / z
        harmonic -= 1 / (s + j + 1)
        j -= 1
        total += term
        indexed += term * j
        weighted += term * harmonic * s / (s + j + 1)
    return SeriesSums(_log_term(s, z, top) + log(total), indexed / total, weighted / total)


def _log_term(s: float, z: float, j: int) -> float:
    if j == 0:
        return 0.0
    return j * log(z) - (lgamma(s + j + 1) - lgamma(s + 1))


def _harmonic(first: float, count: int) -> float:
    """1 / first + 1 / (first + 1) + ..., so many terms: a few one by one, the rest together.

    The rest is a difference of two digamma functions (Abramowitz & Stegun, 6.3.18), taken so that
    their logarithms do not cancel.
    """
    added = min(count, _ADDED)
    total = sum(1 / (first + i) for i in range(added))
    rest = count - added
    if rest:
        start = first + added
        total += log1p(rest / start) + _digamma_tail(start + rest) - _digamma_tail(start)
    return total


def _digamma_tail(x: float) -> float:
    """The digamma function less the logarithm, for x of ten or more."""
    square = 1 / (x * x)
    series = 1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240))
    return -0.5 / x - square * series
