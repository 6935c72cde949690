"""Updates as Telegram writes them, for plays."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.channel import InboundMessage

SENT_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DATE = int(SENT_AT.timestamp())
ANNA = {
    "id": 7,
    "is_bot": False,
    "first_name": "Анна",
    "last_name": "Ким",
    "username": "anna_kim",
    "language_code": "kk",
}
CHAT = {"id": 7, "type": "private", "first_name": "Анна", "last_name": "Ким"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Соседи"}


def message(**content: Any) -> dict[str, Any]:
    """A message of Anna's in her private chat, unless `content` says otherwise."""
    return {"message_id": 41, "from": ANNA, "chat": CHAT, "date": DATE, **content}


def update(**kind: Any) -> bytes:
    """An update of one kind."""
    return json.dumps({"update_id": 900, **kind}, ensure_ascii=False).encode()


def only_message(raw: bytes) -> InboundMessage:
    """The one message that a payload means."""
    (found,) = translate(raw)
    assert isinstance(found, InboundMessage)
    return found


def only_part(**content: Any) -> Any:
    """The one part of a message of this content."""
    (part,) = only_message(update(message=message(**content))).parts
    return part
