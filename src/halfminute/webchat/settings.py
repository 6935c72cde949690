"""A widget's settings as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from halfminute.sdk.errors import InvalidAccount

Side = Literal["left", "right"]
Asked = Literal["no", "optional", "required"]

LONGEST_WORDS: Final = 200
LONGEST_TOPIC: Final = 60
# All of them are told at once: https://core.telegram.org/stickers has up to 200 in one.
MOST_STICKER_SETS: Final = 10


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

    `sticker_sets`: those that visitors choose from, in this order, whichever account has them. One
    that was taken away offers nothing.

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
    sticker_sets: tuple[UUID, ...] = ()


def read_settings(settings: Mapping[str, Any]) -> WidgetSettings:
    """A widget's stored settings; raises InvalidAccount."""
    try:
        return msgspec.convert(dict(settings), WidgetSettings)
    except msgspec.ValidationError as error:
        raise InvalidAccount(str(error)) from None
