"""The transition table says where a conversation can go, and the router goes nowhere else."""

from __future__ import annotations

import pytest

from halfminute_engine.routing.state import ConversationState, Place
from halfminute_engine.routing.transitions import TRANSITIONS, Step, advance, is_open_to
from halfminute_engine.routing.values import ConversationId, QueueId


def conversation(place: Place) -> ConversationState:
    return ConversationState(ConversationId("c1"), QueueId("q"), "chat", 0, 0, 1, place=place)


def test_every_place_can_be_reached_and_left() -> None:
    assert {place for place, _ in TRANSITIONS} == set(Place)
    assert set(TRANSITIONS.values()) == set(Place)
    assert {step for _, step in TRANSITIONS} == set(Step)


def test_a_conversation_is_assigned_only_by_an_accept_or_by_being_taken() -> None:
    steps = {step for (_, step), place in TRANSITIONS.items() if place is Place.ASSIGNED}
    assert steps == {Step.ACCEPTED, Step.TAKEN}


def test_only_what_waits_rings() -> None:
    sources = {source for (source, _), place in TRANSITIONS.items() if place is Place.RINGING}
    assert sources == {Place.WAITING}


@pytest.mark.parametrize("place", Place)
@pytest.mark.parametrize("step", Step)
def test_a_step_outside_the_table_is_a_bug_and_loud(place: Place, step: Step) -> None:
    subject = conversation(place)
    if is_open_to(subject, step):
        advance(subject, step)
        assert subject.place is TRANSITIONS[place, step]
    else:
        with pytest.raises(KeyError):
            advance(subject, step)
        assert subject.place is place


def test_a_conversation_without_a_record_is_absent() -> None:
    assert is_open_to(None, Step.QUEUED)
    assert not is_open_to(None, Step.WITHDRAWN)
