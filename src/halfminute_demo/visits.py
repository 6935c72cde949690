"""Plans what a subscriber says in one visit; the same seed and number give the same plan."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random
from typing import Final

from halfminute_demo.slips import slip
from halfminute_demo.world import Person, Phrases, Question, people, phrases, questions

_SLIP_LIKELIHOOD: Final = 0.2
_STICKER_LIKELIHOOD: Final = 0.25
_REACTION_LIKELIHOOD: Final = 0.3
_FOLLOW_UP_LIKELIHOOD: Final = 0.7
_MEND_LIKELIHOOD: Final = 0.3
_GREETING_STICKERS: Final = ("👋", "🙂", "😔", "🤔")
_PARTING_STICKERS: Final = ("❤️", "👍", "🤝", "😂")
_REACTIONS: Final = ("👍", "❤", "🔥", "🙏")


@dataclass(frozen=True, slots=True)
class Say:
    """Words, after as many seconds of typing; perhaps mended by an edit at once."""

    text: str
    after_seconds: float
    mended: str | None = None


@dataclass(frozen=True, slots=True)
class SendSticker:
    """A sticker; its format is `webp`, `tgs` or `webm`."""

    emoji: str
    format: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class SendPhoto:
    """A photo of the data files, with a caption."""

    photo: str
    caption: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class React:
    """A reaction to the answer that was just read."""

    emoji: str
    after_seconds: float


Deed = Say | SendSticker | SendPhoto | React


@dataclass(frozen=True, slots=True)
class Visit:
    """One matter from its first word to its thanks.

    `opening` is said at once; `turns` one by one, each after an answer; `reminder` when no answer
    comes.
    """

    number: int
    person: Person
    topic: str
    opening: tuple[Deed, ...]
    turns: tuple[tuple[Deed, ...], ...]
    reminder: Say


def plan_visit(seed: int, number: int, busy: Collection[int] = ()) -> Visit:
    """The visit of a number, by somebody whose id is not `busy`; ValueError if all are."""
    chance = Random(f"{seed}:{number}")
    order = chance.sample(people(), len(people()))
    person = next((each for each in order if each.id not in busy), None)
    if person is None:
        raise ValueError("everybody is busy")
    question = chance.choice(questions(person.language))
    said = phrases(person.language)
    return Visit(
        number=number,
        person=person,
        topic=question.topic,
        opening=_opening(question, chance),
        turns=_turns(question, said, chance),
        reminder=Say(chance.choice(said.reminders), chance.uniform(45, 90)),
    )


def next_visit_seconds(seed: int, number: int, rate_per_minute: float) -> float:
    """How long after the visit before this one comes: arrivals are a Poisson process."""
    return Random(f"{seed}:arrival:{number}").expovariate(rate_per_minute / 60)


def _opening(question: Question, chance: Random) -> tuple[Deed, ...]:
    deeds: list[Deed] = [_say(text, chance) for text in question.messages]
    if question.photo is not None:
        last = question.messages[-1]
        deeds[-1] = SendPhoto(question.photo, last, _typing_seconds(last, chance) + 2)
    elif chance.random() < _STICKER_LIKELIHOOD / 3:
        deeds.append(_sticker(_GREETING_STICKERS, chance))
    return tuple(deeds)


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
