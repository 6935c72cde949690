"""Visits: the same seed tells the same story, and it is one that people would live."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute_demo.slips import slip
from halfminute_demo.visits import (
    React,
    Say,
    SendPhoto,
    SendSticker,
    next_visit_seconds,
    plan_visit,
)
from halfminute_demo.world import people


def test_the_same_seed_and_number_give_the_same_visit() -> None:
    first = [plan_visit(7, number) for number in range(50)]
    second = [plan_visit(7, number) for number in reversed(range(50))]

    assert first == second[::-1]
    assert first != [plan_visit(8, number) for number in range(50)]


def test_who_is_busy_does_not_come() -> None:
    expected = plan_visit(1, 1).person.id

    assert plan_visit(1, 1, busy={expected}).person.id != expected
    with pytest.raises(ValueError, match="busy"):
        plan_visit(1, 1, busy={person.id for person in people()})


def test_people_do_all_that_people_do() -> None:
    visits = [plan_visit(1, number) for number in range(500)]
    openings = [deed for visit in visits for deed in visit.opening]
    turns = [deed for visit in visits for turn in visit.turns for deed in turn]

    assert {type(deed) for deed in openings} == {Say, SendPhoto, SendSticker}
    assert {type(deed) for deed in turns} == {Say, React, SendSticker}
    assert any(isinstance(deed, Say) and deed.mended for deed in openings)
    assert {len(visit.opening) for visit in visits} >= {1, 2, 3}
    assert all(any(isinstance(deed, Say) for deed in visit.turns[-1]) for visit in visits)


def test_visits_come_at_the_rate_on_average() -> None:
    pauses = [next_visit_seconds(1, number, rate_per_minute=30) for number in range(2000)]

    assert 1.8 < sum(pauses) / len(pauses) < 2.2


@settings(deadline=None)
@given(st.text(), st.randoms(use_true_random=False))
def test_a_slip_is_of_one_letter_at_most(text: str, chance: object) -> None:
    slipped = slip(text, chance, 1.0)  # type: ignore[arg-type]

    assert abs(len(slipped) - len(text)) <= 1
    changed = [a != b for a, b in zip(text, slipped, strict=False)]
    if len(slipped) == len(text):
        assert sum(changed) <= 2


@settings(deadline=None)
@given(st.text(), st.randoms(use_true_random=False))
def test_a_steady_hand_does_not_slip(text: str, chance: object) -> None:
    assert slip(text, chance, 0.0) == text  # type: ignore[arg-type]
