"""The same Erlang A system in simpy, in ciw and through our router: customers served a second."""

from __future__ import annotations

import gc
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from halfminute_engine.routing.values import Capacity, QueueId
from halfminute_engine.simulation.scenario import (
    HOUR_US,
    AgentTemplate,
    ArrivalStream,
    ConversationClass,
    Period,
    Scenario,
    SimulatedQueue,
    SimulatedRoster,
)
from halfminute_engine.simulation.simulate import simulate
from halfminute_engine.simulation.variates import SECOND_US, Exponential

ROOT: Final = Path(__file__).parents[1]
PLACE: Final = ROOT / "build" / "other_simulators"
LIST: Final = ROOT / "requirements" / "bench.txt"


def install_others() -> None:
    """Have simpy and ciw at hand, in a folder that this process alone looks into.

    ciw puts a package named `tests` where it is installed, which would stand before ours.
    """
    listed = LIST.read_bytes()
    installed = PLACE / "installed.txt"
    if not installed.is_file() or installed.read_bytes() != listed:
        shutil.rmtree(PLACE, ignore_errors=True)
        install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python"]
        packages = ["--target", str(PLACE), "--require-hashes", "--requirement", str(LIST)]
        subprocess.run([*install, sys.executable, *packages], check=True)
        installed.write_bytes(listed)
    sys.path.append(str(PLACE))


@dataclass(frozen=True, slots=True)
class Case:
    """M/M/c+M: servers, arrivals an hour, means in seconds, and how many hours of it."""

    servers: int
    arrivals_per_hour: float
    talk_seconds: float
    patience_seconds: float
    hours: int


def by_router(case: Case, seed: int) -> int:
    """Through the router; customers who came."""
    return simulate(scenario_of(case), random.Random(seed)).total.offered


def by_simpy(case: Case, seed: int) -> int:
    """A process for each customer, who waits for a server or for the end of the patience."""
    import simpy  # noqa: PLC0415  # comes with `install_others`

    chance = random.Random(seed)
    environment = simpy.Environment()
    servers = simpy.Resource(environment, capacity=case.servers)
    came = 0

    def customer() -> Iterator[Any]:
        with servers.request() as request:
            patience = environment.timeout(chance.expovariate(1 / case.patience_seconds))
            yield request | patience
            if request.triggered:
                yield environment.timeout(chance.expovariate(1 / case.talk_seconds))

    def arrivals() -> Iterator[Any]:
        nonlocal came
        while True:
            yield environment.timeout(chance.expovariate(case.arrivals_per_hour / 3_600))
            came += 1
            environment.process(customer())

    environment.process(arrivals())
    environment.run(until=case.hours * 3_600)
    return came


def by_ciw(case: Case, seed: int) -> int:
    """One node with reneging."""
    import ciw  # noqa: PLC0415  # comes with `install_others`

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(case.arrivals_per_hour / 3_600)],
        service_distributions=[ciw.dists.Exponential(1 / case.talk_seconds)],
        reneging_time_distributions=[ciw.dists.Exponential(1 / case.patience_seconds)],
        number_of_servers=[case.servers],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(case.hours * 3_600)
    return int(simulation.nodes[0].number_of_individuals)


WAYS: dict[str, Callable[[Case, int], int]] = {
    "router": by_router,
    "simpy": by_simpy,
    "ciw": by_ciw,
}


def compare(case: Case, rounds: int) -> dict[str, list[float]]:
    """Customers a second of each way, in rounds in which each has its turn."""
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    for seed in range(1, rounds + 1):
        for name, run in WAYS.items():
            gc.collect()
            gc.disable()
            begun = time.process_time()
            came = run(case, seed)
            rates[name].append(came / (time.process_time() - begun))
            gc.enable()
    return rates


def scenario_of(case: Case) -> Scenario:
    """The case as a scenario of ours."""
    queue = SimulatedQueue(QueueId("line"))
    horizon_us = case.hours * HOUR_US
    calls = ConversationClass(
        "calls",
        queue.queue_id,
        "voice",
        Exponential(case.talk_seconds * SECOND_US),
        patience=Exponential(case.patience_seconds * SECOND_US),
    )
    template = AgentTemplate("agent", (queue.queue_id,), capacity=Capacity(100, (("voice", 100),)))
    return Scenario(
        horizon_us,
        (queue,),
        (calls,),
        (ArrivalStream((case.arrivals_per_hour,), HOUR_US, (("calls", 1.0),)),),
        (SimulatedRoster(template, ((Period(0, horizon_us),),) * case.servers),),
    )
