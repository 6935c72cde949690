"""The demo's data: believable, complete, and no two questions alike."""

from __future__ import annotations

from itertools import chain

import pytest

from halfminute_demo.visits import plan_visit
from halfminute_demo.world import LANGUAGES, people, phrases, questions, read_photo

TOPICS = {
    "balance",
    "tariff",
    "roaming",
    "internet",
    "sim",
    "debt",
    "services",
    "off_topic",
}
EVERYTHING = list(chain.from_iterable(questions(language) for language in LANGUAGES))


def test_there_are_sixty_different_questions_and_more() -> None:
    assert len({question.messages for question in EVERYTHING}) == len(EVERYTHING) >= 60


def test_all_topics_are_asked_about() -> None:
    assert {question.topic for question in EVERYTHING} == TOPICS


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_people_and_all_they_need_to_say(language: str) -> None:
    assert len([person for person in people() if person.language == language]) >= 4
    assert len(questions(language)) >= 8
    assert phrases(language).thanks
    assert phrases(language).reminders
    assert all(question.follow_ups for question in questions(language))
    assert any(question.topic == "off_topic" for question in questions(language))


def test_photos_are_pictures() -> None:
    names = {question.photo for question in EVERYTHING if question.photo}

    assert names == {"bill.jpg", "sim.jpg", "speed.jpg"}
    assert all(read_photo(name).startswith(b"\xff\xd8\xff") for name in names)


def test_nobody_has_anothers_name_or_number() -> None:
    named = [person.username for person in people() if person.username]

    assert len(set(named)) == len(named)
    assert len({person.id for person in people()}) == len(people())
    assert people()[0].id == 700_000_001


def test_over_many_visits_everybody_comes_and_everything_is_asked() -> None:
    visits = [plan_visit(seed=1, number=number) for number in range(3000)]

    assert {visit.person.id for visit in visits} == {person.id for person in people()}
    assert {visit.topic for visit in visits} == TOPICS
