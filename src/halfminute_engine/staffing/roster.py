"""From agents who answer to people who are paid, and from one contact at a time to several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from halfminute_engine.staffing.errors import InvalidValue, require_not_negative, require_positive

# A quotient that a float puts this little above a whole number is that number.
_ROUNDING = 1e-9


def rostered(agents: float, shrinkage: float) -> int:
    """People to schedule so that so many are there for contacts: agents / (1 - shrinkage), up.

    Not agents x (1 + shrinkage), which is too few: for 14 agents at 30 % that would be 19, of whom
    13 are there.
    """
    require_not_negative("agents", agents)
    if not 0 <= shrinkage < 1:
        raise InvalidValue(f"shrinkage must be from 0 to below 1: {shrinkage}")
    return ceil(agents / (1 - shrinkage) - _ROUNDING)


def agents_for_slots(slots: int, concurrency: float) -> int:
    """Agents who have so many slots, each `concurrency` of them (2.5: every other agent has 3)."""
    require_not_negative("slots", slots)
    _require_concurrency(concurrency)
    return ceil(slots / concurrency - _ROUNDING)


def slots_of(agents: int, concurrency: float) -> int:
    """The slots that these agents have together."""
    _require_concurrency(concurrency)
    return floor(agents * concurrency + _ROUNDING)


@dataclass(frozen=True, slots=True)
class ConcurrencyPoint:
    """Handle time by the wall, as measured with so many contacts at once: it grows with them."""

    concurrency: float
    aht_seconds: float

    def __post_init__(self) -> None:
        _require_concurrency(self.concurrency)
        require_positive("aht_seconds", self.aht_seconds)

    @property
    def agent_seconds(self) -> float:
        """What a contact costs an agent: handle time / concurrency."""
        return self.aht_seconds / self.concurrency

    @property
    def contacts_per_hour(self) -> float:
        """What an agent who is always full gets done."""
        return 3_600 / self.agent_seconds


def most_productive(points: Iterable[ConcurrencyPoint]) -> ConcurrencyPoint:
    """The point at which an agent gets most done, the least concurrency of equals.

    Raises `InvalidValue` when there is none.
    """
    ordered = sorted(points, key=lambda point: (point.agent_seconds, point.concurrency))
    if not ordered:
        raise InvalidValue("there must be one point at least")
    return ordered[0]


def _require_concurrency(concurrency: float) -> None:
    if not 1 <= concurrency < float("inf"):
        raise InvalidValue(f"concurrency must be 1 or more: {concurrency}")
