"""The form by which an administrator makes a widget."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from halfminute.sdk.channel import AccountConfiguration, FormField
from halfminute.sdk.errors import InvalidAccount

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_MOST_ORIGINS: Final = 50
_LONGEST_WORDS: Final = 200

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


class WidgetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A widget as it is stored. `origins` are normalised: scheme, host and port."""

    origins: tuple[str, ...] = ()
    title: str = ""
    greeting: str = ""
    accent: str = "#1a6b54"


def read_form(values: Mapping[str, str]) -> AccountConfiguration:
    """A filled-in form; raises InvalidAccount."""
    given = values.get("origins", "").replace(",", " ").split()
    if not given:
        raise InvalidAccount("name at least one site that may show the chat", field="origins")
    if len(given) > _MOST_ORIGINS:
        raise InvalidAccount(f"at most {_MOST_ORIGINS} sites", field="origins")
    accent = values.get("accent", "").strip() or WidgetSettings().accent
    if _COLOUR.fullmatch(accent) is None:
        raise InvalidAccount("not a colour of the form #1a6b54", field="accent")
    settings = WidgetSettings(
        origins=tuple(dict.fromkeys(map(_read_origin, given))),
        title=_read_words(values, "title"),
        greeting=_read_words(values, "greeting"),
        accent=accent.lower(),
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
    if len(words) > _LONGEST_WORDS:
        raise InvalidAccount(f"at most {_LONGEST_WORDS} characters", field=name)
    return words


def _read_origin(text: str) -> str:
    """RFC 6454, 6.2: scheme, host and port, and nothing else."""
    try:
        parts = urlsplit(text.rstrip("/").lower())
        port = parts.port
    except ValueError:
        raise InvalidAccount(f"not the address of a site: {text}", field="origins") from None
    is_bare = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_bare:
        raise InvalidAccount(f"not the address of a site: {text}", field="origins")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, standard) else "")
