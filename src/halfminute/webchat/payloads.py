"""What a visitor says, as it is kept raw: written by our own routes, read by the channel."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from halfminute.sdk.errors import MalformedPayload
from halfminute.sdk.model import FormAnswer, StickerPart


class Said(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message. `client_id` is of the browser's making, once a message.

    `reply_to_external_id` is what the channel calls the message that it answers; `form` is what the
    visitor filled in before. `address` where it is said at another than the visitor's own.
    `file_ids` are uploads of the visitor's own; what they are, their rows tell. `sticker` as the
    widget offers it.
    """

    visitor_id: UUID
    client_id: UUID
    name: str
    text: str
    language: str | None = None
    file_ids: tuple[UUID, ...] = ()
    sticker: StickerPart | None = None
    reply_to_external_id: str | None = None
    form: tuple[FormAnswer, ...] = ()
    address: str | None = None


_DECODER: Final = msgspec.json.Decoder(Said)


def encode_said(said: Said) -> bytes:
    """The payload for the inbox."""
    return msgspec.json.encode(said)


def decode_said(raw: bytes) -> Said:
    """The payload as it was encoded. Raises MalformedPayload."""
    try:
        return _DECODER.decode(raw)
    except msgspec.MsgspecError as error:
        raise MalformedPayload(str(error)) from None
