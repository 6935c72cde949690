"""What is simulated: who comes when and wants what, who works when and can do what."""

from __future__ import annotations

from dataclasses import dataclass, field

from halfminute_engine.routing.queue_rules import PER_MILLE
from halfminute_engine.routing.values import Capacity, QueueId, Requirement
from halfminute_engine.simulation.errors import InvalidScenario
from halfminute_engine.simulation.variates import NOTHING, SECOND_US, Constant, Law, Never

NEVER = Never()
A_MINUTE = Constant(60 * SECOND_US)

HOUR_US = 3_600 * SECOND_US


@dataclass(frozen=True, slots=True)
class SimulatedQueue:
    """A queue of the router. A `wrap_up` of constant time is a fixed one, of another law open.

    Two classes of conversations in one queue share its wrap-up.
    """

    queue_id: QueueId
    offer_timeout_us: int = 30 * SECOND_US
    wrap_up: Law = NOTHING
    priority_credit_us: int = 0
    slope_per_mille: int = PER_MILLE


@dataclass(frozen=True, slots=True)
class ConversationClass:
    """Conversations alike: where they wait, whom they need, how long they last.

    `talk` is the time with the agent, of which the share `hold_ratio` is spent on hold.
    `patience` is how long a customer waits before leaving. The share `silent_ratio` of those who
    leave does so without a word, as in messengers: the conversation waits on, and its agent finds
    out in `silence_check` time that nobody is there.
    """

    name: str
    queue_id: QueueId
    channel_kind: str
    talk: Law
    requirements: tuple[Requirement, ...] = ()
    patience: Law = NEVER
    hold_ratio: float = 0.0
    silent_ratio: float = 0.0
    silence_check: Law = NOTHING
    priority_credit_us: int = 0

    def __post_init__(self) -> None:
        _require_ratio("hold_ratio", self.hold_ratio)
        _require_ratio("silent_ratio", self.silent_ratio)


@dataclass(frozen=True, slots=True)
class ArrivalStream:
    """A Poisson process whose rate is constant within each interval, and repeats after the last.

    `rates_per_hour` has a rate for each interval of `interval_us`, the first at `start_us`; before
    `start_us` and from `end_us` on nobody comes. `mix` has (class name, weight) pairs. What is not
    expected is not planned for.
    """

    rates_per_hour: tuple[float, ...]
    interval_us: int
    mix: tuple[tuple[str, float], ...]
    start_us: int = 0
    end_us: int | None = None
    is_expected: bool = True

    def rate_at(self, time_us: int) -> float:
        """Arrivals an hour at this moment."""
        if time_us < self.start_us or (self.end_us is not None and time_us >= self.end_us):
            return 0.0
        number = (time_us - self.start_us) // self.interval_us
        return self.rates_per_hour[number % len(self.rates_per_hour)]

    def __post_init__(self) -> None:
        if self.interval_us <= 0:
            raise InvalidScenario("interval_seconds", "must be positive")
        if not self.rates_per_hour or not any(self.rates_per_hour):
            raise InvalidScenario("rates_per_hour", "must have at least one rate above 0")
        if any(not 0 <= rate < float("inf") for rate in self.rates_per_hour):
            raise InvalidScenario("rates_per_hour", "must not be negative or infinite")
        if not self.mix or any(not 0 < weight < float("inf") for _, weight in self.mix):
            raise InvalidScenario("mix", "must have weights, all of them above 0")


@dataclass(frozen=True, slots=True)
class Period:
    """An agent is at work from `start_us` until `end_us`: available, or away (a break)."""

    start_us: int
    end_us: int
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class AgentTemplate:
    """What agents of one kind can do, and how they answer an offer.

    `accept_delay` is how long an offer rings before it is accepted; the share `no_answer_ratio`
    rings out, after which the agent comes back in `return_after`.
    """

    name: str
    queue_ids: tuple[QueueId, ...]
    skills: tuple[tuple[str, int], ...] = ()
    capacity: Capacity = field(default_factory=Capacity)
    accept_delay: Law = NOTHING
    no_answer_ratio: float = 0.0
    return_after: Law = A_MINUTE

    def __post_init__(self) -> None:
        _require_ratio("no_answer_ratio", self.no_answer_ratio)


@dataclass(frozen=True, slots=True)
class SimulatedRoster:
    """Agents of one kind, each with its periods: apart, in order of time."""

    template: AgentTemplate
    periods: tuple[tuple[Period, ...], ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole contact centre from 0 until `horizon_us`.

    Figures are kept by `interval_us`, the first of them at 0. What comes before `warm_up_us` runs,
    and is left out of the results.
    """

    horizon_us: int
    queues: tuple[SimulatedQueue, ...]
    classes: tuple[ConversationClass, ...]
    streams: tuple[ArrivalStream, ...]
    rosters: tuple[SimulatedRoster, ...]
    interval_us: int = HOUR_US // 2
    warm_up_us: int = 0

    @property
    def is_steady(self) -> bool:
        """Whether nothing changes with the time: the same rates, the same agents throughout."""
        whole = (Period(0, self.horizon_us),)
        return all(
            len(set(stream.rates_per_hour)) == 1 and stream.start_us == 0 and stream.end_us is None
            for stream in self.streams
        ) and all(periods == whole for roster in self.rosters for periods in roster.periods)

    def __post_init__(self) -> None:
        if self.horizon_us <= self.warm_up_us or self.interval_us <= 0:
            raise InvalidScenario("horizon", "must be later than the warm-up and have intervals")
        queue_ids = {queue.queue_id for queue in self.queues}
        require_queues(self.classes, self.queues)
        require_classes(self.streams, self.classes)
        for index, roster in enumerate(self.rosters):
            for queue_id in roster.template.queue_ids:
                _require_known(f"agents[{index}].queues", queue_id, queue_ids)
            for periods in roster.periods:
                _require_order(f"agents[{index}]", periods)


def require_queues(
    classes: tuple[ConversationClass, ...], queues: tuple[SimulatedQueue, ...]
) -> None:
    """Raise `InvalidScenario` unless all classes have names of their own, and queues that exist."""
    queue_ids = {queue.queue_id for queue in queues}
    for index, item in enumerate(classes):
        _require_known(f"class[{index}].queue", item.queue_id, queue_ids)
        if item.name in {other.name for other in classes[:index]}:
            raise InvalidScenario(f"class[{index}].name", f"there are two of {item.name!r}")


def require_classes(
    streams: tuple[ArrivalStream, ...], classes: tuple[ConversationClass, ...]
) -> None:
    """Raise `InvalidScenario` unless all that comes is of a class that exists."""
    names = {item.name for item in classes}
    for index, stream in enumerate(streams):
        for name, _ in stream.mix:
            _require_known(f"arrivals[{index}].mix", name, names)


def periods_of_counts(counts: tuple[int, ...], interval_us: int) -> tuple[tuple[Period, ...], ...]:
    """Periods by which so many agents are at work in each interval, the first of them at 0.

    Who came last goes first, so an agent who stays has one period without a seam.
    """
    return tuple(_periods_of_agent(counts, agent, interval_us) for agent in range(max(counts)))


def cut_periods(
    rosters: tuple[tuple[Period, ...], ...], horizon_us: int
) -> tuple[tuple[Period, ...], ...]:
    """The same, as far as they lie before the horizon."""
    return tuple(
        tuple(
            Period(period.start_us, min(period.end_us, horizon_us), period.is_break)
            for period in periods
            if period.start_us < horizon_us
        )
        for periods in rosters
    )


def _periods_of_agent(counts: tuple[int, ...], agent: int, interval_us: int) -> tuple[Period, ...]:
    periods: list[Period] = []
    start: int | None = None
    for index, count in enumerate((*counts, 0)):
        if count > agent and start is None:
            start = index
        elif count <= agent and start is not None:
            periods.append(Period(start * interval_us, index * interval_us))
            start = None
    return tuple(periods)


def _require_ratio(field_name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise InvalidScenario(field_name, "must be between 0 and 1")


def _require_known(field_name: str, name: str, known: set[QueueId] | set[str]) -> None:
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise InvalidScenario(field_name, f"there is no {name!r}; there are: {there}")


def _require_order(field_name: str, periods: tuple[Period, ...]) -> None:
    end_us = 0
    for period in periods:
        if not end_us <= period.start_us < period.end_us:
            raise InvalidScenario(field_name, "periods must be in order, apart, and not empty")
        end_us = period.end_us
