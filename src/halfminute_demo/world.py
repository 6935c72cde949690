"""Who the subscribers are and what they ask, as the data files tell it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

FIRST_ID: Final = 700_000_001
LANGUAGES: Final = ("ru", "en", "uk", "kk", "uz", "tg")

_DATA: Final = resources.files("halfminute_demo.data")


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber; `id` is theirs at Telegram, the same on every run."""

    id: int
    first_name: str
    last_name: str | None
    username: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Question:
    """A matter: the burst it opens with, and what may be asked after an answer."""

    topic: str
    language: str
    messages: tuple[str, ...]
    follow_ups: tuple[str, ...]
    photo: str | None


@dataclass(frozen=True, slots=True)
class Phrases:
    """What people of one language say whatever they asked."""

    thanks: tuple[str, ...]
    reminders: tuple[str, ...]


@cache
def people() -> tuple[Person, ...]:
    """All subscribers."""
    listed = _read("people.toml")["people"]
    return tuple(
        Person(
            id=FIRST_ID + index,
            first_name=each["first_name"],
            last_name=each.get("last_name"),
            username=each.get("username"),
            language=each["language"],
        )
        for index, each in enumerate(listed)
    )


@cache
def questions(language: str) -> tuple[Question, ...]:
    """What is asked in a language."""
    return tuple(
        Question(
            topic=each["topic"],
            language=language,
            messages=tuple(each["messages"]),
            follow_ups=tuple(each["follow_ups"]),
            photo=each.get("photo"),
        )
        for each in _read(f"questions/{language}.toml")["question"]
    )


@cache
def phrases(language: str) -> Phrases:
    """Thanks and reminders in a language."""
    found = _read("phrases.toml")[language]
    return Phrases(tuple(found["thanks"]), tuple(found["reminders"]))


@cache
def read_photo(name: str) -> bytes:
    """A JPEG that somebody sends."""
    return _DATA.joinpath("photos", name).read_bytes()


def _read(path: str) -> dict[str, Any]:
    return tomllib.loads(_DATA.joinpath(*path.split("/")).read_text(encoding="utf-8"))
