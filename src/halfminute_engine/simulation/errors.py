"""What the simulation refuses, each refusal with a stable code."""

from __future__ import annotations

from typing import ClassVar


class SimulationError(Exception):
    """The simulation cannot go on with what it was given."""

    code: ClassVar[str] = "simulation_error"


class InvalidScenario(SimulationError, ValueError):
    """A scenario does not describe a contact centre; `field` is the path to what is wrong.

    A path reads as in TOML: `class[2].patience.mean_seconds`, counted from 0.
    """

    code = "invalid_scenario"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class BrokenLaw(SimulationError, AssertionError):
    """A path broke a law that holds on every path: a fault of ours, never of the scenario."""

    code = "broken_law"
