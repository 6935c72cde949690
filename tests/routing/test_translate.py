"""What the log tells, in the engine's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from halfminute.agents.types import AgentAbilities, AgentId
from halfminute.conversations.types import ConversationId, State
from halfminute.kit.event_log import Event
from halfminute.queues.types import Queue, QueueId, WrapUp
from halfminute.routing.present import Named, Present, Standing, conversation_queued
from halfminute.routing.translate import UNREADABLE, list_named, translate
from halfminute_engine.routing import events as engine
from halfminute_engine.routing.values import Capacity, Presence, WrapUpKind
from halfminute_engine.routing.values import WrapUp as EngineWrapUp

CONVERSATION = UUID(int=1)
QUEUE = UUID(int=2)
AGENT = UUID(int=3)
AT = datetime(2026, 11, 23, tzinfo=UTC)


def told(kind: str, event_type: str, **data: Any) -> Event:
    return Event(
        xid=1, position=1, stream=f"{kind}:{UUID(int=9)}", seq=1, at=AT, type=event_type, data=data
    )


def queue(*, wrap_up: WrapUp = "fixed", is_enabled: bool = True) -> Queue:
    return Queue(
        id=QueueId(QUEUE),
        name="Fibre",
        priority_credit_seconds=7,
        offer_timeout_seconds=20,
        wrap_up=wrap_up,
        wrap_up_seconds=30,
        target_seconds=30,
        is_pull_allowed=True,
        is_enabled=is_enabled,
    )


def standing(state: State, agent_id: UUID | None = None, **more: Any) -> Standing:
    return Standing(
        id=ConversationId(CONVERSATION),
        state=state,
        queue_id=QUEUE,
        agent_id=agent_id,
        channel_kind="telegram",
        queued_at=AT,
        priority_credit_seconds=7,
        **more,
    )


def present_of(row: Standing | None) -> Present:
    return Present(conversations={} if row is None else {CONVERSATION: row})


NOTHING = Present()
ACTIVE = present_of(standing("active", AGENT))
WAITING = present_of(standing("queued"))


def agent(**changes: Any) -> AgentAbilities:
    settings: dict[str, Any] = {
        "agent_id": AgentId(AGENT),
        "queue_ids": (QUEUE,),
        "skills": (("ru", 5),),
        "capacity_units": 100,
        "units_by_kind": (("telegram", 34),),
        "presence": "offline",
        "presence_reason": "",
    }
    return AgentAbilities(**(settings | changes))


def types_of(event: Event, row: Standing | None) -> list[str]:
    return [type(fact).__name__ for fact in translate(event, present_of(row))]


def test_a_fact_told_to_three_streams_is_taken_from_one() -> None:
    data = {
        "conversation_id": str(CONVERSATION),
        "agent_id": str(AGENT),
        "channel_kind": "telegram",
        "by": "pull",
    }
    facts = [
        fact
        for kind in ("conversation", "queue", "agent")
        for fact in translate(told(kind, "ConversationAssigned", **data), ACTIVE)
    ]
    assert facts == [
        engine.ConversationAssigned(str(CONVERSATION), str(AGENT), "telegram")  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    "event_type",
    ["ConversationOffered", "ConversationReturned", "OfferTimedOut", "OfferWithdrawn"],
)
def test_what_the_router_did_is_not_told_to_it(event_type: str) -> None:
    for kind in ("conversation", "queue", "agent"):
        assert translate(told(kind, event_type), NOTHING) == []


def test_a_conversation_brings_the_credit_it_was_queued_with() -> None:
    event = told(
        "conversation",
        "ConversationQueued",
        conversation_id=str(CONVERSATION),
        queue_id=str(QUEUE),
        channel_kind="telegram",
        queued_at_us=5_000_000,
        priority_credit_seconds=3,
    )
    (queued,) = translate(event, WAITING)
    assert isinstance(queued, engine.ConversationQueued)
    assert (queued.queued_at_us, queued.priority_credit_us) == (5_000_000, 3_000_000)


def test_a_queue_is_told_as_it_is_now_with_what_waits_in_it() -> None:
    event = told("queue", "QueueConfigured", queue_id=str(QUEUE))
    assert list_named([event]) == Named({QUEUE}, set(), set(), set())
    present = Present(queues={QUEUE: queue()}, waiting=[standing("queued")])
    configured, queued = translate(event, present)
    assert isinstance(configured, engine.QueueConfigured)
    assert configured.offer_timeout_us == 20_000_000
    assert configured.wrap_up == EngineWrapUp(WrapUpKind.FIXED, 30_000_000)
    assert configured.priority_credit_us == 0
    assert isinstance(queued, engine.ConversationQueued)
    assert queued.priority_credit_us == 7_000_000


@pytest.mark.parametrize("rows", [{}, {QUEUE: queue(is_enabled=False)}])
def test_a_queue_that_is_off_or_gone_is_removed(rows: dict[UUID, Queue]) -> None:
    event = told("queue", "QueueConfigured", queue_id=str(QUEUE))
    assert translate(event, Present(queues=rows)) == [
        engine.QueueRemoved(str(QUEUE))  # type: ignore[arg-type]
    ]


def test_a_wrap_up_begun_under_other_settings_ends_by_a_timer() -> None:
    event = told("queue", "QueueConfigured", queue_id=str(QUEUE))
    (configured,) = translate(event, Present(queues={QUEUE: queue(wrap_up="none")}))
    assert isinstance(configured, engine.QueueConfigured)
    assert configured.wrap_up == EngineWrapUp(WrapUpKind.FIXED, 1)


def test_an_agent_is_told_with_all_it_can_do() -> None:
    event = told("agent", "AgentConfigured", agent_id=str(AGENT))
    assert list_named([event]) == Named(set(), {AGENT}, set(), set())
    (configured,) = translate(event, Present(agents={AGENT: agent()}))
    assert isinstance(configured, engine.AgentConfigured)
    assert configured.queue_ids == (str(QUEUE),)
    assert configured.capacity == Capacity(100, (("telegram", 34),))


def test_a_presence_is_told_from_the_row() -> None:
    event = told("agent", "AgentPresenceChanged", agent_id=str(AGENT), presence="away")
    (changed,) = translate(event, Present(agents={AGENT: agent(presence="busy")}))
    assert isinstance(changed, engine.AgentPresenceChanged)
    assert changed.presence is Presence.BUSY


SILENT = "ConversationSilent"
ENDS = ["ConversationWithdrawn", "ConversationReleased", "WrapUpFinished"]


@pytest.mark.parametrize(
    ("event_type", "row", "facts"),
    [
        ("ConversationClosed", None, ENDS),
        ("ConversationClosed", standing("queued"), [*ENDS, "ConversationQueued"]),
        ("ConversationClosed", standing("active", AGENT), [*ENDS, "ConversationAssigned"]),
        ("WrapUpStarted", standing("wrap_up", AGENT), ["ConversationReleased"]),
        ("WrapUpStarted", standing("active", AGENT), ["ConversationAssigned"]),
        ("WrapUpStarted", standing("queued"), [*ENDS, "ConversationQueued"]),
        ("WrapUpStarted", None, ENDS),
        ("ConversationAssigned", standing("active", AGENT), ["ConversationAssigned"]),
        ("ConversationAssigned", standing("wrap_up", AGENT), ["ConversationAssigned"]),
        ("ConversationAssigned", None, ENDS),
        ("ConversationQueued", standing("active", AGENT), []),
        ("ConversationQueued", None, []),
        ("ConversationFellSilent", standing("active", AGENT, is_silent=True), [SILENT]),
        ("ConversationFellSilent", standing("active", AGENT, is_back=True), []),
        ("ConversationFellSilent", standing("queued"), []),
        ("ConversationFellSilent", None, []),
        ("SilenceEnded", standing("active", AGENT, is_back=True), ["MessageExchanged"]),
        ("SilenceEnded", standing("wrap_up", AGENT, is_silent=True), []),
        ("SilenceEnded", standing("queued"), []),
        ("WrapUpExtended", standing("wrap_up", AGENT, is_extended=True), ["WrapUpExtended"]),
        ("WrapUpExtended", standing("wrap_up", AGENT), []),
        ("WrapUpExtended", standing("active", AGENT, is_extended=True), []),
        ("WrapUpExtended", None, []),
    ],
)
def test_a_fact_says_that_and_the_row_says_what(
    event_type: str, row: Standing | None, facts: list[str]
) -> None:
    event = told(
        "conversation",
        event_type,
        conversation_id=str(CONVERSATION),
        agent_id=str(AGENT),
        queue_id=str(QUEUE),
        is_by_agent=False,
    )
    assert list_named([event]) == Named(set(), set(), {CONVERSATION}, set())
    assert types_of(event, row) == facts


def test_what_nobody_had_is_only_withdrawn() -> None:
    data = {"conversation_id": str(CONVERSATION), "agent_id": None, "queue_id": None}
    event = told("conversation", "ConversationClosed", **data)
    assert types_of(event, None) == ["ConversationWithdrawn"]


def test_what_requires_a_removed_skill_waits_anew_in_its_old_place() -> None:
    event = told("skill", "SkillRemoved", skill_id=str(AGENT))
    assert list_named([event]) == Named(set(), set(), set(), {AGENT})
    present = NOTHING._replace(requiring=[standing("queued")])
    reserve, withdrawn, queued = translate(event, present)
    assert reserve == engine.SkillConfigured(str(AGENT), idle_reserve=0)
    assert isinstance(withdrawn, engine.ConversationWithdrawn)
    assert queued == conversation_queued(standing("queued"))


def test_an_event_that_nobody_can_read_is_an_error_and_not_a_guess() -> None:
    for event in (
        told("agent", "OfferAccepted"),
        told("conversation", "ConversationClosed", conversation_id=7),
        told("agent", "AgentPresenceChanged", agent_id="nobody"),
    ):
        assert list_named([event]) == Named(set(), set(), set(), set())
        with pytest.raises(UNREADABLE):
            translate(event, NOTHING)
