"""What is journalled comes back the same, and what is not well formed is refused by name."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.routing.codec import (
    command_from_dict,
    command_to_dict,
    event_from_dict,
    event_to_dict,
)
from halfminute_engine.routing.commands import Command
from halfminute_engine.routing.errors import InvalidValue, MalformedDocument
from halfminute_engine.routing.events import (
    AgentConfigured,
    ConversationQueued,
    ConversationTransferred,
    Event,
    OfferRefused,
    QueueConfigured,
    SkillConfigured,
)
from halfminute_engine.routing.queue_rules import Overflow, OverflowKind, Ring
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import (
    NO_WRAP_UP,
    Capacity,
    OfferNumber,
    QueueId,
    RefusalCause,
    Requirement,
    WrapUp,
)
from tests.halfminute_engine.routing.cast_of_play import agent, available, declined, queue, queued
from tests.halfminute_engine.routing.play import Play


def distinct(first: st.SearchStrategy[str], *rest: st.SearchStrategy[int]) -> Any:
    """Tuples of ids, or of pairs that begin with an id, no id twice."""
    if not rest:
        return st.lists(first, unique=True).map(tuple)
    return st.lists(st.tuples(first, *rest), unique_by=lambda pair: pair[0]).map(tuple)


amounts = st.integers(0, 2**53)
wrap_ups = st.builds(WrapUp, duration_us=amounts, extension_us=amounts)
capacities = st.builds(
    Capacity,
    st.integers(1, 1_000_000),
    distinct(st.text(), amounts),
    interrupts=st.sampled_from([(), (("voice", ("email", "chat")), ("chat", ()))]),
    limits=distinct(st.text(), st.integers(1, 9)),
)
silences = distinct(st.text(), st.integers(1, 2**53))
requirements = st.lists(st.builds(Requirement), unique_by=lambda item: item.skill).map(tuple)
levels = distinct(st.text(), st.integers(0, 5))
rings = st.lists(st.builds(Ring, st.integers(1, 999), levels, is_any_agent=...), max_size=1).map(
    tuple
)
OTHER = QueueId("other")
overflow_times = st.integers(1_000, 2**53)
overflows = st.builds(
    Overflow,
    overflow_times,
    st.sampled_from([OverflowKind.CALLBACK, OverflowKind.MESSAGE]),
    is_kept=...,
) | st.builds(Overflow, overflow_times, st.just(OverflowKind.QUEUE), st.just(OTHER))
in_range: dict[type, Any] = {
    QueueConfigured: st.builds(
        QueueConfigured,
        st.text(min_size=1).filter(lambda name: name != OTHER),
        st.integers(1, 2**53),
        wrap_ups,
        priority_credit_us=...,
        is_pull_allowed=...,
        silence_us_by_kind=silences,
        return_wait_us=amounts,
        keep_after_us=st.none() | amounts,
        rings=rings,
        overflow=st.none() | overflows,
        slope_per_mille=st.integers(1, 5_000),
        greatest_wait_us=st.none() | amounts,
        agent_choice=...,
    ),
    ConversationTransferred: st.builds(
        ConversationTransferred,
        transferred_at_us=amounts,
        requirements=st.none() | requirements,
        needs_wrap_up=...,
        target_agent_id=st.text(),
        target_until_us=amounts,
    ),
    SkillConfigured: st.builds(SkillConfigured, st.text(min_size=1), amounts, amounts),
    AgentConfigured: st.builds(
        AgentConfigured,
        queue_ids=distinct(st.text()),
        skills=distinct(st.text(), st.integers()),
        capacity=capacities,
    ),
    ConversationQueued: st.builds(
        ConversationQueued,
        queued_at_us=amounts,
        requirements=requirements,
        priority_credit_us=...,
        excluded_agent_ids=...,
        preferred_agent_id=...,
        preferred_until_us=...,
        entered_at_us=...,
        origin_queue_ids=...,
        is_callback=...,
    ),
}


@given(st.one_of([in_range.get(kind, st.from_type(kind)) for kind in get_args(Event)]))
def test_an_event_comes_back_from_json_the_same(event: Event) -> None:
    assert event_from_dict(json.loads(json.dumps(event_to_dict(event)))) == event


@given(st.one_of([st.from_type(kind) for kind in get_args(Command)]))
def test_a_command_comes_back_from_json_the_same(command: Command) -> None:
    assert command_from_dict(json.loads(json.dumps(command_to_dict(command)))) == command


def test_a_field_added_since_takes_its_default() -> None:
    assert event_from_dict({"type": "OfferRefused", "offer_number": 3}) == OfferRefused(
        OfferNumber(3), RefusalCause.AGENT
    )
    assert event_from_dict(
        {"type": "QueueConfigured", "queue_id": "q", "offer_timeout_us": 1}
    ) == QueueConfigured(QueueId("q"), 1, NO_WRAP_UP)


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"type": "ConversationForgotten"}, "unknown type 'ConversationForgotten'"),
        ({"type": ["OfferAccepted"]}, "unknown type"),
        ({}, "unknown type None"),
        ([], "expected an object"),
        ({"type": "OfferAccepted"}, "OfferAccepted lacks offer_number"),
        ({"type": "OfferAccepted", "offer_number": "1"}, "expected int, got '1'"),
        ({"type": "OfferAccepted", "offer_number": True}, "expected int, got True"),
        ({"type": "OfferAccepted", "offer_number": 1.0}, "expected int, got 1.0"),
        ({"type": "OfferAccepted", "offer_number": 1, "by": "me"}, "OfferAccepted has no 'by'"),
        ({"type": "OfferRefused", "offer_number": 1, "cause": "x"}, "no RefusalCause is 'x'"),
        ({"type": "OfferRefused", "offer_number": 1, "cause": ["x"]}, "no RefusalCause is"),
        (
            {"type": "OfferRefused", "number": 1, "cause": "agent"},
            "OfferRefused lacks offer_number",
        ),
        (
            {"type": "AgentPresenceChanged", "agent_id": "a", "presence": None},
            "no Presence is None",
        ),
        (
            {"type": "AgentPresenceChanged", "agent_id": "a", "presence": "away", "reason": 1},
            "expected str, got 1",
        ),
        ({"type": "AgentLoadCorrected", "agent_id": "a", "assigned": {}}, "expected a list"),
        (
            {"type": "AgentLoadCorrected", "agent_id": "a", "assigned": [["c", True]]},
            "expected str, got True",
        ),
        ({"type": "AgentLoadCorrected", "agent_id": "a", "assigned": [["c"]]}, "expected 2 items"),
        (
            {"type": "QueueConfigured", "queue_id": "q", "offer_timeout_us": 1, "wrap_up": "none"},
            "expected WrapUp",
        ),
    ],
)
def test_a_malformed_event_is_refused_and_says_where(document: Any, complaint: str) -> None:
    with pytest.raises(MalformedDocument, match=complaint):
        event_from_dict(document)


def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidValue, match="offer_timeout_us"):
        event_from_dict({"type": "QueueConfigured", "queue_id": "q", "offer_timeout_us": 0})


ADDED_SINCE = {
    "entered_at_us",
    "queue_credit_us",
    "ring",
    "relaxed_requirements",
    "preferred_until_us",
    "is_direct",
    "is_callback",
    "has_overflowed",
    "origin_queue_ids",
    "rings",
    "overflow",
    "slope_per_mille",
    "greatest_wait_us",
    "agent_choice",
}


def without_what_was_added(document: Any) -> Any:
    if isinstance(document, list):
        return [without_what_was_added(item) for item in document]
    if not isinstance(document, dict):
        return document
    kept = {key: item for key, item in document.items() if key not in ADDED_SINCE}
    if "purpose" in kept:
        del kept["queue_id"]
    return {key: without_what_was_added(item) for key, item in kept.items()}


def test_a_snapshot_of_the_version_before_is_read_as_it_was() -> None:
    play = Play().given(queue(), agent("ann"), available("ann"), queued("c1", at=3), queued("c2"))
    play.given(queued("c3", at=2, preferred="ann"), declined(1))
    before = without_what_was_added(play.router.snapshot())
    assert "entered_at_us" not in json.dumps(before)
    assert Router.restore(before).snapshot() == play.router.snapshot()


@pytest.mark.parametrize(
    "snapshot",
    [
        {},
        {"version": 2, "state": {}},
        {"version": 1},
        {"version": 1, "state": []},
        {"version": 1, "state": {"agents": {}}},
        {"version": 1, "state": {"surplus": 1}},
    ],
)
def test_a_malformed_snapshot_is_refused(snapshot: dict[str, Any]) -> None:
    with pytest.raises(MalformedDocument):
        Router.restore(snapshot)
