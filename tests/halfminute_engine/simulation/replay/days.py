"""A recorded day for plays: who came when, and who was there."""

from __future__ import annotations

from halfminute_engine.routing.events import AgentConfigured, Event, QueueConfigured
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    Presence,
    QueueId,
    WrapUp,
    WrapUpKind,
)
from halfminute_engine.simulation.replay.models import ReplayModels
from halfminute_engine.simulation.replay.recorded import (
    Handling,
    OfferAnswer,
    OfferEnd,
    RecordedDay,
    RecordedPresence,
    RecordedStay,
    WaitEnd,
)
from halfminute_engine.simulation.replay.replay import replay
from halfminute_engine.simulation.replay.results import ReplayResult

SECOND = 1_000_000
START = 1_000 * 86_400 * SECOND
HOUR = 3_600 * SECOND
Q = QueueId("support")
ADA, BOB = AgentId("ada"), AgentId("bob")


def answered(
    name: str, at: int, wait: int, talk: int, *, agent: AgentId = ADA, **more: object
) -> RecordedStay:
    """Came at a second of the day, was taken and answered after so many, talked so long."""
    fields: dict[str, object] = {
        "queue_id": Q,
        "channel_kind": "chat",
        "queued_us": START + at * SECOND,
        "age_us": START + at * SECOND,
        "first_message_us": START + at * SECOND,
        "wait_end": WaitEnd.ANSWERED,
        "waited_us": wait * SECOND,
        "taken_us": START + (at + wait) * SECOND,
        "agent_id": agent,
        "handling": Handling(talk * SECOND, first_words_us=0, solved_us=talk * SECOND),
        "offers": (OfferAnswer(OfferEnd.ACCEPTED, 0),),
    }
    return RecordedStay(ConversationId(name), **(fields | more))  # type: ignore[arg-type]


def abandoned(name: str, at: int, wait: int, **more: object) -> RecordedStay:
    """Came at a second of the day, and left after so many."""
    nobody = {"taken_us": None, "agent_id": None, "handling": None, "offers": ()}
    fields = nobody | {"wait_end": WaitEnd.ABANDONED} | more
    return answered(name, at, wait, 0, **fields)  # type: ignore[arg-type]


def day_of(
    *stays: RecordedStay, agents: tuple[AgentId, ...] = (ADA,), **more: object
) -> RecordedDay:
    """A day of these, with these agents available throughout."""
    there = tuple(RecordedPresence(START, agent, Presence.AVAILABLE) for agent in agents)
    fields: dict[str, object] = {"presences": there} | more
    ordered = tuple(sorted(stays, key=lambda stay: stay.queued_us))
    return RecordedDay(START, START + 24 * HOUR, START + 25 * HOUR, ordered, **fields)  # type: ignore[arg-type]


def configuration(
    *agents: AgentId, wrap_up_us: int = 1, units: int = 100, **settings: object
) -> list[Event]:
    """One queue, whose agents have room for one chat each."""
    wrap_up = WrapUp(WrapUpKind.FIXED, wrap_up_us)
    queue = QueueConfigured(Q, 20 * SECOND, wrap_up=wrap_up, **settings)  # type: ignore[arg-type]
    capacity = Capacity(100, (("chat", units),))
    return [queue, *(AgentConfigured(agent, (Q,), (), capacity) for agent in agents or (ADA,))]


def replay_day(day: RecordedDay, events: list[Event], seed: int = 1) -> ReplayResult:
    """The day again, under this configuration."""
    return replay(day, events, ReplayModels(day, seed))
