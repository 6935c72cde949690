"""Numbers of chance that belong to one conversation and purpose, whatever else happens.

Two runs of one day under different settings are compared. Drawn one after another, the first
difference would give every later conversation other numbers, and the comparison would be one of
chance. So each number is worked out from the seed and what it is for: what is asked in both runs
gets the same answer (common random numbers: Law, "Simulation Modeling and Analysis", 5th ed.,
11.2).
"""

from __future__ import annotations

from enum import IntEnum

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


class Purpose(IntEnum):
    """What a number is for."""

    PATIENCE = 1
    HANDLING = 2
    OFFER = 3
    RETURN = 4


def uniform(seed: int, index: int, purpose: Purpose, attempt: int = 0) -> float:
    """A number of [0, 1): the finalizer of SplitMix64 over what it is for.

    Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    """
    state = seed & _MASK
    for part in (index, purpose, attempt):
        state = _mix((state + _GOLDEN * (part + 1)) & _MASK)
    return (state >> 11) / (1 << 53)


def _mix(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
