"""The demo's data: believable, complete, and no two questions alike."""

from __future__ import annotations

from itertools import chain, islice

import pytest

from halfminute_demo.data_files import read_photo
from halfminute_demo.people import LANGUAGES, population, regions
from halfminute_demo.plan import TownSettings, plan_town
from halfminute_demo.words import outage_questions, phrases, questions

TOPICS = {
    "balance",
    "tariff",
    "roaming",
    "internet",
    "sim",
    "esim",
    "porting",
    "family",
    "fraud",
    "outage",
    "debt",
    "services",
    "weather",
    "recipe",
    "joke",
}
EVERYTHING = list(chain.from_iterable(questions(language) for language in LANGUAGES))


def test_there_are_a_hundred_different_questions_and_more() -> None:
    assert len({question.messages for question in EVERYTHING}) == len(EVERYTHING) >= 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_people_and_all_they_need_to_say(language: str) -> None:
    said = phrases(language)

    assert len([person for person in population(1, 200) if person.language == language]) >= 4
    assert {question.topic for question in questions(language)} >= TOPICS - {"joke", "recipe"}
    assert outage_questions(language)
    assert all(question.follow_ups for question in questions(language))
    assert all(len(choice) >= 2 for choice in (said.thanks, said.nudges, said.reminders))
    assert all(len(choice) >= 2 for choice in (said.outcries, said.farewells, said.returns))
    assert all(region.name_in(language) for region in regions())


def test_photos_are_pictures() -> None:
    names = {question.photo for question in EVERYTHING if question.photo}

    assert names == {"bill.jpg", "sim.jpg", "speed.jpg"}
    assert all(read_photo(name).startswith(b"\xff\xd8\xff") for name in names)


def test_nobody_has_anothers_name_or_number() -> None:
    people = population(1, 1000)
    named = [person.username for person in people if person.username]

    assert len(set(named)) == len(named)
    assert len({person.id for person in people}) == len(people)
    assert people[0].id == 700_000_001


def test_over_many_visits_everybody_comes_and_everything_is_asked() -> None:
    town = TownSettings(subscribers=100)
    visits = list(islice(plan_town(town), 3000))

    assert {visit.person for visit in visits} == set(town.people)
    assert {visit.topic for visit in visits} == TOPICS
