"""What staffing refuses, each refusal with a stable code."""

from __future__ import annotations

from typing import ClassVar


class StaffingError(Exception):
    """The question has no answer as it was put."""

    code: ClassVar[str] = "staffing_error"


class InvalidValue(StaffingError, ValueError):
    """A number is outside its range."""

    code = "invalid_value"


class Unreachable(StaffingError, ValueError):
    """No number of agents reaches the target."""

    code = "unreachable"


def require_positive(name: str, value: float) -> None:
    """Raise `InvalidValue` naming the value unless it is finite and above zero."""
    if not 0 < value < float("inf"):
        raise InvalidValue(f"{name} must be above zero: {value}")


def require_not_negative(name: str, value: float) -> None:
    """Raise `InvalidValue` naming the value unless it is finite and zero or above."""
    if not 0 <= value < float("inf"):
        raise InvalidValue(f"{name} must not be negative: {value}")


def require_ratio(name: str, value: float) -> None:
    """Raise `InvalidValue` naming the value unless it lies between 0 and 1, both excluded."""
    if not 0 < value < 1:
        raise InvalidValue(f"{name} must lie between 0 and 1: {value}")
