"""The pages of an export: what was said, as a person reads it, in a file that runs nothing.

All words in them are strangers' words: every one is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final
from uuid import UUID

from halfminute.contacts.schemas import AddressView, ContactView
from halfminute.sdk.model import (
    ContactPart,
    LocationPart,
    MediaPart,
    Part,
    PollPart,
    StickerPart,
    TextPart,
    UnsupportedPart,
    preview_text,
    read_parts,
)

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "All that is held on",
        "addresses": "Addresses",
        "subjects": "What the site calls the contact",
        "conversations": "Conversations",
        "none": "None.",
        "opened": "opened",
        "data": "the same as data",
        "in": "wrote",
        "out": "was answered",
        "internal": "a colleague's note",
        "system": "Halfminute",
        "deleted": "deleted",
        "erased": "erased",
        "edited": "edited; said before:",
        "forwarded": "passed on from",
        "rating": "rating",
        "nameless": "a contact without a name",
        "machines": "contact.json and conversations/*.json hold the same for machines, raw/ what "
        "providers told us word for word, media/ all files.",
    },
    "ru": {
        "title": "Всё, что хранится о контакте",
        "addresses": "Адреса",
        "subjects": "Как контакт называется на сайте",
        "conversations": "Разговоры",
        "none": "Нет.",
        "opened": "начат",
        "data": "то же в виде данных",
        "in": "написал(а)",
        "out": "ответ",
        "internal": "заметка коллеги",
        "system": "Halfminute",
        "deleted": "удалено",
        "erased": "стёрто",
        "edited": "изменено; было:",
        "forwarded": "переслано от",
        "rating": "оценка",
        "nameless": "контакт без имени",
        "machines": "contact.json и conversations/*.json содержат то же для программ, raw/ — "
        "сообщения провайдеров дословно, media/ — все файлы.",
    },
}
_RUSSIAN_READERS: Final = ("ru", "be", "kk")

_HEAD: Final = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui; }}
article {{ margin: 1rem 0; padding-left: 1rem; border-left: 3px solid #8888; }}
article.in {{ border-color: #1a7f5a; }}
small {{ opacity: .75; }} p {{ margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head><body>
<h1>{title}</h1>
"""
FOOT: Final = "</body></html>\n"


def index_page(
    contact: ContactView,
    addresses: Sequence[AddressView],
    subjects: Sequence[str],
    conversations: Sequence[Mapping[str, Any]],
) -> str:
    """What there is, with the way to each conversation."""
    words = _words_for(contact)
    lines = [_head(contact, f"{words['title']}: {contact.name or words['nameless']}")]
    lines.append(f"<p><small>{escape(str(contact.id))}</small></p><h2>{words['addresses']}</h2>")
    for address in addresses:
        known = (address.channel_kind, address.name, address.username, address.external_id)
        lines.append(f"<p>{escape(' · '.join(filter(None, known)))}</p>")
    if subjects:
        lines.append(f"<h2>{words['subjects']}</h2>")
        lines += [f"<p>{escape(subject)}</p>" for subject in subjects]
    lines.append(f"<h2>{words['conversations']}</h2>")
    for conversation in conversations:
        place = f"conversations/{conversation['id']}"
        told = f"{conversation['channel_account_name']}, {words['opened']}"
        lines.append(
            f'<p><a href="{place}.html">{escape(told)} {_time(conversation["opened_at"])}</a>'
            f' (<a href="{place}.json">{words["data"]}</a>)</p>'
        )
    if not conversations:
        lines.append(f"<p>{words['none']}</p>")
    lines.append(f"<p><small>{escape(words['machines'])}</small></p>{FOOT}")
    return "\n".join(lines)


def conversation_head(contact: ContactView, conversation: Mapping[str, Any]) -> str:
    """The beginning of a conversation's page."""
    title = f"{conversation['channel_account_name']}, {_time(conversation['opened_at'])}"
    return _head(contact, title) + _rating(contact, conversation["rating"])


def _rating(contact: ContactView, rating: Mapping[str, Any] | None) -> str:
    if rating is None:
        return ""
    told = f"{_words_for(contact)['rating']}: {rating['score']}/5"
    return f"<p>{escape(' · '.join(filter(None, (told, rating['words']))))}</p>"


def message_row(contact: ContactView, message: Mapping[str, Any], files: Mapping[UUID, str]) -> str:
    """A message with what it said before; `files` are the names of media by their ids."""
    words = _words_for(contact)
    author = message["author_name"] or (contact.name if message["author_kind"] == "contact" else "")
    marks = [words[mark] for mark in ("deleted", "erased") if message[f"{mark}_at"] is not None]
    if message["forwarded_from"] is not None:
        marks.append(f"{words['forwarded']} {message['forwarded_from']}")
    marks += [reaction["emoji"] for reaction in message["reactions"]]
    said = " · ".join(filter(None, (author, words[message["direction"]], *marks)))
    lines = [
        f'<article class="{escape(message["direction"])}">',
        f"<small>{_time(message['sent_at'])} {escape(said)}</small>",
    ]
    lines += [_part(part, files) for part in read_parts(message["parts"])]
    for revision in message["revisions"]:
        before = preview_text(read_parts(revision["parts"]), 10_000)
        lines.append(f"<p><small>{words['edited']} {escape(before)}</small></p>")
    return "\n".join([*lines, "</article>\n"])


def _part(part: Part, files: Mapping[UUID, str]) -> str:
    match part:
        case TextPart(text=text):
            return f"<p>{escape(text)}</p>"
        case MediaPart() | StickerPart():
            return _media(part, files)
        case LocationPart():
            told = f"{part.title} {part.address} {part.latitude}, {part.longitude}"
        case ContactPart():
            told = f"{part.name} {part.phone}"
        case PollPart():
            told = " / ".join((part.question, *(option.text for option in part.options)))
        case UnsupportedPart():
            told = part.vendor_type
        case _:
            told = preview_text((part,)) or getattr(part, "payload", "")
    return f"<p>{escape(told.strip())}</p>"


def _media(part: MediaPart | StickerPart, files: Mapping[UUID, str]) -> str:
    told = part.name if isinstance(part, MediaPart) else f"{part.emoji} {part.set_name or ''}"
    place = files.get(part.file_id) if part.file_id is not None else None
    shown = escape(told.strip() or place or part.file_state)
    line = f'<p><a href="../media/{escape(place)}">{shown}</a></p>' if place else f"<p>{shown}</p>"
    caption = part.caption if isinstance(part, MediaPart) else None
    return line if caption is None else f"{line}<p>{escape(caption.text)}</p>"


def _head(contact: ContactView, title: str) -> str:
    return _HEAD.format(lang=_language_of(contact), title=escape(title))


def _words_for(contact: ContactView) -> Mapping[str, str]:
    return _WORDS[_language_of(contact)]


def _language_of(contact: ContactView) -> str:
    language = (contact.language or "").partition("-")[0]
    return "ru" if language in _RUSSIAN_READERS else "en"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
