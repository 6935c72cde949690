"""Turns a message of ours, or a change of one, into a call of Telegram's methods; pure.

https://core.telegram.org/bots/api#available-methods
"""

from __future__ import annotations

from typing import Any, Final

from halfminute.plugins.telegram.formatting import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    check_text,
    entity_fields,
)
from halfminute.plugins.telegram.media import Call, Sending
from halfminute.sdk.channel import (
    Outgoing,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingReadMark,
    OutgoingTyping,
)
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import LocationPart, MediaPart, Part, StickerPart, TextPart

# https://core.telegram.org/bots/api#sendvenue: both are required there
_UNNAMED: Final = "-"


def translate_outgoing(outgoing: Outgoing, *, uses_references: bool = True) -> Call:
    """The call that sends it; ProviderError, not retryable, for what Telegram would refuse.

    Without `uses_references` every file goes up anew.
    """
    address = _address_of(outgoing)
    sending = Sending(outgoing.files, uses_references=uses_references)
    match outgoing.parts:
        case (TextPart() as text,):
            return Call("sendMessage", {**address, **_words(text)})
        case (LocationPart() as place,):
            return _send_place(place, address)
        case (StickerPart() as sticker,):
            return sending.send_sticker(sticker, address)
        case (MediaPart() as part,):
            return sending.send_file(part, address)
        case (MediaPart(), *_):
            return sending.send_album(outgoing.parts, address)
        case _:
            raise _unsupported(outgoing.parts)


def translate_edit(edit: OutgoingEdit) -> Call:
    """The call that edits it; ProviderError, not retryable, for what Telegram would refuse."""
    place = {
        "business_connection_id": edit.business_connection_id,
        "chat_id": _chat_id(edit.address_external_id),
        "message_id": _message_id(edit.external_id),
    }
    match edit.parts:
        case (TextPart() as text,):
            return Call("editMessageText", {**place, **_words(text)})
        case (MediaPart(caption=caption), *_):
            words = caption or TextPart(text="")
            check_text(words, CAPTION_LIMIT, may_be_empty=True)
            fields = {"caption": words.text, "caption_entities": entity_fields(words) or None}
            return Call("editMessageCaption", {**place, **fields})
        case _:
            raise _unsupported(edit.parts)


def translate_deletion(deletion: OutgoingDeletion) -> Call:
    """The call that deletes it; ProviderError, not retryable, for what is none of Telegram's."""
    chat_id = _chat_id(deletion.address_external_id)
    first = _message_id(deletion.external_id)
    numbers = [first, *(_message_id(each) for each in deletion.more_external_ids)]
    if deletion.business_connection_id is not None:
        connection = {"business_connection_id": deletion.business_connection_id}
        return Call("deleteBusinessMessages", {**connection, "message_ids": numbers})
    if len(numbers) == 1:
        return Call("deleteMessage", {"chat_id": chat_id, "message_id": first})
    return Call("deleteMessages", {"chat_id": chat_id, "message_ids": numbers})


def translate_read_mark(mark: OutgoingReadMark) -> Call:
    """The call that shows it; ProviderError, not retryable, for what is none of Telegram's."""
    fields = {
        "business_connection_id": mark.business_connection_id,
        "chat_id": _chat_id(mark.address_external_id),
        "message_id": _message_id(mark.external_id),
    }
    return Call("readBusinessMessage", fields)


def translate_typing(typing: OutgoingTyping) -> Call:
    """The call that shows it; ProviderError, not retryable, for what is no chat of Telegram's."""
    fields = {
        "business_connection_id": typing.business_connection_id,
        "chat_id": _chat_id(typing.address_external_id),
        "action": "typing",
    }
    return Call("sendChatAction", fields)


def _words(text: TextPart) -> dict[str, Any]:
    """Entities and never a parse_mode: an agent's `<` or `_` is not markup."""
    check_text(text, TEXT_LIMIT)
    return {"text": text.text, "entities": entity_fields(text) or None}


def _send_place(place: LocationPart, address: dict[str, Any]) -> Call:
    point = {"latitude": place.latitude, "longitude": place.longitude}
    if not place.title and not place.address:
        return Call("sendLocation", {**address, **point})
    words = {
        "title": place.title or place.address,
        "address": place.address or _UNNAMED,
    }
    return Call("sendVenue", {**address, **point, **words})


def _address_of(outgoing: Outgoing) -> dict[str, Any]:
    """What every message says of where it goes."""
    reply_to = outgoing.reply_to_external_id
    reply = None
    # What is no number cannot be replied to, such as an ephemeral message.
    if reply_to is not None and reply_to.isdecimal():
        reply = {"message_id": int(reply_to), "allow_sending_without_reply": True}
    return {
        "business_connection_id": outgoing.business_connection_id,
        "chat_id": _chat_id(outgoing.address_external_id),
        "reply_parameters": reply,
    }


def _chat_id(external_id: str) -> int:
    try:
        return int(external_id)
    except ValueError:
        raise ProviderError(
            f"not a chat of Telegram: {external_id}", is_retryable=False, refusal="chat_not_found"
        ) from None


def _message_id(external_id: str) -> int:
    if not external_id.isdecimal():
        raise ProviderError(
            f"not a message of Telegram: {external_id}", is_retryable=False, refusal="message_gone"
        )
    return int(external_id)


def _unsupported(parts: tuple[Part, ...]) -> ProviderError:
    kinds = ", ".join(type(part).__name__ for part in parts)
    return ProviderError(
        f"Telegram has no message of these parts: {kinds}",
        is_retryable=False,
        refusal="unsupported",
    )
