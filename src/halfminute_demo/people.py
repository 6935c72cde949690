"""Who lives in the town: those of the data file, and as many invented ones as asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any, Final

from halfminute_demo.data_files import read_data

FIRST_ID: Final = 700_000_001
LANGUAGES: Final = ("ru", "en", "uk", "kk", "uz", "tg")

_LAST_NAME_LIKELIHOOD: Final = 0.6
_USERNAME_LIKELIHOOD: Final = 0.35


@dataclass(frozen=True, slots=True)
class Region:
    """Where people live; `names` by language."""

    names: tuple[tuple[str, str], ...]

    def name_in(self, language: str) -> str:
        """As the language writes it."""
        return dict(self.names)[language]


@dataclass(frozen=True, slots=True)
class Person:
    """A subscriber; `id` is theirs at Telegram, the same on every run."""

    id: int
    first_name: str
    last_name: str | None
    username: str | None
    language: str
    region: Region

    @property
    def place(self) -> str:
        """Where they live, in their own words."""
        return self.region.name_in(self.language)


@cache
def regions() -> tuple[Region, ...]:
    """All regions of the operator."""
    return tuple(Region(tuple(each.items())) for each in read_data("regions.toml")["region"])


@cache
def population(seed: int, size: int) -> tuple[Person, ...]:
    """The first `size` people of the seed's town; a larger town has the same ones and more."""
    listed = read_data("people.toml")["people"][:size]
    rest = range(len(listed), size)
    return (
        *(_known(seed, index, each) for index, each in enumerate(listed)),
        *(_invented(seed, index) for index in rest),
    )


def _known(seed: int, index: int, told: dict[str, Any]) -> Person:
    return Person(
        id=FIRST_ID + index,
        first_name=told["first_name"],
        last_name=told.get("last_name"),
        username=told.get("username"),
        language=told["language"],
        region=_chance(seed, index).choice(regions()),
    )


def _invented(seed: int, index: int) -> Person:
    chance = _chance(seed, index)
    region = chance.choice(regions())
    names = read_data("names.toml")
    shares = [names[language]["share"] for language in LANGUAGES]
    (language,) = chance.choices(LANGUAGES, shares)
    sex = chance.choice(("women", "men"))
    last_name = chance.choice(names[language][f"{sex}_last"])
    is_named = chance.random() < _LAST_NAME_LIKELIHOOD
    is_found = chance.random() < _USERNAME_LIKELIHOOD
    return Person(
        id=FIRST_ID + index,
        first_name=chance.choice(names[language][sex]),
        last_name=last_name if is_named else None,
        username=f"subscriber_{index + 1}" if is_found else None,
        language=language,
        region=region,
    )


def _chance(seed: int, index: int) -> Random:
    return Random(f"{seed}:person:{index}")
