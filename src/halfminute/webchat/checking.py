"""Checks the settings that an administrator gives, and says of each field what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from halfminute.webchat.colours import is_colour
from halfminute.webchat.errors import InvalidWidget
from halfminute.webchat.settings import (
    LONGEST_TOPIC,
    LONGEST_WORDS,
    MOST_STICKER_SETS,
    FormSettings,
    Invitation,
    WidgetSettings,
)
from halfminute.webchat.sites import MOST_SITES, NoSite, read_site

MOST_PAGES: Final = 50
MOST_TOPICS: Final = 20
LONGEST_PATH: Final = 200
# Each star of a pattern is one more thing that the visitor's browser tries at every position.
MOST_STARS: Final = 5
SOONEST_SECONDS: Final = 3
LATEST_SECONDS: Final = 600

Read = Callable[[str], str]


class Faulty(ValueError):
    """A value is wrong; the code says in which way."""


class Checker:
    """Reads values field by field, and gathers the codes of those that are wrong.

    The codes: `missing`, `too_long`, `too_many`, `not_a_colour`, `not_a_site`, `not_a_path`,
    `out_of_range`, `not_text`. A line of a list is named by its place: `origins.2`.
    """

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self.problems: dict[str, str] = {}

    def read(self, field: str, value: str, read: Read) -> str:
        """The value as it is kept."""
        try:
            if "\0" in value:
                # PostgreSQL's text cannot hold it (manual, 8.3).
                raise Faulty("not_text")
            return read(value)
        except Faulty as fault:
            self.problems[field] = str(fault)
            return value

    def read_all(self, field: str, values: Iterable[str], most: int, read: Read) -> tuple[str, ...]:
        """The lines that are not empty, each once, as they are kept."""
        given = [line for value in values if (line := value.strip())]
        if len(given) > most:
            self.problems[field] = "too_many"
            return tuple(given)
        kept = [self.read(f"{field}.{place}", line, read) for place, line in enumerate(given)]
        return tuple(dict.fromkeys(kept))

    def require(self, field: str, *, holds: bool, code: str) -> None:
        """Note the code, unless it holds."""
        if not holds:
            self.problems[field] = code


def check_settings(given: WidgetSettings, checker: Checker | None = None) -> WidgetSettings:
    """The settings as they are kept. Raises InvalidWidget with all that is wrong.

    `checker` has found already what is wrong beside them.
    """
    checker = checker or Checker()
    checked = msgspec.structs.replace(
        given,
        origins=checker.read_all("origins", given.origins, MOST_SITES, _read_site),
        title=checker.read("title", given.title, _words(LONGEST_WORDS)),
        greeting=checker.read("greeting", given.greeting, _words(LONGEST_WORDS)),
        accent=checker.read("accent", given.accent, _read_colour),
        head=checker.read("head", given.head, _read_colour) if given.head.strip() else "",
        hidden_pages=checker.read_all("hidden_pages", given.hidden_pages, MOST_PAGES, _read_path),
        form=_check_form(checker, given.form),
        invitation=_check_invitation(checker, given.invitation),
        sticker_sets=tuple(dict.fromkeys(given.sticker_sets)),
    )
    is_few = len(checked.sticker_sets) <= MOST_STICKER_SETS
    checker.require("sticker_sets", holds=is_few, code="too_many")
    checker.require("origins", holds=bool(checked.origins), code="missing")
    if checker.problems:
        raise InvalidWidget(problems=checker.problems)
    return checked


def _check_form(checker: Checker, given: FormSettings) -> FormSettings:
    topics = checker.read_all("form.topics", given.topics, MOST_TOPICS, _words(LONGEST_TOPIC))
    checker.require("form.topics", holds=given.topic == "no" or len(topics) > 0, code="missing")
    return msgspec.structs.replace(given, topics=topics)


def _check_invitation(checker: Checker, given: Invitation) -> Invitation:
    is_in_range = SOONEST_SECONDS <= given.seconds <= LATEST_SECONDS
    checker.require("invitation.seconds", holds=is_in_range, code="out_of_range")
    return msgspec.structs.replace(
        given,
        text=checker.read("invitation.text", given.text, _words(LONGEST_WORDS)),
        pages=checker.read_all("invitation.pages", given.pages, MOST_PAGES, _read_path),
    )


def _words(longest: int) -> Read:
    def read(text: str) -> str:
        words = " ".join(text.split())
        if len(words) > longest:
            raise Faulty("too_long")
        return words

    return read


def _read_site(text: str) -> str:
    try:
        return read_site(text)
    except NoSite:
        raise Faulty("not_a_site") from None


def _read_colour(text: str) -> str:
    colour = text.strip().lower()
    if not is_colour(colour):
        raise Faulty("not_a_colour")
    return colour


def _read_path(text: str) -> str:
    if not text.startswith(("/", "*")) or _has(text, " ?#") or text.count("*") > MOST_STARS:
        raise Faulty("not_a_path")
    if len(text) > LONGEST_PATH:
        raise Faulty("too_long")
    return text


def _has(text: str, characters: Sequence[str]) -> bool:
    return any(each in text for each in characters)
