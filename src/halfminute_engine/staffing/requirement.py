"""The least agents that meet the targets, for one interval and for a list of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from halfminute_engine.staffing.errors import (
    InvalidValue,
    Unreachable,
    require_not_negative,
    require_positive,
    require_ratio,
)
from halfminute_engine.staffing.models import GREATEST_AGENTS, Build, Demand, Model
from halfminute_engine.staffing.roster import agents_for_slots, rostered


@dataclass(frozen=True, slots=True)
class Targets:
    """What must be reached, all of it; what is None is not asked for.

    `service_level` is answered within `target_seconds` / offered. `occupancy` is the most that is
    asked of agents, whatever the queue would allow.
    """

    service_level: float | None = None
    target_seconds: float = 20.0
    asa_seconds: float | None = None
    abandon_ratio: float | None = None
    occupancy: float | None = None

    def __post_init__(self) -> None:
        require_not_negative("target_seconds", self.target_seconds)
        ratios = {
            "service_level": self.service_level,
            "abandon_ratio": self.abandon_ratio,
            "occupancy": self.occupancy,
        }
        for name, value in ratios.items():
            if value is not None:
                require_ratio(name, value)
        if self.asa_seconds is not None:
            require_positive("asa_seconds", self.asa_seconds)
        if self.asa_seconds is None and all(value is None for value in ratios.values()):
            raise InvalidValue("there must be one target at least")

    def are_met(self, model: Model) -> bool:
        """Whether the model reaches them all; equal is enough."""
        return (
            (self.occupancy is None or model.occupancy <= self.occupancy)
            and (self.abandon_ratio is None or model.abandon_ratio <= self.abandon_ratio)
            and (self.asa_seconds is None or model.asa_seconds <= self.asa_seconds)
            and (
                self.service_level is None
                or model.service_level(self.target_seconds) >= self.service_level
            )
        )


def least_agents(demand: Demand, build: Build, targets: Targets) -> int:
    """The least agents that meet the targets; none where nothing comes in.

    More agents never make a target harder to reach, so the number is found by halving. Raises
    `Unreachable` when it would be above half a million.
    """
    if demand.arrivals_per_hour == 0:
        return 0
    enough = max(ceil(demand.load), 1)
    too_few = 0
    while enough <= GREATEST_AGENTS and not targets.are_met(build(demand, enough)):
        too_few, enough = enough, enough * 2
    if enough > GREATEST_AGENTS:
        raise Unreachable(f"the targets would take more than {GREATEST_AGENTS // 2} agents")
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if targets.are_met(build(demand, middle)):
            enough = middle
        else:
            too_few = middle
    return enough


@dataclass(frozen=True, slots=True)
class Rule:
    """How agents are counted from demand: the model, the targets, and what agents and rosters are.

    With a `concurrency` above one the model's servers are the slots of the agents, and the demand's
    handle time is that by the wall, as measured with so many contacts at once.
    """

    build: Build
    targets: Targets
    concurrency: float = 1.0
    shrinkage: float = 0.0


@dataclass(frozen=True, slots=True)
class Requirement:
    """Of one interval: agents who must be there for contacts, and people to schedule for that."""

    demand: Demand
    agents: int
    rostered: int


def require(demand: Demand, rule: Rule) -> Requirement:
    """What the interval requires; raises `Unreachable`."""
    slots = least_agents(demand, rule.build, rule.targets)
    agents = agents_for_slots(slots, rule.concurrency)
    return Requirement(demand, agents, rostered(agents, rule.shrinkage))


def require_all(demands: Iterable[Demand], rule: Rule) -> list[Requirement]:
    """What each interval requires by itself, in their order, as if each lasted for ever."""
    return [require(demand, rule) for demand in demands]
