"""What cross-training is worth: agent-hours beside what one pool needs, and what customers get.

`make bench NAME=cross_training`: the operator's week, ten minutes; `ARGS=operator-month` the month,
or `ARGS="operator-month 2 6"` of it these cases. Both sides are staffed by half-hours without
shifts: agent-hours are agents times intervals. Two laws of handle time: of the first no staffing
can have 98 per cent solved in three minutes, of the second it can.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.report import Figure, print_result, print_table
from halfminute.workforce.figures import Figures, figures_of
from halfminute.workforce.running import run_scenario
from halfminute.workforce.scenario_files import load_scenario
from halfminute_engine.simulation.document import PlannedScenario
from halfminute_engine.simulation.results import agents_planned
from halfminute_engine.simulation.scenario import HOUR_US

ALL = '"all"'
VARIED = "{ mean_seconds = 120, cv = 0.5 }"
EVEN = "{ mean_seconds = 112.5, cv = 0.2 }"
MOST_ABOVE = 0.05
MOST_WAIT_SECONDS = 30.0
MOST_LOST = 0.01


@dataclass(frozen=True, slots=True)
class Case:
    """Skills an agent, how much more than one pool there is of them, and how long handling takes.

    The fields are written as in a scenario's file.
    """

    skills: str
    margin: float = 0.0
    handle: str = VARIED

    def load(self, base: str, folder: Path) -> PlannedScenario:
        """The base with these agents and this handle time."""
        place = folder / "case.toml"
        place.write_text(
            f'based_on = "{base}"\n'
            f"[classes]\nhandle = {self.handle}\n"
            f"[staffing]\nskills_per_agent = {self.skills}\nmargin_ratio = {self.margin}\n",
            encoding="utf-8",
        )
        return load_scenario(str(place))


CASES = (
    Case(ALL),
    Case("3", 0.05),
    Case("3", 0.02),
    Case("2.25", 0.05),
    Case("2", 0.07),
    Case("2", 0.05),
    Case("1"),
    Case(ALL, handle=EVEN),
    Case("3", 0.05, handle=EVEN),
)


def main() -> None:
    """Run them one after another."""
    base = sys.argv[1] if len(sys.argv) > 1 else "operator-week"
    numbers = [int(number) for number in sys.argv[2:]] or range(len(CASES))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            rows.append(examine(CASES[number], base, Path(folder)))
            print_table(f"{base}, case {number}", rows[-1:])
    print_table(base, rows)
    result: dict[str, Figure] = {
        "cases": len(rows),
        "within_five_per_cent": sum(bool(row["is_within"]) for row in rows),
    }
    print_result(result)


def examine(case: Case, base: str, folder: Path) -> dict[str, Figure]:
    """The case's figures, beside the agent-hours of one pool at the same handle time."""
    one_pool = agent_hours(Case(ALL, handle=case.handle).load(base, folder))
    figures = figures_of(run_scenario(base, case.load(base, folder), seed=1))
    above = figures["agent_hours"] / one_pool - 1
    return {
        "skills": case.skills.strip('"'),
        "handle": case.handle.strip("{ }"),
        "agent_hours": round(figures["agent_hours"]),
        "above_one_pool": f"{above:+.2%}",
        "above_floor": f"{figures['agent_hours_above_floor_ratio']:+.2%}",
        "wait": figures["mean_wait_seconds"],
        "lost": f"{figures['abandon_ratio']:.2%}",
        "rarest_lost": f"{lost_of_rare(figures):.1%}",
        "within_20": f"{figures['service_level']:.2%}",
        "solved_180": f"{figures['solved_within_180_ratio']:.2%}",
        "of_answered": f"{figures['solved_within_180_of_answered_ratio']:.2%}",
        "handled_180": f"{figures['handled_within_180_ratio']:.2%}",
        "is_within": above < MOST_ABOVE + 5e-4
        and figures["mean_wait_seconds"] <= MOST_WAIT_SECONDS
        and figures["abandon_ratio"] <= MOST_LOST,
        "command_hash": figures["command_hash"][:12],
    }


def agent_hours(planned: PlannedScenario) -> float:
    """Agents times intervals of the whole scenario."""
    scenario = planned.scenario
    return sum(agents_planned(scenario)) * scenario.interval_us / HOUR_US


def lost_of_rare(figures: Figures) -> float:
    """The share lost of all classes in the rarest language, the last third of them."""
    rarest = figures["classes"][-(len(figures["classes"]) // 3) :]
    offered = sum(item["conversations"] for item in rarest)
    return float(sum(item["abandoned"] for item in rarest) / offered)


if __name__ == "__main__":
    main()
