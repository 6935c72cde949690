"""The short form by which a widget is made; all of its settings are on its page at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from halfminute.sdk.channel import AccountConfiguration, FormField
from halfminute.sdk.errors import InvalidAccount
from halfminute.webchat.checking import check_settings
from halfminute.webchat.errors import InvalidWidget
from halfminute.webchat.settings import Invitation, WidgetSettings


def _optional(name: str, en: str, ru: str, default: str = "") -> FormField:
    return FormField(name=name, labels={"en": en, "ru": ru}, is_required=False, default=default)


FORM: Final = (
    FormField(
        name="origins",
        labels={
            "en": "Sites that may show the chat, one a line: https://www.example.org",
            "ru": "Сайты, где показывается чат, по одному в строке: https://www.example.org",
        },
    ),
    _optional("title", "Title", "Заголовок"),
    _optional("greeting", "First words to the visitor", "Первые слова посетителю"),
    _optional("accent", "Colour, as #1a6b54", "Цвет, например #1a6b54", WidgetSettings().accent),
    _optional("head", "Colour of the head", "Цвет шапки"),
    _optional("hidden_pages", "Pages without the button", "Страницы без кнопки"),
    _optional("invitation", "Words beside the button", "Слова рядом с кнопкой"),
)


def read_form(values: Mapping[str, str]) -> AccountConfiguration:
    """A filled-in form, in which several of a kind are parted by space; raises InvalidAccount."""
    given = WidgetSettings(
        origins=_split(values.get("origins", "")),
        title=values.get("title", ""),
        greeting=values.get("greeting", ""),
        accent=values.get("accent", "").strip() or WidgetSettings().accent,
        head=values.get("head", ""),
        hidden_pages=_split(values.get("hidden_pages", "")),
        invitation=Invitation(text=values.get("invitation", "")),
    )
    try:
        settings = check_settings(given)
    except InvalidWidget as error:
        field, code = next(iter(error.fields["problems"].items()))
        name = field.partition(".")[0]
        raise InvalidAccount(f"{name}: {code.replace('_', ' ')}", field=name) from None
    return AccountConfiguration(settings=msgspec.to_builtins(settings), secrets={})


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())
