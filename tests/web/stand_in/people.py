"""The invented people and what they said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from tests.web.stand_in.ids import uuid7_at

Json = dict[str, Any]
ME = "0190aaaa-0000-7000-8000-000000000001"
FIRST_LINE = "0190aaaa-0000-7000-8000-0000000000a1"
ROAMING = "0190aaaa-0000-7000-8000-0000000000a2"
PHOTO = "0190aaaa-0000-7000-8000-0000000000f1"
STICKER = "0190aaaa-0000-7000-8000-0000000000f2"


def instant(seconds_ago: float = 0.0) -> datetime:
    return datetime.now(UTC) - timedelta(seconds=seconds_ago)


def rfc(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text(words: str, *entities: Json) -> Json:
    return {"type": "text", "text": words, "entities": list(entities)}


def message(conversation: Json, direction: str, ago: float, *parts: Json, **change: Any) -> Json:
    at = instant(ago)
    author_kind = {"in": "contact", "system": "system"}.get(direction, "agent")
    names = {"in": conversation["contact"]["name"], "system": ""}
    return {
        "id": uuid7_at(at),
        "conversation_id": conversation["id"],
        "direction": direction,
        "author_kind": author_kind,
        "author_id": ME if author_kind == "agent" else None,
        "author_name": names.get(direction, "Анна Ковалёва"),
        "client_id": None,
        "sent_at": rfc(at),
        "created_at": rfc(at),
        "parts": list(parts),
        "forwarded_from": None,
        "reply_to": None,
        "delivery": "read" if direction == "out" else None,
        "delivery_code": "",
        "delivery_reason": "",
        "is_retryable": False,
        "revision": 0,
        "edited_at": None,
        "deleted_at": None,
        "is_deleted_in_channel": False,
        "erased_at": None,
        **dict.fromkeys(("change", "transfer", "consult")),
        "reactions": [],
        **change,
    }


def conversation(name: str, state: str, waits: float | None, **change: Any) -> Json:
    opened = instant((waits or 0) + 200)
    is_held = state in {"active", "wrap_up"}
    return {
        "id": uuid7_at(opened),
        "state": state,
        "awaiting": "customer" if waits is None else "agent",
        "channel_kind": "telegram",
        "channel_account_id": "0190aaaa-0000-7000-8000-0000000000c1",
        "channel_account_name": "@svetlo_support_bot",
        "queue_id": FIRST_LINE,
        "agent_id": ME if is_held else None,
        "agent_name": "Анна Ковалёва" if is_held else None,
        "contact": {"id": str(uuid4()), "name": name, "language": "ru"},
        "address": {
            "id": str(uuid4()),
            "username": None,
            "proof": "channel",
            "is_disputed": False,
            "is_reachable": True,
            "unreachable_reason": "",
        },
        **dict.fromkeys(("business", "reply_until")),
        "opened_at": rfc(opened),
        "queued_at": rfc(instant(waits or 0)),
        "entered_queue_at": rfc(instant(waits or 0)),
        "target": None,
        "assigned_at": rfc(opened) if is_held else None,
        "first_customer_message_at": rfc(opened),
        "first_reply_at": None,
        "unanswered_since": None if waits is None else rfc(instant(waits)),
        "last_message_at": None,
        "last_message": None,
        "is_solved": None,
        "solved_at": None,
        "disposition_code": None,
        "wrap_up_at": None,
        "wrap_up_seconds": None,
        "wrap_up_extension_seconds": 0,
        **dict.fromkeys(("silent_since", "returned_at")),
        "closed_at": None,
        "ended_by_contact_at": None,
        "rating": None,
        "requirements": [],
        "is_callback": False,
        "reopened_count": 0,
        "version": 1,
        **change,
    }


_PICTURE: Final[Json] = {
    "type": "media",
    "kind": "image",
    "file_id": PHOTO,
    "file_state": "ready",
    "media_type": "image/png",
    "size": 82_000,
    "width": 640,
    "height": 420,
    "duration_seconds": None,
    "name": "photo.png",
    "caption": None,
}
_DOCUMENT: Final[Json] = {**_PICTURE, "kind": "file", "name": "Договор 4471-2026.pdf"}
_STICKER: Final[Json] = {
    "type": "sticker",
    "format": "webp",
    "emoji": "😀",
    "set_name": None,
    "file_id": STICKER,
    "file_state": "ready",
    "thumbnail_file_id": None,
    "width": None,
    "height": None,
}


def rich_thread(c: Json) -> list[Json]:
    """One of every kind of message a thread can show."""
    all_kinds = [*_beginning(c), *_media(c), *_changes(c), *_deliveries(c)]
    return sorted(all_kinds, key=lambda each: str(each["id"]))


def _beginning(c: Json) -> list[Json]:
    marks = [
        {"type": "bold", "offset": 65, "length": 3},
        {
            "type": "text_link",
            "offset": 96,
            "length": 18,
            "url": "https://help.svetlo.example/router",
        },
    ]
    asked = text("Здравствуйте! Вчера купила домашний интернет, а он не работает.")
    answered = text(
        "Добрый день, Мария! Смотрю ваш договор. Пока проверьте, горит ли LAN на роутере, "
        "и загляните на страницу настройки.",
        *marks,
    )
    return [
        message(c, "system", 90_010, {"type": "start", "payload": "home_internet"}),
        message(c, "in", 90_000, asked),
        message(c, "out", 89_950, answered),
    ]


def _media(c: Json) -> list[Json]:
    photo = {**_PICTURE, "caption": text("Вот вышка за окном, может дело в ней?")}
    video = {**_DOCUMENT, "file_state": "too_large", "name": "video.mp4", "kind": "video"}
    return [
        message(c, "in", 1500, photo, reactions=[{"actor_kind": "agent", "emoji": "👍"}]),
        message(c, "in", 1490, {**_DOCUMENT, "file_state": "pending", "file_id": None}),
        message(c, "in", 1480, video),
        message(c, "in", 900, {**_STICKER}),
        message(c, "in", 890, {**_STICKER, "format": "tgs", "file_id": None, "emoji": "🎉"}),
        message(c, "in", 880, {"type": "unsupported", "vendor_type": "story"}),
    ]


def _changes(c: Json) -> list[Json]:
    reply_to = {"message_id": None, "external_id": "1", "preview": "Вот вышка за окном"}
    edited = text("Спасибо, вышка тут ни при чём 🙂 Проверяю порт на коммутаторе.")
    change = {"reply_to": reply_to, "edited_at": rfc(instant(1370)), "revision": 1}
    return [
        message(c, "internal", 1400, text("Дом подключён вчера в 18:40, порт молчит.")),
        message(c, "out", 1380, edited, **change),
        message(c, "in", 875, text("У нас тоже с утра тишина"), forwarded_from="Игорь, 4 этаж"),
        message(c, "in", 870, text("Ошиблась чатом"), deleted_at=rfc(instant(860))),
    ]


def _deliveries(c: Json) -> list[Json]:
    failure = {
        "delivery": "failed",
        "delivery_code": "unavailable",
        "delivery_reason": "Telegram is not available",
        "is_retryable": True,
    }
    return [
        message(c, "out", 300, text("Порт перезапустили, попробуйте."), delivery="delivered"),
        message(c, "out", 200, text("Получилось?"), **failure),
        message(c, "out", 150, text("Мария, вы здесь?"), delivery="unknown"),
        message(c, "in", 42, text("Да! Перезагрузила, лампочка загорелась")),
        message(c, "in", 40, text("Но скорость всего 2 Мбит, так и должно быть?")),
    ]


def make_account(**change: Any) -> Json:
    """An account of Telegram that works."""
    return {
        "id": "0190aaaa-0000-7000-8000-0000000000c1",
        "kind": "telegram",
        "name": "Svetlo support",
        "settings": {},
        "username": "svetlo_support_bot",
        "inbound_mode": "webhook",
        "queue_id": None,
        "reopen_seconds": 86400,
        "is_enabled": True,
        "sending_blocked_until": None,
        "health": "ok",
        "health_detail": "",
        "health_at": rfc(instant(3600)),
        "created_at": rfc(instant(90_000)),
        **change,
    }
