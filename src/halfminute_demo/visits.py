"""Plans what a subscriber says in one visit; the same seed and number give the same plan."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from halfminute_demo.deeds import Deed, React, Say, SendPhoto, SendSticker
from halfminute_demo.layout import LANGUAGES as TWO_LAYOUTS
from halfminute_demo.layout import in_wrong_layout
from halfminute_demo.people import Person
from halfminute_demo.slips import slip
from halfminute_demo.words import Phrases, Question, answer_to, phrases

_SLIP_LIKELIHOOD: Final = 0.2
_STICKER_LIKELIHOOD: Final = 0.25
_REACTION_LIKELIHOOD: Final = 0.3
_FOLLOW_UP_LIKELIHOOD: Final = 0.7
_MEND_LIKELIHOOD: Final = 0.3
_LAYOUT_LIKELIHOOD: Final = 0.06
_FAREWELL_LIKELIHOOD: Final = 0.5
_GREETING_STICKERS: Final = ("👋", "🙂", "😔", "🤔")
_PARTING_STICKERS: Final = ("❤️", "👍", "🤝", "😂")
_REACTIONS: Final = ("👍", "❤", "🔥", "🙏")
# How long somebody waits: never less than the first, and so much longer in the mean; with the
# parts of it after which they nudge, remind and cry out. Half of those who give up say nothing.
_SHORTEST_PATIENCE_SECONDS: Final = 120.0
_MEAN_PATIENCE_SECONDS: Final = 240.0
_LONGEST_PATIENCE_SECONDS: Final = 900.0
_STEPS: Final = (0.3, 0.6, 0.85)


@dataclass(frozen=True, slots=True)
class Patience:
    """How somebody waits. Each step's `after_seconds` count from the beginning of the waiting.

    After `seconds` they go, with a word or without.
    """

    steps: tuple[Say, ...]
    seconds: float
    farewell: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One matter from its first word to its thanks.

    `at_seconds`: when it begins, since the town's start. `opening` is said at once; `turns` one by
    one, each after an answer.
    """

    seed: int
    number: int
    at_seconds: float
    person: Person
    question: Question
    opening: tuple[Deed, ...]
    turns: tuple[tuple[Deed, ...], ...]
    patience: Patience
    is_return: bool = False

    @property
    def topic(self) -> str:
        """What it is about."""
        return self.question.topic

    def answer(self, asked: str, count: int) -> Say:
        """What is said to an agent's question, the `count`-th of this visit."""
        chance = Random(f"{self.seed}:{self.number}:answer:{count}")
        return _say(answer_to(asked, self.person, chance), chance)


def plan_visit(
    seed: int,
    number: int,
    person: Person,
    question: Question,
    *,
    at_seconds: float = 0.0,
    is_return: bool = False,
) -> Visit:
    """How the person lives through this matter."""
    chance = Random(f"{seed}:{number}:visit")
    said = phrases(person.language)
    asked = question.asked_from(person.place)
    before = (_say(chance.choice(said.returns), chance),) if is_return else ()
    return Visit(
        seed=seed,
        number=number,
        at_seconds=at_seconds,
        person=person,
        question=asked,
        opening=(*before, *_opening(asked, chance)),
        turns=_turns(asked, said, chance),
        patience=_patience(said, chance),
        is_return=is_return,
    )


def _opening(question: Question, chance: Random) -> tuple[Deed, ...]:
    deeds: list[Deed] = [_say(text, chance) for text in question.messages]
    if question.photo is not None:
        last = question.messages[-1]
        deeds[-1] = SendPhoto(question.photo, last, _typing_seconds(last, chance) + 2)
    elif chance.random() < _STICKER_LIKELIHOOD / 3:
        deeds.append(_sticker(_GREETING_STICKERS, chance))
    is_typed = question.photo is None and question.language in TWO_LAYOUTS
    if is_typed and chance.random() < _LAYOUT_LIKELIHOOD:
        return (*_in_wrong_layout(question, chance), *deeds[1:])
    return tuple(deeds)


def _in_wrong_layout(question: Question, chance: Random) -> tuple[Say, ...]:
    """The first words without looking at the screen: changed at once, or said again."""
    text = question.messages[0]
    blind = in_wrong_layout(text, question.language)
    seconds = _typing_seconds(text, chance)
    if chance.random() < 0.5:
        return (Say(blind, seconds, text),)
    return (Say(blind, seconds), Say(text, seconds + 1))


def _turns(question: Question, said: Phrases, chance: Random) -> tuple[tuple[Deed, ...], ...]:
    turns: list[tuple[Deed, ...]] = [
        (_say(text, chance),)
        for text in question.follow_ups
        if chance.random() < _FOLLOW_UP_LIKELIHOOD
    ]
    parting: list[Deed] = [_say(chance.choice(said.thanks), chance)]
    if chance.random() < _REACTION_LIKELIHOOD:
        parting.insert(0, React(chance.choice(_REACTIONS), chance.uniform(1, 3)))
    if chance.random() < _STICKER_LIKELIHOOD:
        parting.append(_sticker(_PARTING_STICKERS, chance))
    return (*turns, tuple(parting))


def _patience(said: Phrases, chance: Random) -> Patience:
    drawn = _SHORTEST_PATIENCE_SECONDS + chance.expovariate(1 / _MEAN_PATIENCE_SECONDS)
    seconds = min(drawn, _LONGEST_PATIENCE_SECONDS)
    words = (said.nudges, said.reminders, said.outcries)
    steps = tuple(
        Say(chance.choice(choice), seconds * part)
        for choice, part in zip(words, _STEPS, strict=True)
    )
    farewell = chance.choice(said.farewells)
    is_said = chance.random() < _FAREWELL_LIKELIHOOD
    return Patience(steps, seconds, farewell if is_said else None)


def _say(text: str, chance: Random) -> Say:
    slipped = slip(text, chance, _SLIP_LIKELIHOOD)
    is_mended = slipped != text and chance.random() < _MEND_LIKELIHOOD
    return Say(slipped, _typing_seconds(text, chance), text if is_mended else None)


def _sticker(emojis: tuple[str, ...], chance: Random) -> SendSticker:
    formats = ("webp", "webp", "tgs", "webm")
    return SendSticker(chance.choice(emojis), chance.choice(formats), chance.uniform(1, 3))


def _typing_seconds(text: str, chance: Random) -> float:
    """Some six letters a second, and a moment's thought."""
    return 0.5 + len(text) / 6 * chance.uniform(0.3, 0.7)
