"""Numbers as others have printed them."""

from __future__ import annotations


def equals_printed(value: float, printed: str) -> bool:
    """Whether the value, rounded to as many decimals as were printed, is what was printed."""
    decimals = len(printed.partition(".")[2])
    return f"{value:.{decimals}f}" == printed
