"""What subscribers ask and say, as the data files tell it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from random import Random

from halfminute_demo.data_files import read_data
from halfminute_demo.people import Person


@dataclass(frozen=True, slots=True)
class Question:
    """A matter: the burst it opens with, and what may be asked after an answer."""

    topic: str
    language: str
    messages: tuple[str, ...]
    follow_ups: tuple[str, ...]
    photo: str | None = None

    def asked_from(self, place: str) -> Question:
        """The same with the name of a place where one belongs."""
        said = tuple(text.replace("{place}", place) for text in self.messages)
        return replace(self, messages=said)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What people of one language say whatever they asked.

    `nudges`, `reminders` and `outcries` are the three steps of impatience, `farewells` its end.
    """

    thanks: tuple[str, ...]
    nudges: tuple[str, ...]
    reminders: tuple[str, ...]
    outcries: tuple[str, ...]
    farewells: tuple[str, ...]
    returns: tuple[str, ...]


@cache
def questions(language: str) -> tuple[Question, ...]:
    """What is asked in a language on any day."""
    return tuple(
        Question(
            topic=each["topic"],
            language=language,
            messages=tuple(each["messages"]),
            follow_ups=tuple(each["follow_ups"]),
            photo=each.get("photo"),
        )
        for each in read_data(f"questions/{language}.toml")["question"]
    )


@cache
def outage_questions(language: str) -> tuple[Question, ...]:
    """What is asked in a language when a region has no signal."""
    told = read_data("outage.toml")[language]
    follow_ups = tuple(told["follow_ups"])
    return tuple(
        Question(told["topic"], language, tuple(burst), follow_ups) for burst in told["bursts"]
    )


@cache
def phrases(language: str) -> Phrases:
    """All phrases of a language."""
    return Phrases(
        **{name: tuple(said) for name, said in read_data("phrases.toml")[language].items()}
    )


def answer_to(asked: str, person: Person, chance: Random) -> str:
    """What the person answers to an agent's question."""
    heard = asked.lower()
    for each in read_data("answers.toml")[person.language]:
        stems = each["hears"]
        if not stems or any(stem in heard for stem in stems):
            said: str = chance.choice(each["says"])
            number = f"{chance.randrange(10_000_000):07}"
            digits = f"{number[:3]}-{number[3:5]}-{number[5:]}"
            return said.replace("{digits}", digits).replace("{place}", person.place)
    raise LookupError(f"nothing is answered in {person.language}")
