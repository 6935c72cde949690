"""Turns what Telegram tells us into our words; pure.

Only private chats are conversations. What is said in groups and channels, by other bots, and in
ways that have no meaning for a desk, translates to nothing; the raw update is kept by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from halfminute.plugins.telegram.attachments import moment_of
from halfminute.plugins.telegram.business import connection_of, customer_of, deletion_of
from halfminute.plugins.telegram.content import translate_content
from halfminute.plugins.telegram.payloads import (
    BusinessConnection,
    BusinessMessagesDeleted,
    CallbackQuery,
    ChatMemberUpdated,
    Envelope,
    Key,
    MessageReactionUpdated,
    Update,
    User,
)
from halfminute.plugins.telegram.presses import debt_of, message_of
from halfminute.plugins.telegram.references import (
    album_key,
    external_id_of,
    forwarded_from,
    reply_of,
)
from halfminute.sdk.channel import (
    InboundBusinessConnection,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    InboundReachability,
    InboundReaction,
    InboundUpdate,
    Sender,
)
from halfminute.sdk.errors import MalformedPayload
from halfminute.sdk.model import Part, StartPart

# What we ask Telegram for. It leaves out message_reaction unless it is named
# (https://core.telegram.org/bots/api#setwebhook, allowed_updates).
ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "message_reaction",
    "my_chat_member",
    "callback_query",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
)

_PRIVATE: Final = "private"
_NUL: Final = "\x00"
_T = TypeVar("_T")
_Meaning = Callable[[Mapping[str, Any]], Iterator[InboundUpdate]]
_KEYS: Final = msgspec.json.Decoder(Key)
_OBJECTS: Final = msgspec.json.Decoder(dict[str, Any])


def read_key(raw: bytes) -> str:
    """`update:<update_id>`; raises MalformedPayload if the bytes are no update."""
    try:
        return f"update:{_KEYS.decode(raw).update_id}"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedPayload(f"not an update of Telegram: {error}") from None


def translate(raw: bytes) -> list[InboundUpdate]:
    """The meaning of one update; empty when it has none for us.

    Raises MalformedPayload when not even who wrote, when and where can be read.
    """
    try:
        update = msgspec.convert(_decode(raw), Update)
        for kind, meaning in _MEANINGS.items():
            content = getattr(update, kind)
            if content is not None:
                return list(meaning(content))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedPayload(f"not an update of Telegram: {error}") from None
    return []


def _decode(raw: bytes) -> dict[str, Any]:
    decoded = _OBJECTS.decode(raw)
    if b"\\u0000" not in raw:
        return decoded
    # PostgreSQL stores no NUL; a replacement of the same length keeps the entities in place.
    return {key: _without_nul(value) for key, value in decoded.items()}


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(_NUL, "\ufffd")
    if isinstance(value, list):
        return [_without_nul(each) for each in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(each) for key, each in value.items()}
    return value


def _message(message: Mapping[str, Any]) -> InboundMessage | None:
    envelope = _read(message, Envelope)
    sender = _sender_of(envelope)
    # What a bot has sent in its owner's name is ours, and was stored when it was written.
    if sender is None or envelope.sender_business_bot is not None:
        return None
    parts = translate_content(message)
    reply_to, preview = reply_of(message)
    return InboundMessage(
        external_id=external_id_of(envelope),
        sender=sender,
        sent_at=moment_of(envelope.date),
        parts=parts,
        reply_to_external_id=reply_to,
        reply_to_preview=preview,
        start_payload=_start_payload(parts),
        forwarded_from=forwarded_from(message),
        album_key=album_key(message),
    )


def _edited_message(message: Mapping[str, Any]) -> InboundEdit | None:
    envelope = _read(message, Envelope)
    sender = _sender_of(envelope)
    if sender is None:
        return None
    return InboundEdit(
        external_id=external_id_of(envelope),
        sender=sender,
        sent_at=moment_of(envelope.date),
        edited_at=moment_of(envelope.edit_date or envelope.date),
        parts=translate_content(message),
        is_of_ours=envelope.sender_business_bot is not None,
    )


def _business_connection(content: Mapping[str, Any]) -> InboundBusinessConnection:
    return connection_of(_read(content, BusinessConnection))


def _deleted_business_messages(content: Mapping[str, Any]) -> InboundDeletion | None:
    deleted = _read(content, BusinessMessagesDeleted)
    return deletion_of(deleted) if deleted.chat.type == _PRIVATE else None


def _message_reaction(content: Mapping[str, Any]) -> InboundReaction | None:
    update = _read(content, MessageReactionUpdated)
    if update.chat.type != _PRIVATE or update.user is None or update.user.is_bot:
        return None
    # Custom emoji are pictures that the screen has no name for; the raw update keeps them.
    emojis = tuple(each.emoji for each in update.new_reaction if each.emoji)
    return InboundReaction(
        external_id=str(update.message_id),
        sender=_sender(update.chat.id, update.user),
        emojis=emojis,
        at=moment_of(update.date),
    )


def _my_chat_member(content: Mapping[str, Any]) -> InboundReachability | None:
    """In a private chat it tells only that the person blocked or unblocked the bot."""
    update = _read(content, ChatMemberUpdated)
    if update.chat.type != _PRIVATE:
        return None
    is_reachable = update.new_chat_member.status != "kicked"
    return InboundReachability(
        sender=_sender(update.chat.id, update.from_user),
        is_reachable=is_reachable,
        reason="" if is_reachable else "blocked",
        at=moment_of(update.date),
    )


def _callback_query(content: Mapping[str, Any]) -> Iterator[InboundUpdate]:
    """To be answered always; words only where it was pressed in a private chat."""
    query = _read(content, CallbackQuery)
    yield debt_of(query)
    if query.message is None:
        return
    envelope = _read(query.message, Envelope)
    if envelope.chat.type == _PRIVATE and not query.from_user.is_bot:
        yield message_of(query, envelope, _sender_in(envelope, query.from_user))


def _alone(meaning: Callable[[Mapping[str, Any]], InboundUpdate | None]) -> _Meaning:
    """A meaning of at most one update."""

    def translate_one(content: Mapping[str, Any]) -> Iterator[InboundUpdate]:
        found = meaning(content)
        if found is not None:
            yield found

    return translate_one


def _in_owners_chat(
    meaning: Callable[[Mapping[str, Any]], InboundUpdate | None],
) -> Callable[[Mapping[str, Any]], InboundUpdate | None]:
    """A meaning that must name its connection: without one it would be another chat's."""

    def translate_one(content: Mapping[str, Any]) -> InboundUpdate | None:
        if not content.get("business_connection_id"):
            raise msgspec.ValidationError("a business message without a connection")
        return meaning(content)

    return translate_one


def _read(content: Mapping[str, Any], kind: type[_T]) -> _T:
    return msgspec.convert(content, kind)


def _sender_of(envelope: Envelope) -> Sender | None:
    """Who wrote it, if it was a person in a private chat."""
    author = envelope.from_user
    if envelope.chat.type != _PRIVATE or author is None or author.is_bot:
        return None
    return _sender_in(envelope, author)


def _sender_in(envelope: Envelope, author: User) -> Sender:
    """Whose words they are that `author` said there."""
    if envelope.business_connection_id is not None:
        return customer_of(envelope.chat, author, envelope.business_connection_id)
    return _sender(envelope.chat.id, author)


def _sender(chat_id: int, user: User) -> Sender:
    return Sender(
        external_id=str(chat_id),
        name=user.name,
        username=user.username,
        language_hint=user.language_code,
    )


def _start_payload(parts: tuple[Part, ...]) -> str | None:
    first = parts[0]
    return first.payload if isinstance(first, StartPart) else None


_MEANINGS: Final[Mapping[str, _Meaning]] = {
    "message": _alone(_message),
    "edited_message": _alone(_edited_message),
    "message_reaction": _alone(_message_reaction),
    "my_chat_member": _alone(_my_chat_member),
    "callback_query": _callback_query,
    "business_connection": _alone(_business_connection),
    "business_message": _alone(_in_owners_chat(_message)),
    "edited_business_message": _alone(_in_owners_chat(_edited_message)),
    "deleted_business_messages": _alone(_deleted_business_messages),
}
