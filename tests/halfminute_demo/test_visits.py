"""Visits: the habits of those who write, each as a play of its own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute_demo.deeds import React, Say, SendPhoto, SendSticker
from halfminute_demo.layout import in_wrong_layout
from halfminute_demo.people import LANGUAGES, Person, population
from halfminute_demo.plan import TownSettings, plan_town
from halfminute_demo.slips import slip
from halfminute_demo.visits import Visit, plan_visit
from halfminute_demo.words import Question, phrases, questions


def first_visits(count: int, **settings: object) -> list[Visit]:
    plan = plan_town(TownSettings(**settings))  # type: ignore[arg-type]
    return [next(plan) for _ in range(count)]


def somebody(language: str) -> Person:
    return next(person for person in population(1, 50) if person.language == language)


def test_people_do_all_that_people_do() -> None:
    visits = first_visits(500)
    openings = [deed for visit in visits for deed in visit.opening]
    turns = [deed for visit in visits for turn in visit.turns for deed in turn]

    assert {type(deed) for deed in openings} == {Say, SendPhoto, SendSticker}
    assert {type(deed) for deed in turns} == {Say, React, SendSticker}
    assert all(any(isinstance(deed, Say) for deed in visit.turns[-1]) for visit in visits)


def test_a_thought_comes_in_several_messages_typed_one_after_another() -> None:
    bursts = [visit.opening for visit in first_visits(200) if len(visit.opening) >= 3]

    assert bursts
    assert all(deed.after_seconds > 0.5 for burst in bursts for deed in burst)


def test_a_slip_of_the_finger_is_sometimes_mended_by_an_edit() -> None:
    said = [deed for visit in first_visits(500) for deed in visit.opening if isinstance(deed, Say)]
    mended = [deed for deed in said if deed.mended is not None]

    assert 0 < len(mended) < len(said) / 3
    assert all(deed.text != deed.mended for deed in mended)


def test_hello_in_the_wrong_layout_is_the_word_that_everybody_knows() -> None:
    assert in_wrong_layout("привет", "ru") == "ghbdtn"
    assert in_wrong_layout("Їжак", "uk") == "};fr"
    assert in_wrong_layout("Rahmat", "uz") == "Rahmat"


def test_who_typed_in_the_wrong_layout_says_it_again_or_changes_it() -> None:
    asked = Question("balance", "ru", ("сколько на счету?",), ())
    openings = [plan_visit(1, number, somebody("ru"), asked).opening for number in range(300)]
    blind = [opening for opening in openings if opening[0].text.startswith("crjkmrj")]  # type: ignore[union-attr]

    assert blind
    for first, *rest in blind:
        assert isinstance(first, Say)
        again = [deed.text for deed in rest if isinstance(deed, Say)]
        assert (first.mended or again[0]) == "сколько на счету?"
    assert {first.mended is None for first, *_ in blind} == {True, False}  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_impatience_grows_in_steps_and_ends(language: str) -> None:
    question = questions(language)[0]
    said = phrases(language)
    patiences = [
        plan_visit(1, number, somebody(language), question).patience for number in range(100)
    ]

    for patience in patiences:
        times = [step.after_seconds for step in patience.steps]
        assert 0 < times[0] < times[1] < times[2] < patience.seconds <= 900
        assert patience.seconds >= 120
        assert [step.text for step in patience.steps] == [
            next(word for word in words if word == step.text)
            for words, step in zip(
                (said.nudges, said.reminders, said.outcries), patience.steps, strict=True
            )
        ]
    silent = [patience for patience in patiences if patience.farewell is None]
    assert 20 < len(silent) < 80


def test_an_agents_question_is_answered_to_the_point() -> None:
    visit = plan_visit(1, 1, somebody("ru"), questions("ru")[0])
    number = visit.answer("Подскажите, пожалуйста, ваш номер телефона?", 1)
    place = visit.answer("А по какому адресу не работает?", 2)

    assert any(sign.isdigit() for sign in number.text) or "этот" in number.text
    assert visit.person.place[:3] in place.text
    assert visit.answer("А по какому адресу не работает?", 2) == place


def test_some_come_back_later_with_the_same_matter() -> None:
    visits = first_visits(2000)
    returns = [visit for visit in visits if visit.is_return]

    assert len(returns) > 40
    for again in returns:
        earlier = [
            visit
            for visit in visits
            if visit.person == again.person
            and visit.topic == again.topic
            and visit.at_seconds <= again.at_seconds - 240
        ]
        assert earlier, again
        assert isinstance(again.opening[0], Say)


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
