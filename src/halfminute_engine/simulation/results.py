"""What a run has shown: counters by class and interval, agents' time, and the floor below both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from halfminute_engine.service_level.counters import AgentCounters, ContactCounters
from halfminute_engine.simulation.agents import Activity, planned_us
from halfminute_engine.simulation.batch_means import Estimate, ratio_of_sums
from halfminute_engine.simulation.customers import CustomerKind
from halfminute_engine.simulation.kernel import Kernel
from halfminute_engine.simulation.scenario import Scenario

BATCHES = 30


@dataclass(frozen=True, slots=True)
class ClassResult:
    """One class: its counters by number of interval, those without an arrival left out.

    `floor_us_each` is the agent time that one of its conversations needs at the least.
    """

    name: str
    counters_by_interval: dict[int, ContactCounters]
    total: ContactCounters
    floor_us_each: float


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """One run from the end of its warm-up to its horizon.

    `agents`: what their time went into, finishing after a period has ended (`overrun_us`)
    included; `planned_agent_us` is what the roster has of them, breaks left out.
    """

    scenario: Scenario
    classes: tuple[ClassResult, ...]
    total: ContactCounters
    agents: AgentCounters
    planned_agent_us: int
    overrun_us: int
    command_hash: str

    @property
    def by_interval(self) -> dict[int, ContactCounters]:
        """All classes together, by number of interval in its order."""
        merged: dict[int, ContactCounters] = {}
        for item in self.classes:
            for number, counters in item.counters_by_interval.items():
                known = merged.get(number)
                merged[number] = counters if known is None else known + counters
        return dict(sorted(merged.items()))

    def floor_us_of(self, number: int) -> float:
        """The physical floor of those who came in this interval."""
        return sum(
            item.counters_by_interval[number].offered * item.floor_us_each
            for item in self.classes
            if number in item.counters_by_interval
        )

    @property
    def floor_us(self) -> float:
        """The physical floor: conversations times mean handle time.

        Divided by how many of them one agent can have at once, so that no routing can go below it
        without losing customers.
        """
        return sum(item.total.offered * item.floor_us_each for item in self.classes)

    def handled_within(self, limit_us: int) -> float | None:
        """Share of conversations whose talk alone is this short, by their classes' laws.

        With infinitely many agents, so many would be over within that time.
        """
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

        None when the run has too few intervals for batches, or its scenario is not steady: then the
        batches differ by the time of the day, not by chance alone.
        """
        if not self.scenario.is_steady:
            return None
        batches = batches_of(self._counters_of(class_name), self.interval_range)
        return ratio_of_sums(
            [(numerator(batch), denominator(batch)) for batch in batches], confidence
        )

    def _counters_of(self, class_name: str | None) -> dict[int, ContactCounters]:
        if class_name is None:
            return self.by_interval
        return next(item.counters_by_interval for item in self.classes if item.name == class_name)

    @property
    def interval_range(self) -> range:
        """The numbers of the intervals from the end of the warm-up to the horizon."""
        length_us = self.scenario.interval_us
        return range(
            self.scenario.warm_up_us // length_us, -(-self.scenario.horizon_us // length_us)
        )


def batches_of(
    counters: dict[int, ContactCounters], intervals: range, most: int = BATCHES
) -> list[ContactCounters]:
    """The intervals as about so many batches of equal length, what is left over left out."""
    size = max(1, len(intervals) // most)
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


def agents_planned(scenario: Scenario) -> list[float]:
    """Agents at work in each interval of the scenario, on average, breaks left out."""
    length_us = scenario.interval_us
    planned_us = [0] * -(-scenario.horizon_us // length_us)
    for roster in scenario.rosters:
        for periods in roster.periods:
            for period in periods:
                if not period.is_break:
                    for number in range(
                        period.start_us // length_us, -(-period.end_us // length_us)
                    ):
                        start_us = max(period.start_us, number * length_us)
                        end_us = min(period.end_us, (number + 1) * length_us)
                        planned_us[number] += end_us - start_us
    return [time_us / length_us for time_us in planned_us]


def result_of(kernel: Kernel) -> SimulationResult:
    """What the kernel, which has reached its horizon, has to tell."""
    scenario = kernel.scenario
    first = scenario.warm_up_us // scenario.interval_us
    classes = tuple(_class_result(kind, scenario, first) for kind in kernel.kinds)
    return SimulationResult(
        scenario=scenario,
        classes=classes,
        total=sum_of(item.total for item in classes),
        agents=_agent_counters(kernel),
        planned_agent_us=sum(
            planned_us(roster, scenario.warm_up_us, scenario.horizon_us)
            for roster in scenario.rosters
        ),
        overrun_us=sum(
            agent.overrun_us - agent.warm_up.overrun_us for agent in kernel.agents.values()
        ),
        command_hash=kernel.command_hash.hexdigest(),
    )


def _class_result(kind: CustomerKind, scenario: Scenario, first: int) -> ClassResult:
    counters = {
        number: counters
        for number, counters in kind.counters_by_interval.items()
        if number >= first
    }
    definition = kind.definition
    at_once = _most_at_once(scenario, definition.channel_kind)
    handle_us = definition.talk.mean_us + kind.wrap_up_mean_us
    return ClassResult(definition.name, counters, sum_of(counters.values()), handle_us / at_once)


def _most_at_once(scenario: Scenario, channel_kind: str) -> int:
    """How many conversations of the kind one agent can have at once, whoever can have most."""
    return max(
        (
            roster.template.capacity.total_units // max(1, units)
            for roster in scenario.rosters
            for kind, units in roster.template.capacity.weights
            if kind == channel_kind
        ),
        default=1,
    )


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
