"""A widget's settings as they are stored, and the short form by which one is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from halfminute.sdk.channel import AccountConfiguration, FormField
from halfminute.sdk.errors import InvalidAccount
from halfminute.webchat.colours import is_colour
from halfminute.webchat.sites import MOST_SITES, NoSite, read_site

Side = Literal["left", "right"]
Asked = Literal["no", "optional", "required"]

LONGEST_WORDS: Final = 200
LONGEST_TOPIC: Final = 60

FORM: Final = (
    FormField(
        name="origins",
        labels={
            "en": "Sites that may show the chat, one a line: https://www.example.org",
            "ru": "Сайты, где показывается чат, по одному в строке: https://www.example.org",
        },
    ),
    FormField(
        name="title", labels={"en": "Title", "ru": "Заголовок"}, is_required=False, default=""
    ),
    FormField(
        name="greeting",
        labels={"en": "First words to the visitor", "ru": "Первые слова посетителю"},
        is_required=False,
        default="",
    ),
    FormField(
        name="accent",
        labels={"en": "Colour, as #1a6b54", "ru": "Цвет, например #1a6b54"},
        is_required=False,
        default="#1a6b54",
    ),
)


class FormSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors are asked before they write; `topics` is what they choose the topic from."""

    name: Asked = "no"
    email: Asked = "no"
    phone: Asked = "no"
    topic: Asked = "no"
    topics: tuple[str, ...] = ()


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """Words beside the button of a page that was open for `seconds`; none where there is no text.

    `pages`: paths, in which `*` stands for anything; none for all pages.
    """

    text: str = ""
    seconds: int = 15
    pages: tuple[str, ...] = ()


class WidgetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A widget as it is stored. `origins` are normalised: scheme, host and port.

    `accent` colours what is pressed and what the visitor wrote, `head` the panel's head; an empty
    one is the accent. `greeting` are the panel's first words. On `hidden_pages` there is no button.
    """

    origins: tuple[str, ...] = ()
    title: str = ""
    greeting: str = ""
    accent: str = "#1a6b54"
    head: str = ""
    side: Side = "right"
    hidden_pages: tuple[str, ...] = ()
    form: FormSettings = FormSettings()
    invitation: Invitation = Invitation()


def read_form(values: Mapping[str, str]) -> AccountConfiguration:
    """A filled-in form; raises InvalidAccount."""
    given = values.get("origins", "").replace(",", " ").split()
    if not given:
        raise InvalidAccount("name at least one site that may show the chat", field="origins")
    if len(given) > MOST_SITES:
        raise InvalidAccount(f"at most {MOST_SITES} sites", field="origins")
    accent = values.get("accent", "").strip().lower() or WidgetSettings().accent
    if not is_colour(accent):
        raise InvalidAccount("not a colour of the form #1a6b54", field="accent")
    settings = WidgetSettings(
        origins=tuple(dict.fromkeys(map(_read_origin, given))),
        title=_read_words(values, "title"),
        greeting=_read_words(values, "greeting"),
        accent=accent,
    )
    return AccountConfiguration(settings=msgspec.to_builtins(settings), secrets={})


def read_settings(settings: Mapping[str, Any]) -> WidgetSettings:
    """A widget's stored settings; raises InvalidAccount."""
    try:
        return msgspec.convert(dict(settings), WidgetSettings)
    except msgspec.ValidationError as error:
        raise InvalidAccount(str(error)) from None


def _read_words(values: Mapping[str, str], name: str) -> str:
    words = " ".join(values.get(name, "").split())
    if len(words) > LONGEST_WORDS:
        raise InvalidAccount(f"at most {LONGEST_WORDS} characters", field=name)
    return words


def _read_origin(text: str) -> str:
    try:
        return read_site(text)
    except NoSite:
        raise InvalidAccount(f"not the address of a site: {text}", field="origins") from None
