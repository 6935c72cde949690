"""What was said with a visitor, as a page to keep: it runs nothing, and loads nothing.

All words in it are strangers' words: every one is escaped.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Final
from uuid import UUID

from halfminute.contacts.types import AddressKey
from halfminute.conversations.schemas import MessageView
from halfminute.conversations.thread import iterate_contact_thread
from halfminute.kit.database import Database
from halfminute.kit.time import utc_now
from halfminute.sdk.model import MediaPart, Part, TextPart, preview_text

# The page's own wall, for who opens it with a browser that can be talked into more.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Chat",
        "kept": "Saved on",
        "you": "You",
        "file": "File",
        "other": "Something that words cannot show",
        "edited": "edited",
        "none": "Nothing was said.",
        "date": "{0:%Y-%m-%d}",
    },
    "ru": {
        "title": "Переписка",
        "kept": "Сохранена",
        "you": "Вы",
        "file": "Файл",
        "other": "Нечто, чего не передать словами",
        "edited": "изменено",
        "none": "Ничего не сказано.",
        "date": "{0:%d.%m.%Y}",
    },
}
_HEAD: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui; }}
h1 {{ font-size: 1.4rem; }} h2 {{ margin: 2rem 0 .5rem; font-size: 1rem; }}
article {{ margin: 1rem 0; padding-left: .8rem; border-left: 3px solid #8888; }}
article.in {{ border-color: #1a7f5a; }}
small {{ opacity: .8; }} p {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head><body>
<h1>{title}</h1>
<p><small>{kept}</small></p>
"""


def language_of(tag: str) -> str:
    """The nearest language that the page can be in."""
    short = tag.lower().replace("_", "-").partition("-")[0]
    return short if short in _WORDS else "en"


class Transcript:
    """The page of one visitor. Times are so many minutes east of UTC."""

    def __init__(self, title: str, language: str, minutes_east: int) -> None:
        """`title` heads the page, if there is one."""
        self._words = _WORDS[language]
        self._language = language
        self._title = title or self._words["title"]
        self._zone = timezone(timedelta(minutes=minutes_east))
        self._day = ""

    async def write(
        self, database: Database, address: AddressKey, conversation_id: UUID | None
    ) -> AsyncIterator[str]:
        """The page piece by piece: the whole thread, or one conversation of it.

        Nothing of it is held but a page of messages, each read in a transaction of its own.
        """
        yield self._head()
        is_empty = True
        async for messages in iterate_contact_thread(
            database, address, conversation_id=conversation_id
        ):
            said = [self._message(each) for each in messages if each.deleted_at is None]
            is_empty = is_empty and not said
            yield "".join(said)
        yield f"<p>{self._words['none']}</p>\n" if is_empty else ""
        yield "</body></html>\n"

    def _head(self) -> str:
        now = self._local(utc_now())
        return _HEAD.format(
            language=self._language,
            title=escape(self._title),
            kept=f"{self._words['kept']} {self._date(now)} {now:%H:%M}",
        )

    def _message(self, message: MessageView) -> str:
        at = self._local(message.sent_at)
        author = self._words["you"] if message.direction == "in" else message.author_name
        marks = [self._words["edited"]] if message.edited_at is not None else []
        told = " · ".join([f"{at:%H:%M}", escape(author), *marks])
        words = "".join(f"<p>{escape(self._part(part))}</p>" for part in message.parts)
        return (
            f"{self._day_line(at)}"
            f'<article class="{message.direction}"><small>{told}</small>{words}</article>\n'
        )

    def _part(self, part: Part) -> str:
        match part:
            case TextPart(text=text):
                return text
            case MediaPart(name=name, caption=caption):
                file = f"[{self._words['file']}{': ' if name else ''}{name}]"
                return file if caption is None else f"{file}\n{caption.text}"
            case _:
                return preview_text((part,)) or f"[{self._words['other']}]"

    def _day_line(self, at: datetime) -> str:
        day = self._date(at)
        if day == self._day:
            return ""
        self._day = day
        return f"<h2>{day}</h2>\n"

    def _date(self, at: datetime) -> str:
        return self._words["date"].format(at)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)
