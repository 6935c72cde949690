"""What a message of Telegram says of others: whose it was, what it answers, its album."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from halfminute.plugins.telegram.content import translate_content
from halfminute.plugins.telegram.payloads import Envelope, ExternalReply, MessageOrigin, Quote
from halfminute.sdk.model import preview_text

_T = TypeVar("_T")


def forwarded_from(message: Mapping[str, Any]) -> str | None:
    """The name of whom it was forwarded from; empty when it was, and we cannot read from whom.

    None for words of the sender's own.
    """
    origin = message.get("forward_origin")
    return None if origin is None else _name_of(origin)


def album_key(message: Mapping[str, Any]) -> str | None:
    """The album of which it is a picture (https://core.telegram.org/bots/api#message)."""
    found = message.get("media_group_id")
    return found if isinstance(found, str) and found else None


def reply_of(message: Mapping[str, Any]) -> tuple[str | None, str]:
    """The message replied to, if it is of this chat, and what is known of its words.

    A reply to another chat's message tells at most what was quoted, what kind of thing it was,
    and who said it (https://core.telegram.org/bots/api#externalreplyinfo).
    """
    quoted = _convert_or_none(message.get("quote"), Quote)
    words = quoted.text if quoted else ""
    replied = message.get("reply_to_message")
    envelope = _convert_or_none(replied, Envelope)
    if envelope is not None:
        return external_id_of(envelope), words or preview_text(translate_content(replied or {}))
    external = message.get("external_reply")
    if not isinstance(external, dict):
        return None, words
    return _id_within(message, external), words or _preview_of(external)


def external_id_of(envelope: Envelope) -> str:
    """An ephemeral message has no number of its own among messages: its message_id is 0."""
    if envelope.message_id == 0 and envelope.ephemeral_message_id is not None:
        return f"ephemeral:{envelope.ephemeral_message_id}"
    return str(envelope.message_id)


def _id_within(message: Mapping[str, Any], external: Mapping[str, Any]) -> str | None:
    """Its number, where the other message is in another topic of this very chat."""
    found = _convert_or_none(external, ExternalReply)
    if found is None or found.chat is None or found.message_id is None:
        return None
    here = msgspec.convert(message, Envelope).chat
    return str(found.message_id) if found.chat.id == here.id else None


def _preview_of(external: Mapping[str, Any]) -> str:
    return preview_text(translate_content(external)) or _name_of(external.get("origin"))


def _name_of(origin: object) -> str:
    found = _convert_or_none(origin, MessageOrigin)
    return "" if found is None else found.name


def _convert_or_none(content: object, kind: type[_T]) -> _T | None:
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError:
        return None
