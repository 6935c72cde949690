"""The figures of a run under the names of `halfminute simulate --json`."""

from __future__ import annotations

from typing import Any, Final

from halfminute.workforce.running import Run
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.outcomes import (
    solved_within_of_answered,
    solved_within_of_offered,
)
from halfminute_engine.service_level.service_level import service_level
from halfminute_engine.service_level.waits import (
    abandon_ratio,
    asa_seconds,
    longest_wait_seconds,
    mean_wait_seconds,
)
from halfminute_engine.service_level.work import aht_seconds, occupancy
from halfminute_engine.simulation.batch_means import Estimate
from halfminute_engine.simulation.results import SimulationResult

SOLVED_SECONDS: Final = 180
_HOUR_US: Final = 3_600_000_000
_SECOND_US: Final = 1_000_000

Figures = dict[str, Any]


def figures_of(run: Run) -> Figures:
    """Every figure of the run; a ratio is None where there is nothing to divide by."""
    result, total = run.result, run.result.total
    agent_hours, floor_hours = result.planned_agent_us / _HOUR_US, result.floor_us / _HOUR_US
    return {
        "scenario": run.name,
        "title": run.planned.title,
        "seed": run.seed,
        "hours": (result.scenario.horizon_us - result.scenario.warm_up_us) / _HOUR_US,
        **contact_figures(total, run.planned.targets.service_level_seconds),
        "mean_wait_interval": _bounds(mean_wait_estimate(result)),
        "abandon_interval": _bounds(abandon_estimate(result)),
        "handled_within_180_ratio": result.handled_within(SOLVED_SECONDS * _SECOND_US),
        "agent_hours": agent_hours,
        "overrun_agent_hours": result.overrun_us / _HOUR_US,
        "floor_agent_hours": floor_hours,
        "agent_hours_above_floor_ratio": agent_hours / floor_hours - 1 if floor_hours else None,
        "occupancy": occupancy(result.agents),
        "classes": [
            {
                "name": item.name,
                **contact_figures(item.total, run.planned.targets.service_level_seconds),
            }
            for item in result.classes
        ],
        "command_hash": result.command_hash,
        "wall_seconds": run.wall_seconds,
        "conversations_per_second": total.offered / run.wall_seconds,
    }


def contact_figures(counters: ContactCounters, target_seconds: int) -> Figures:
    """What became of these conversations."""
    return {
        "conversations": counters.offered,
        "answered": counters.answered.count,
        "abandoned": counters.abandoned.count,
        "asa_seconds": asa_seconds(counters),
        "mean_wait_seconds": mean_wait_seconds(counters),
        "longest_wait_seconds": longest_wait_seconds(counters),
        "abandon_ratio": abandon_ratio(counters),
        "service_level_seconds": target_seconds,
        "service_level": service_level(counters, target_seconds),
        "solved_within_180_ratio": solved_within_of_offered(counters, SOLVED_SECONDS),
        "solved_within_180_of_answered_ratio": solved_within_of_answered(counters, SOLVED_SECONDS),
        "aht_seconds": aht_seconds(counters),
    }


def mean_wait_estimate(result: SimulationResult) -> Estimate | None:
    """Mean wait of all, in seconds, with its 95 per cent interval."""
    return result.estimate(
        lambda counters: counters.waits.total_us / _SECOND_US, lambda counters: counters.offered
    )


def abandon_estimate(result: SimulationResult) -> Estimate | None:
    """Abandoned / offered, with its 95 per cent interval."""
    return result.estimate(
        lambda counters: counters.abandoned.count, lambda counters: counters.offered
    )


def _bounds(estimate: Estimate | None) -> tuple[float, float] | None:
    return None if estimate is None else (max(0.0, estimate.low), estimate.high)
