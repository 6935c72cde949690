"""A visitor writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args
from uuid import UUID

from halfminute.conversations.errors import MessageNotFound
from halfminute.conversations.thread import find_open_address, find_said, get_external_id
from halfminute.kit.database import Database
from halfminute.kit.errors import NotFound
from halfminute.sdk.inbox import Inbox
from halfminute.sdk.model import FormAnswer, FormFieldName, StickerPart
from halfminute.stickers.queries import find_sticker_in_sets
from halfminute.webchat.errors import EmptyMessage, StickerNotAlone, StickerNotOffered
from halfminute.webchat.payloads import Said, encode_said
from halfminute.webchat.schemas import NewMessage, SaidView
from halfminute.webchat.types import Visitor, guest_name
from halfminute.webchat.uploading import require_own_files


async def say(
    database: Database,
    inbox: Inbox,
    visitor: Visitor,
    new: NewMessage,
    offered: Sequence[UUID],
) -> SaidView:
    """Take the message in, and tell it as it is kept: only then may the browser forget it.

    The same `client_id` again gives the message that it made. Who says no name is called by the
    last of the visitor's number, so that an agent tells them apart. Of a person with several
    browsers it goes to the conversation that is open in any of them. A sticker is of the `offered`
    sets.

    Raises EmptyMessage, MessageNotFound (of what it answers), FileNotFound, FileNotReady,
    StickerNotOffered, StickerNotAlone, Unavailable (say it again).
    """
    _check_shape(new)
    await require_own_files(database, visitor.id, new.file_ids)
    sticker = await _find_sticker(database, new, offered)
    if sticker is None and new.sticker_id is not None:
        # What was sent is sent, though its answer was lost and the set is offered no more.
        return await _get_said(database, visitor, new, StickerNotOffered)
    replied = new.reply_to_message_id
    reply_to = None
    async with database.connection() as connection:
        address = await find_open_address(connection, visitor.address)
        if replied is not None:
            reply_to = await get_external_id(connection, visitor.address, replied)
    said = Said(
        visitor_id=visitor.id,
        client_id=new.client_id,
        name=_name_of(new) or guest_name(address),
        language=new.language,
        text=new.text,
        file_ids=new.file_ids,
        sticker=sticker,
        reply_to_external_id=reply_to,
        form=_answers_of(new),
        address=None if address.external_id == str(visitor.id) else address.external_id,
    )
    await inbox.take_in(visitor.channel_account_id, encode_said(said))
    return await _get_said(database, visitor, new, MessageNotFound)


async def _get_said(
    database: Database, visitor: Visitor, new: NewMessage, missing: type[NotFound]
) -> SaidView:
    kept = await find_said(database, visitor.address, str(new.client_id))
    if kept is None:
        raise missing
    return SaidView(message=kept.message, stream_seq=kept.stream_seq)


def _check_shape(new: NewMessage) -> None:
    has_words = bool(new.text.strip())
    if new.sticker_id is not None and (has_words or new.file_ids):
        raise StickerNotAlone
    if new.sticker_id is None and not has_words and not new.file_ids:
        raise EmptyMessage


async def _find_sticker(
    database: Database, new: NewMessage, offered: Sequence[UUID]
) -> StickerPart | None:
    if new.sticker_id is None:
        return None
    async with database.connection() as connection:
        return await find_sticker_in_sets(connection, offered, new.sticker_id)


def _name_of(new: NewMessage) -> str:
    given = new.name or (new.form.name if new.form else "")
    return " ".join(given.split())


def _answers_of(new: NewMessage) -> tuple[FormAnswer, ...]:
    if new.form is None:
        return ()
    given = ((name, getattr(new.form, name).strip()) for name in get_args(FormFieldName))
    return tuple(FormAnswer(name=name, value=text) for name, text in given if text)
