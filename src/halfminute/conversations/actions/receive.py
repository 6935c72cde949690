"""Takes in customers' messages: each into its conversation, which is opened where none is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from halfminute.channels.types import ChannelAccount
from halfminute.contacts.types import MetAddress
from halfminute.conversations.actions.apply_reachability import tell_reachability
from halfminute.conversations.albums import Picture, note_pictures
from halfminute.conversations.arrivals import NAME_LENGTH, Arrival, Target
from halfminute.conversations.entry import EntryStep, enter
from halfminute.conversations.media import PartsWithFiles
from halfminute.conversations.storable import storable_parts, storable_text
from halfminute.conversations.tables import intake as tables
from halfminute.conversations.transitions import (
    Opening,
    conversation_of,
    open_conversations,
    reopen_conversations,
    resume_conversations,
)
from halfminute.conversations.types import Conversation, ConversationId, MessageId
from halfminute.files.actions.expect_files import expect_files
from halfminute.files.types import ExpectedFile
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
        unit.record("MessageReceived", data, stream_name("conversation", conversation.id))
    heard_again = {each.address.id for each in received if each.address.was_unreachable}
    for address_id in heard_again:
        tell_reachability(unit, conversations[address_id].id, address_id, is_reachable=True)
    await enter(unit, steps, [c for c in conversations.values() if c.state == "new"])


async def _find_or_open(unit: Unit, received: Sequence[Receivable]) -> dict[UUID, Conversation]:
    """The open conversation of each address, by address."""
    by_address = {each.address.id: each for each in received}
    rows = await unit.connection.fetch(tables.LOCK_LATEST, list(by_address))
    found: dict[UUID, Conversation] = {}
    to_resume: list[ConversationId] = []
    to_reopen: list[ConversationId] = []
    for row in rows:
        conversation = conversation_of(row)
        account = by_address[conversation.address_id].arrival.account
        if conversation.state == "wrap_up":
            to_resume.append(conversation.id)
        elif conversation.state == "closed":
            if row["closed_seconds_ago"] <= account.reopen_seconds:
                to_reopen.append(conversation.id)
        else:
            found[conversation.address_id] = conversation
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
    files: list[ExpectedFile] = []
    rows = [
        _row(each, message_id, conversations[each.address.id], files)
        for each, message_id in zip(received, message_ids, strict=True)
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    columns += _note(received, message_ids, conversations)
    await unit.connection.execute(tables.INSERT_MESSAGES, *columns)
    await expect_files(unit, files)


def _row(
    each: Receivable,
    message_id: MessageId,
    conversation: Conversation,
    files: list[ExpectedFile],
) -> tuple[Any, ...]:
    account: ChannelAccount = each.arrival.account
    taking = PartsWithFiles(account.id, message_id, conversation.id, {})
    parts = taking.take(storable_parts(_with_start(each.update)))
    files += taking.expected
    is_edit = isinstance(each.update, InboundEdit)
    return (
        message_id,
        conversation.id,
        each.address.id,
        each.address.contact_id,
        each.arrival.message_key,
        each.sent_at,
        parts,
        _reply_to(each),
        each.arrival.raw_payload_id,
        int(is_edit),
        each.update.edited_at if isinstance(each.update, InboundEdit) else None,
        _forwarded_from(each.update),
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
    """What it means for conversations, by columns: each waits since then, if it did not before."""
    now = utc_now()
    noted: dict[UUID, _Noted] = {}
    for each, message_id in zip(received, message_ids, strict=True):
        # A provider's clock may run ahead of ours; nobody has waited since a moment to come.
        at = min(each.sent_at, now)
        noted.setdefault(each.address.id, _Noted(at)).add(at, message_id)
    return [
        [conversations[address_id].id for address_id in noted],
        [each.first_at for each in noted.values()],
        [each.last_at for each in noted.values()],
        [each.last_id for each in noted.values()],
    ]


class _Noted(msgspec.Struct):
    """What a batch of messages means for one conversation."""

    first_at: datetime
    last_at: datetime | None = None
    last_id: MessageId | None = None

    def add(self, at: datetime, message_id: MessageId) -> None:
        """One message more, in order of arrival."""
        self.first_at = min(self.first_at, at)
        self.last_at = max(self.last_at or at, at)
        self.last_id = message_id


def _storable(text: str | None) -> str | None:
    return None if text is None else storable_text(text)
