"""Runs a scenario as fast as one core can."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from halfminute.kit.garbage import search_paused
from halfminute_engine.simulation.document import PlannedScenario
from halfminute_engine.simulation.results import SimulationResult
from halfminute_engine.simulation.simulate import simulate


@dataclass(frozen=True, slots=True)
class Run:
    """One scenario, simulated. `wall_seconds` are those of the clock on the wall."""

    name: str
    seed: int
    planned: PlannedScenario
    result: SimulationResult
    wall_seconds: float


def run_scenario(
    name: str, planned: PlannedScenario, seed: int, tell: Callable[[float], None] | None = None
) -> Run:
    """Simulate it. `tell` hears how much of its time is over, as a share of 1."""
    begun = time.perf_counter()
    # A run leaves no cycles behind.
    with search_paused():
        result = simulate(planned.scenario, random.Random(seed), tell)  # noqa: S311  # no secret
    return Run(name, seed, planned, result, time.perf_counter() - begun)
