"""How often a wait is within the range of 80 per cent that its customer was told, by load.

`make bench NAME=expected_wait`, some minutes; `ARGS=quick` runs a fifth of it, `ARGS="--seed 7"`
draws others. Small and large
teams, exponential and lognormal handle times, and two queues of different slopes whose agents are
in part the same. From a load of 0.95 on customers are impatient; see `simulation.foretelling` for
those who left.
"""

from __future__ import annotations

import argparse
import gc
import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.report import Figure, print_result, print_table
from halfminute_engine.routing.values import Capacity, QueueId
from halfminute_engine.simulation.foretelling import ForetellingKernel, Foretold, coverage_of
from halfminute_engine.simulation.scenario import (
    HOUR_US,
    NEVER,
    AgentTemplate,
    ArrivalStream,
    ConversationClass,
    Period,
    Scenario,
    SimulatedQueue,
    SimulatedRoster,
)
from halfminute_engine.simulation.variates import SECOND_US, Exponential, Law, Lognormal

TALK_SECONDS = 240.0
TALKS: dict[str, Law] = {
    "exponential": Exponential(TALK_SECONDS * SECOND_US),
    "lognormal": Lognormal(TALK_SECONDS * SECOND_US, 1.2),
}
LOADS = (0.7, 0.85, 0.95, 1.05)
IMPATIENT_FROM = 0.95
PATIENCE = Exponential(2 * TALK_SECONDS * SECOND_US)
TEAMS = {5: 60_000, 50: 200_000}
"""Agents of a team, and conversations that come to it in a run."""

VOICE = Capacity(100, (("voice", 100),))
CALLS, URGENT = QueueId("calls"), QueueId("urgent")
URGENT_SLOPE = 3_000
EACH = 3
"""Of those who must wait one out of so many asks: neighbours tell nearly the same."""

LEAST, MOST = 0.75, 0.85
LEAST_WAITS = 300
"""Fewer than these are shown and not judged."""

QUICK = 0.2


@dataclass(frozen=True, slots=True)
class Case:
    """A team, its load, the law of its handle times; `is_shared`: two queues and cross-training."""

    agents: int
    load: float
    talk: str
    is_shared: bool = False

    @property
    def scenario_name(self) -> str:
        """What it is."""
        return f"{'two queues' if self.is_shared else 'one queue'}, {self.talk}"


CASES = [
    Case(agents, load, talk, is_shared)
    for load in LOADS
    for is_shared in (False, True)
    for agents in TEAMS
    for talk in TALKS
]


def main() -> None:
    """Every case, and by load the one that is farthest from what is promised."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("length", nargs="?", choices=("quick", "whole"), default="whole")
    parser.add_argument("--seed", type=int, default=2027)
    given = parser.parse_args()
    share = QUICK if given.length == "quick" else 1.0
    rows: list[dict[str, Figure]] = []
    for case in CASES:
        of_case = list(examine(case, share, given.seed))
        told = ", ".join(f"{row['coverage_ratio']:.3f}" for row in of_case)
        print(f"{case.agents} agents, load {case.load:g}: {case.scenario_name}: {told}", flush=True)
        rows += of_case
    print_table("Waits within the range of 80 per cent", rows)
    result: dict[str, Figure] = {"within": sum(bool(row["is_within"]) for row in rows)}
    rows = [row for row in rows if row["is_within"] is not None]
    result["rows"] = len(rows)
    for load in LOADS:
        of_load = [row for row in rows if row["load"] == load]
        farthest = max(of_load, key=lambda row: abs(float(row["coverage_ratio"] or 0) - 0.8))
        result[f"coverage_ratio_{load:g}"] = farthest["coverage_ratio"]
        widths = [float(row["width_seconds"] or 0) for row in of_load]
        result[f"width_seconds_{load:g}"] = sum(widths) / len(widths)
    print_result(result)


def examine(case: Case, share: float, seed: int) -> Iterator[dict[str, Figure]]:
    """The coverage by class, when a wait begins and midway."""
    gc.disable()
    kernel = ForetellingKernel(scenario_of(case, share), random.Random(seed), each=EACH)
    told = kernel.finish()
    gc.enable()
    for name in sorted({item.class_name for item in told}):
        for is_midway in (False, True):
            of_class = [each for each in told if each.class_name == name]
            yield _row(case, name, [each for each in of_class if each.is_midway == is_midway])


def scenario_of(case: Case, share: float) -> Scenario:
    """The case as a scenario: from the 50th part on everything is counted."""
    per_hour = case.load * case.agents * 3_600 / TALK_SECONDS
    horizon_us = round(share * TEAMS[case.agents] / per_hour) * HOUR_US
    patience = PATIENCE if case.load >= IMPATIENT_FROM else NEVER
    names = (CALLS, URGENT) if case.is_shared else (CALLS,)
    mix = (("calls", 0.6), ("urgent", 0.4)) if case.is_shared else (("calls", 1.0),)
    slopes = {CALLS: 1_000, URGENT: URGENT_SLOPE}
    return Scenario(
        horizon_us=horizon_us,
        warm_up_us=horizon_us // 50,
        queues=tuple(SimulatedQueue(name, slope_per_mille=slopes[name]) for name in names),
        classes=tuple(
            ConversationClass(str(name), name, "voice", TALKS[case.talk], patience=patience)
            for name in names
        ),
        streams=(ArrivalStream((per_hour,), HOUR_US, mix),),
        rosters=tuple(_rosters(case, horizon_us)),
    )


def _rosters(case: Case, horizon_us: int) -> Iterator[SimulatedRoster]:
    """Where queues are two, two fifths of the agents know both, and one fifth only the urgent."""
    fifth = case.agents // 5
    kinds: list[tuple[str, tuple[QueueId, ...], int]] = [("agent", (CALLS,), case.agents)]
    if case.is_shared:
        kinds = [
            ("general", (CALLS,), 2 * fifth),
            ("urgent", (URGENT,), fifth),
            ("both", (CALLS, URGENT), 2 * fifth),
        ]
    for name, queue_ids, count in kinds:
        template = AgentTemplate(name, queue_ids, capacity=VOICE)
        yield SimulatedRoster(template, ((Period(0, horizon_us),),) * count)


def _row(case: Case, class_name: str, told: list[Foretold]) -> dict[str, Figure]:
    coverage = coverage_of(told)
    return {
        "load": case.load,
        "agents": case.agents,
        "scenario": case.scenario_name,
        "class": class_name,
        "asked": "midway" if told[0].is_midway else "first",
        "waits": coverage.count,
        "left": coverage.left_count,
        "below": coverage.below_ratio,
        "coverage_ratio": coverage.coverage_ratio,
        "above": coverage.above_ratio,
        "width_seconds": coverage.width_seconds,
        "is_within": (
            LEAST <= coverage.coverage_ratio <= MOST if coverage.count >= LEAST_WAITS else None
        ),
    }


if __name__ == "__main__":
    main()
