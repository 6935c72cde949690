"""A month of 3.5 million conversations through the router, and its speed beside simpy and ciw.

`make bench NAME=month`, or `ARGS=operator-week` for another scenario. The month is one run on one
core. The others simulate one small system that they can express, in turns within this run, by
processor time: a ratio above 1 means that we are quicker, with the whole router in it.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time

from bench.other_simulators import Case, compare, install_others
from bench.report import Figure, print_result, print_table
from halfminute.workforce.figures import figures_of
from halfminute.workforce.running import run_scenario
from halfminute.workforce.scenario_files import load_scenario

ROUNDS = 5
CASE = Case(servers=10, arrivals_per_hour=360, talk_seconds=100, patience_seconds=180, hours=30)
KEYS = ("conversations", "wall_seconds", "conversations_per_second", "command_hash")
MORE = ("mean_wait_seconds", "abandon_ratio", "service_level", "solved_within_180_ratio")


def main() -> None:
    """Run it."""
    name = sys.argv[1] if len(sys.argv) > 1 else "operator-month"
    install_others()
    rates = compare(CASE, ROUNDS)
    print_table(
        f"Erlang A, {CASE.servers} servers at full load: customers a second of processor time",
        [
            {"simulator": way, **{f"round {n}": round(rate) for n, rate in enumerate(found, 1)}}
            for way, found in rates.items()
        ],
    )
    planned = load_scenario(name)
    gc.freeze()
    begun = time.process_time()
    run = run_scenario(name, planned, seed=1)
    processor_seconds = time.process_time() - begun
    figures = figures_of(run)
    result: dict[str, Figure] = {key: figures[key] for key in KEYS}
    result["processor_seconds"] = processor_seconds
    for other in ("simpy", "ciw"):
        pairs = zip(rates["router"], rates[other], strict=True)
        result[f"ratio_to_{other}"] = statistics.median(ours / theirs for ours, theirs in pairs)
    print_table(name, [{key: figures[key] for key in MORE}])
    print_result(result)


if __name__ == "__main__":
    main()
