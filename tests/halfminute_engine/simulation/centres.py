"""Contact centres to be simulated: textbook ones, and one in which everything happens."""

from __future__ import annotations

from random import Random

from halfminute_engine.routing.values import Capacity, QueueId, Requirement
from halfminute_engine.simulation.kernel import Kernel
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
    periods_of_counts,
)
from halfminute_engine.simulation.variates import (
    NOTHING,
    SECOND_US,
    Constant,
    Exponential,
    Law,
    Lognormal,
)

CALLS = QueueId("calls")
CHATS = QueueId("chats")
TALK = Exponential(100 * SECOND_US)
QUARTER_US = HOUR_US // 4


def seconds(number: float) -> int:
    """In microseconds."""
    return int(number * SECOND_US)


def call_centre(
    *,
    servers: int = 1,
    arrivals_per_hour: float = 30.0,
    talk: Law = TALK,
    patience: Law = NEVER,
    hours: int = 10,
    warm_up_hours: int = 0,
    wrap_up: Law = NOTHING,
    accept_delay: Law = NOTHING,
    no_answer_ratio: float = 0.0,
) -> Scenario:
    """One queue of calls, one class, agents who are always there: M/M/c and its relatives."""
    return Scenario(
        horizon_us=hours * HOUR_US,
        warm_up_us=warm_up_hours * HOUR_US,
        queues=(SimulatedQueue(CALLS, wrap_up=wrap_up),),
        classes=(ConversationClass("calls", CALLS, "voice", talk, patience=patience),),
        streams=(ArrivalStream((arrivals_per_hour,), HOUR_US, (("calls", 1.0),)),),
        rosters=(
            SimulatedRoster(
                AgentTemplate(
                    "agent",
                    (CALLS,),
                    capacity=Capacity(100, (("voice", 100),)),
                    accept_delay=accept_delay,
                    no_answer_ratio=no_answer_ratio,
                ),
                ((Period(0, hours * HOUR_US),),) * servers,
            ),
        ),
    )


def busy_centre(hours: int = 4) -> Scenario:
    """Calls and chats, two languages, impatience, silence, wrap-ups, shifts, breaks, no answers."""
    return Scenario(
        horizon_us=hours * HOUR_US,
        interval_us=QUARTER_US,
        queues=(
            SimulatedQueue(CALLS, seconds(20), Constant(seconds(15)), seconds(30)),
            SimulatedQueue(CHATS, seconds(20), Exponential(seconds(10))),
        ),
        classes=_busy_classes(),
        streams=(
            ArrivalStream((90.0, 150.0, 60.0), QUARTER_US, (("calls", 3.0), ("english", 1.0))),
            ArrivalStream((80.0,), QUARTER_US, (("chats", 1.0),), start_us=HOUR_US),
        ),
        rosters=_busy_rosters(hours),
    )


def seeded(seed: int) -> Random:
    """Chance that is the same each time."""
    return Random(seed)  # noqa: S311


def kernel_of(scenario: Scenario, seed: int = 1) -> Kernel:
    """The scenario about to begin."""
    return Kernel(scenario, seeded(seed))


def _busy_classes() -> tuple[ConversationClass, ...]:
    patience = Exponential(seconds(90))
    return (
        ConversationClass(
            "calls", CALLS, "voice", Lognormal(seconds(120), 0.5), (), patience, hold_ratio=0.1
        ),
        ConversationClass(
            "english",
            CALLS,
            "voice",
            Lognormal(seconds(150), 0.8),
            (Requirement("english", 2),),
            patience,
        ),
        ConversationClass(
            "chats",
            CHATS,
            "chat",
            Exponential(seconds(300)),
            patience=patience,
            silent_ratio=0.5,
            silence_check=Constant(seconds(20)),
        ),
    )


def _busy_rosters(hours: int) -> tuple[SimulatedRoster, ...]:
    end_us = hours * HOUR_US
    both = AgentTemplate(
        "both",
        (CALLS, CHATS),
        (("english", 3),),
        Capacity(100, (("voice", 100), ("chat", 34))),
        accept_delay=Exponential(seconds(4)),
        no_answer_ratio=0.05,
    )
    caller = AgentTemplate("caller", (CALLS,), capacity=Capacity(100, (("voice", 100),)))
    day_with_break = (
        Period(0, end_us // 2),
        Period(end_us // 2, end_us // 2 + QUARTER_US, is_break=True),
        Period(end_us // 2 + QUARTER_US, end_us),
    )
    return (
        SimulatedRoster(both, (day_with_break,) * 4),
        SimulatedRoster(caller, periods_of_counts((2, 3, 1, 2) * hours, QUARTER_US)),
    )
