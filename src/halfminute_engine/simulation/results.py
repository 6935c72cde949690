"""What a run has shown: counters by class and interval, agents' time, and the floor below both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from halfminute_engine.service_level.counters import AgentCounters, ContactCounters
from halfminute_engine.simulation.agents import Activity, planned_us
from halfminute_engine.simulation.batch_means import Estimate, ratio_of_sums
from halfminute_engine.simulation.kernel import Kernel
from halfminute_engine.simulation.scenario import Scenario

BATCHES = 30


@dataclass(frozen=True, slots=True)
class ClassResult:
    """One class: its counters by number of interval, those without an arrival left out."""

    name: str
    counters_by_interval: dict[int, ContactCounters]

    @property
    def total(self) -> ContactCounters:
        """All of its intervals together."""
        return sum_of(self.counters_by_interval.values())


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """One run from the end of its warm-up to its horizon.

    `agents`: what their time went into, finishing after a period has ended (`overrun_us`)
    included; `planned_agent_us` is what the roster has of them. `floor_us` is the physical floor:
    conversations times mean handle time, which no routing can go below without losing customers.
    `handled_within` tells the share of handlings that take no longer than some time, by their law:
    with infinitely many agents, so many would be solved within it.
    """

    scenario: Scenario
    classes: tuple[ClassResult, ...]
    agents: AgentCounters
    planned_agent_us: int
    overrun_us: int
    floor_us: float
    command_hash: str

    @property
    def total(self) -> ContactCounters:
        """All classes together."""
        return sum_of(item.total for item in self.classes)

    @property
    def by_interval(self) -> dict[int, ContactCounters]:
        """All classes together, by number of interval in its order."""
        merged: dict[int, ContactCounters] = {}
        for item in self.classes:
            for number, counters in item.counters_by_interval.items():
                known = merged.get(number)
                merged[number] = counters if known is None else known + counters
        return dict(sorted(merged.items()))

    def handled_within(self, limit_us: int) -> float | None:
        """Share of conversations whose talk alone is this short, by their classes' laws."""
        laws = {item.name: item.talk for item in self.scenario.classes}
        offered = {item.name: item.total.offered for item in self.classes}
        total = sum(offered.values())
        if not total:
            return None
        short = sum(laws[name].share_within(limit_us) * count for name, count in offered.items())
        return short / total

    def estimate(
        self,
        numerator: Callable[[ContactCounters], float],
        denominator: Callable[[ContactCounters], float],
        *,
        class_name: str | None = None,
        confidence: float = 0.95,
    ) -> Estimate | None:
        """Ratio of two sums with its interval by batch means, of one class or of all together.

        None when the run has too few intervals for batches.
        """
        batches = batches_of(self._counters_of(class_name), self._interval_range())
        return ratio_of_sums(
            [(numerator(batch), denominator(batch)) for batch in batches], confidence
        )

    def _counters_of(self, class_name: str | None) -> dict[int, ContactCounters]:
        if class_name is None:
            return self.by_interval
        return next(item.counters_by_interval for item in self.classes if item.name == class_name)

    def _interval_range(self) -> range:
        length_us = self.scenario.interval_us
        return range(
            self.scenario.warm_up_us // length_us, -(-self.scenario.horizon_us // length_us)
        )


def batches_of(counters: dict[int, ContactCounters], intervals: range) -> list[ContactCounters]:
    """The intervals as at most `BATCHES` batches of equal length, what is left over left out."""
    size = max(1, len(intervals) // BATCHES)
    whole = len(intervals) // size
    return [
        sum_of(
            counters[number]
            for number in intervals[batch * size : (batch + 1) * size]
            if number in counters
        )
        for batch in range(whole)
    ]


def sum_of(counters: Iterable[ContactCounters]) -> ContactCounters:
    """All of them added up."""
    total = ContactCounters()
    for each in counters:
        total = total + each
    return total


def result_of(kernel: Kernel) -> SimulationResult:
    """What the kernel, which has reached its horizon, has to tell."""
    scenario = kernel.scenario
    first = scenario.warm_up_us // scenario.interval_us
    classes = tuple(
        ClassResult(
            kind.definition.name,
            {
                number: counters
                for number, counters in kind.counters_by_interval.items()
                if number >= first
            },
        )
        for kind in kernel.kinds
    )
    return SimulationResult(
        scenario=scenario,
        classes=classes,
        agents=_agent_counters(kernel),
        planned_agent_us=sum(
            planned_us(roster, scenario.warm_up_us, scenario.horizon_us)
            for roster in scenario.rosters
        ),
        overrun_us=sum(
            agent.overrun_us - agent.warm_up.overrun_us for agent in kernel.agents.values()
        ),
        floor_us=_floor_us(scenario, classes),
        command_hash=kernel.command_hash.hexdigest(),
    )


def _floor_us(scenario: Scenario, classes: tuple[ClassResult, ...]) -> float:
    wrap_ups = {queue.queue_id: queue.wrap_up.mean_us for queue in scenario.queues}
    handle_us = {
        item.name: item.talk.mean_us + wrap_ups[item.queue_id] for item in scenario.classes
    }
    return sum(item.total.offered * handle_us[item.name] for item in classes)


def _agent_counters(kernel: Kernel) -> AgentCounters:
    counters = AgentCounters()
    for agent in kernel.agents.values():
        spent_us = [
            spent - before
            for spent, before in zip(agent.spent_us, agent.warm_up.spent_us, strict=True)
        ]
        counters.busy_us += spent_us[Activity.TALK] + spent_us[Activity.WRAP_UP]
        counters.idle_us += spent_us[Activity.IDLE]
        counters.away_us += spent_us[Activity.AWAY]
        counters.handle_us += agent.held_us - agent.warm_up.held_us
    return counters
