"""One whole run: from the first arrival to a result whose path has kept every law."""

from __future__ import annotations

from collections.abc import Callable

from halfminute_engine.simulation.kernel import Kernel
from halfminute_engine.simulation.path_laws import check_path
from halfminute_engine.simulation.results import SimulationResult, result_of
from halfminute_engine.simulation.scenario import Scenario
from halfminute_engine.simulation.variates import Uniforms

STEPS = 200


def simulate(
    scenario: Scenario, uniforms: Uniforms, tell: Callable[[float], None] | None = None
) -> SimulationResult:
    """Run the scenario with chance from this source, which nobody else may use meanwhile.

    `tell` hears now and then how much of the time is over, as a share of 1. Raises `BrokenLaw`
    when the path breaks a law that no path can break.
    """
    kernel = Kernel(scenario, uniforms)
    for step in range(1, STEPS + 1):
        kernel.advance(scenario.horizon_us * step // STEPS)
        if tell is not None:
            tell(step / STEPS)
    check_path(kernel)
    return result_of(kernel)
