"""How simulated agents understand customers, and what they answer."""

from __future__ import annotations

from itertools import chain
from random import Random

import pytest

from halfminute_demo.people import LANGUAGES
from halfminute_demo.staff.reading import Talk, Topic, replies
from halfminute_demo.words import outage_questions, phrases, questions

DISPOSITIONS = {
    "question_answered",
    "service_changed",
    "fault_reported",
    "complaint",
    "off_topic",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_understood_as_what_it_is_about(language: str) -> None:
    said = replies(language)
    misread = []
    for question in chain(questions(language), outage_questions(language)):
        topic = said.find_topic(" ".join(question.asked_from("Самара").messages))
        if topic is None or topic.name != question.topic:
            misread.append((question.messages, question.topic, topic and topic.name))

    assert misread == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_thanks_are_heard_and_a_further_question_is_no_thanks(language: str) -> None:
    said = replies(language)
    follow_ups = [
        follow_up
        for question in questions(language)
        for follow_up in question.follow_ups
        if "?" in follow_up
    ]

    assert all(said.is_thanks(words) for words in phrases(language).thanks if words[0] != "👍")
    assert not any(said.is_thanks(words) for words in follow_ups)
    assert not any(said.is_thanks(words) for words in phrases(language).outcries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_all_topics_with_dispositions_that_there_are(language: str) -> None:
    said = replies(language)

    assert {topic.name for topic in said.topics} == {topic.name for topic in replies("ru").topics}
    assert {topic.disposition for topic in said.topics} <= DISPOSITIONS
    assert all(asked.endswith("?") for topic in said.topics for asked in topic.asks)
    assert not any(answer.endswith("?") for topic in said.topics for answer in topic.says)


def test_who_speaks_another_language_is_answered_in_english() -> None:
    assert replies("de") == replies("en")


def a_talk(seed: int) -> Talk:
    return Talk(replies("ru"), "Анна", Random(seed))  # noqa: S311  # no secret


def topic_of(talk: Talk) -> Topic:
    assert talk.topic is not None
    return talk.topic


def test_a_talk_goes_from_greeting_to_answer_to_what_is_asked_further() -> None:
    talk = a_talk(1)

    first = talk.reply_to("Лечу в Турцию, что с роумингом?")
    while not talk.is_answered:
        assert first.endswith("?")
        first = talk.reply_to("Да")
    further = talk.reply_to("А входящие там платные?")

    assert topic_of(talk).name == "roaming"
    assert first.endswith(topic_of(talk).says[0])
    assert further in replies("ru").more


def test_the_customer_is_greeted_by_name_and_once() -> None:
    talk = a_talk(2)

    said = [talk.reply_to("нет сети, авария?") for _ in range(4)]

    assert ["Анна" in words for words in said] == [True, False, False, False]


def test_some_agents_ask_first_and_some_do_not() -> None:
    talks = [a_talk(seed) for seed in range(40)]
    for talk in talks:
        talk.reply_to("нет сети, авария?")

    assert {talk.has_asked for talk in talks} == {True, False}


def test_what_is_not_understood_is_asked_about_and_a_sticker_is_greeted() -> None:
    assert a_talk(1).reply_to("абракадабра").endswith(replies("ru").unclear[0])
    assert a_talk(1).reply_to("").endswith(replies("ru").stickers[0])
