"""A ratio of counters: nothing where there is nothing to divide by."""

from __future__ import annotations


def ratio(numerator: float, denominator: float) -> float | None:
    """The quotient; None when the denominator is zero.

    None as well when it is below zero, as it can be while what belongs together is still coming in.
    """
    return numerator / denominator if denominator > 0 else None
