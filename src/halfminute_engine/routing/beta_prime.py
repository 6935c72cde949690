"""The ratio of two gamma variables: a wait of gamma shape at a pace known by so much evidence.

With X and Y gamma of shapes a and b and scale 1, X / (X + Y) is beta of (a, b); its distribution
function is the incomplete beta function ratio.
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

_TINY = 1e-300
_PRECISION = 1e-11
_MOST_TERMS = 10_000
_MOST_STEPS = 200
_NEAR = 1e-9


def incomplete_beta_ratio(x: float, a: float, b: float) -> float:
    """I_x(a, b) for 0 <= x <= 1, a and b above 0. DLMF 8.17.22, by Lentz's method."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta_ratio(1 - x, b, a)
    front = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return exp(front) / (a * _continued_fraction(x, a, b))


def ratio_quantile(share: float, a: float, b: float) -> float:
    """What X / Y is below with the probability `share`, between 0 and 1.

    By Newton's method, and by halving wherever that would leave the interval known.
    """
    low, high = 0.0, 1.0
    x = a / (a + b)
    log_beta = lgamma(a) + lgamma(b) - lgamma(a + b)
    for _ in range(_MOST_STEPS):
        error = incomplete_beta_ratio(x, a, b) - share
        low, high = (x, high) if error < 0 else (low, x)
        density = exp((a - 1) * log(x) + (b - 1) * log1p(-x) - log_beta)
        nearer = x - error / density if density > 0 else low
        if not low < nearer < high:
            nearer = (low + high) / 2
        if abs(nearer - x) <= _NEAR * x:
            break
        x = nearer
    return x / (1 - x)


def _continued_fraction(x: float, a: float, b: float) -> float:
    value = numerator = 1.0
    denominator = 0.0
    for index in range(1, _MOST_TERMS):
        term = _term(index, x, a, b)
        numerator = 1 + term / numerator
        denominator = 1 / (1 + term * denominator or _TINY)
        numerator = numerator or _TINY
        value *= numerator * denominator
        if abs(numerator * denominator - 1) < _PRECISION:
            break
    return value


def _term(index: int, x: float, a: float, b: float) -> float:
    m = index // 2
    if index % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
