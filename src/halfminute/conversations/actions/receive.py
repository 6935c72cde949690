"""Takes in what is said in chats: each message into its conversation, opened where none is open.

Mostly customers say it. In a chat of a person's own account its owner may answer too: that takes no
conversation up again, makes nothing ring, and counts as an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from halfminute.contacts.types import MetAddress
from halfminute.conversations.actions.apply_reachability import tell_reachability
from halfminute.conversations.albums import Picture, note_pictures
from halfminute.conversations.arrivals import NAME_LENGTH, Arrival, Target
from halfminute.conversations.entry import EntryStep, enter
from halfminute.conversations.media import PartsWithFiles, find_own_uploads, find_set_files
from halfminute.conversations.noting import Noted
from halfminute.conversations.silence import tell_end_of_silence
from halfminute.conversations.storable import storable_parts, storable_text
from halfminute.conversations.tables import intake as tables
from halfminute.conversations.transition_facts import conversation_of
from halfminute.conversations.transitions import (
    Opening,
    open_conversations,
    reopen_conversations,
    resume_conversations,
)
from halfminute.conversations.types import Conversation, ConversationId, MessageId
from halfminute.files.actions.expect_files import expect_files
from halfminute.files.actions.show_files import show_files
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now
from halfminute.sdk.channel import InboundEdit, InboundMessage
from halfminute.sdk.model import Part, StartPart, preview_text


class Receivable(NamedTuple):
    """A message that we do not have yet; an edit of one that we never saw counts as one."""

    arrival: Arrival
    update: InboundMessage | InboundEdit
    address: MetAddress
    # The message it answers, if we have it.
    replied: Target | None

    @property
    def sent_at(self) -> datetime:
        """When it was said, as far as we know."""
        return self.arrival.date(self.update)


async def receive_messages(
    unit: Unit, received: Sequence[Receivable], steps: Sequence[EntryStep]
) -> None:
    """Store them in their order and tell of them; what was opened then goes through `steps`."""
    conversations = await _find_or_open(unit, received)
    message_ids = [MessageId(new_id()) for _ in received]
    await _insert(unit, received, message_ids, conversations)
    await note_pictures(
        unit,
        (
            Picture(each.arrival, each.address, message_id, 0)
            for each, message_id in zip(received, message_ids, strict=True)
        ),
    )
    for each, message_id in zip(received, message_ids, strict=True):
        conversation = conversations[each.address.id]
        data = {"conversation_id": str(conversation.id), "message_id": str(message_id)}
        event = "AccountOwnerReplied" if each.arrival.is_from_owner else "MessageReceived"
        unit.record(event, data, stream_name("conversation", conversation.id))
    heard = _heard(received)
    for address_id, conversation in conversations.items():
        is_silent = conversation.state == "active" and conversation.silent_since is not None
        if is_silent and address_id in heard:
            tell_end_of_silence(unit, conversation.id, conversation.agent_id, is_by_agent=False)
    heard_again = {each.address.id for each in received if each.address.was_unreachable}
    for address_id in heard_again:
        tell_reachability(unit, conversations[address_id].id, address_id, is_reachable=True)
    await enter(
        unit,
        steps,
        [c for key, c in conversations.items() if c.state == "new" and key in heard],
    )


def _heard(received: Sequence[Receivable]) -> set[UUID]:
    """The addresses whose customers wrote."""
    return {each.address.id for each in received if not each.arrival.is_from_owner}


async def _find_or_open(unit: Unit, received: Sequence[Receivable]) -> dict[UUID, Conversation]:
    """The conversation of each address, by address.

    Open, but for one that is closed of late and only its account's owner has written in.
    """
    heard = _heard(received)
    by_address = {each.address.id: each for each in received}
    rows = await unit.connection.fetch(tables.LOCK_LATEST, list(by_address))
    found: dict[UUID, Conversation] = {}
    to_resume: list[ConversationId] = []
    to_reopen: list[ConversationId] = []
    for row in rows:
        conversation = conversation_of(row)
        account = by_address[conversation.address_id].arrival.account
        is_old = (row["closed_seconds_ago"] or 0) > account.reopen_seconds
        if conversation.state == "closed" and is_old:
            continue
        if conversation.state not in ("wrap_up", "closed") or conversation.address_id not in heard:
            found[conversation.address_id] = conversation
        elif conversation.state == "wrap_up":
            to_resume.append(conversation.id)
        else:
            to_reopen.append(conversation.id)
    taken_up = await resume_conversations(unit, to_resume)
    taken_up += await reopen_conversations(unit, to_reopen)
    found.update((conversation.address_id, conversation) for conversation in taken_up)
    return found | await _open(unit, [e for key, e in by_address.items() if key not in found])


async def _open(unit: Unit, received: Sequence[Receivable]) -> dict[UUID, Conversation]:
    openings = [
        Opening(
            id=ConversationId(new_id()),
            contact_id=each.address.contact_id,
            address_id=each.address.id,
            channel_account_id=each.arrival.account.id,
            channel_kind=each.arrival.account.kind,
        )
        for each in received
    ]
    opened = await open_conversations(unit, openings)
    if len(opened) < len(openings):
        # Somebody opened one without holding the address: the provider's next try will find it.
        raise Unavailable
    return {conversation.address_id: conversation for conversation in opened}


async def _insert(
    unit: Unit,
    received: Sequence[Receivable],
    message_ids: Sequence[MessageId],
    conversations: dict[UUID, Conversation],
) -> None:
    uploads = await find_own_uploads(
        unit, ((each.arrival.address_key.external_id, each.update.parts) for each in received)
    )
    stickers = await find_set_files(unit, (each.update.parts for each in received))
    takings = [
        PartsWithFiles(
            each.arrival.account.id,
            message_id,
            conversations[each.address.id].id,
            {},
            uploads.get(each.arrival.address_key.external_id, {}),
            stickers=stickers,
        )
        for each, message_id in zip(received, message_ids, strict=True)
    ]
    rows = [
        _row(each, message_id, conversations[each.address.id], taking)
        for each, message_id, taking in zip(received, message_ids, takings, strict=True)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    columns += _note(received, message_ids, conversations)
    await unit.connection.execute(tables.INSERT_MESSAGES, *columns)
    await expect_files(unit, [file for taking in takings for file in taking.expected])
    for each, message_id, taking in zip(received, message_ids, takings, strict=True):
        if taking.shown:
            shown = [(message_id, taking.shown)]
            await show_files(unit, conversations[each.address.id].id, shown)


def _row(
    each: Receivable,
    message_id: MessageId,
    conversation: Conversation,
    taking: PartsWithFiles,
) -> tuple[Any, ...]:
    parts = taking.take(storable_parts(_with_start(each.update)))
    is_edit = isinstance(each.update, InboundEdit)
    is_from_owner = each.arrival.is_from_owner
    connection = each.arrival.connection
    return (
        message_id,
        conversation.id,
        each.address.id,
        connection.id if connection and is_from_owner else each.address.contact_id,
        each.arrival.message_key,
        each.sent_at,
        parts,
        _reply_to(each),
        each.arrival.raw_payload_id,
        int(is_edit),
        each.update.edited_at if isinstance(each.update, InboundEdit) else None,
        _forwarded_from(each.update),
        *(("out", "account_owner", "sent") if is_from_owner else ("in", "contact", None)),
    )


def _with_start(update: InboundMessage | InboundEdit) -> tuple[Part, ...]:
    """A start that the channel tells beside the parts becomes one of them."""
    if isinstance(update, InboundEdit) or update.start_payload is None:
        return update.parts
    if any(isinstance(part, StartPart) for part in update.parts):
        return update.parts
    return (StartPart(payload=update.start_payload), *update.parts)


def _reply_to(each: Receivable) -> dict[str, Any] | None:
    """What a message answers: kept by the provider's name when we do not have it ourselves."""
    update = each.update
    if isinstance(update, InboundEdit):
        return None
    preview = update.reply_to_preview
    if each.replied is not None and not preview:
        preview = preview_text(each.replied.parts)
    if update.reply_to_external_id is None and not preview:
        return None
    return {
        "message_id": str(each.replied.id) if each.replied else None,
        "external_id": _storable(update.reply_to_external_id),
        "preview": storable_text(preview),
    }


def _forwarded_from(update: InboundMessage | InboundEdit) -> str | None:
    """Nobody edits what is another's."""
    if isinstance(update, InboundEdit) or update.forwarded_from is None:
        return None
    return storable_text(update.forwarded_from, NAME_LENGTH)


def _note(
    received: Sequence[Receivable],
    message_ids: Sequence[MessageId],
    conversations: dict[UUID, Conversation],
) -> list[list[Any]]:
    """What it means for conversations, by columns."""
    now = utc_now()
    noted: dict[UUID, Noted] = {}
    for each, message_id in zip(received, message_ids, strict=True):
        # A provider's clock may run ahead of ours; nobody has waited since a moment to come.
        at = min(each.sent_at, now)
        note = noted.setdefault(each.address.id, Noted(at, message_id))
        if each.arrival.is_from_owner:
            note.add_answer(at, message_id)
        else:
            note.add_question(at, message_id, _reply_until(each, at))
    return [
        [conversations[address_id].id for address_id in noted],
        *([getattr(each, name) for each in noted.values()] for name in Noted.__struct_fields__),
    ]


def _reply_until(each: Receivable, at: datetime) -> datetime | None:
    """What the channel does not date is no message to it, and opens no time for an answer."""
    connection = each.arrival.connection
    if connection is None or connection.reply_window_seconds is None:
        return None
    if each.update.sent_at is None:
        return None
    return at + timedelta(seconds=connection.reply_window_seconds)


def _storable(text: str | None) -> str | None:
    return None if text is None else storable_text(text)
