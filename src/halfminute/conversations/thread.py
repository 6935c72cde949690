"""The thread as the contact at one address reads it. Asks for no permission: the caller has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from halfminute.contacts.types import AddressKey
from halfminute.conversations.contact_views import (
    conversation_for_contact,
    message_for_contact,
)
from halfminute.conversations.errors import MessageNotFound
from halfminute.conversations.queries import (
    get_conversation_view,
    get_message_view,
    make_message_views,
    page_size,
)
from halfminute.conversations.schemas import ContactThread, ConversationView, MessageView
from halfminute.conversations.tables import thread as tables
from halfminute.files.queries import map_shown_files
from halfminute.files.types import ShownFile
from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log import get_last_seq, stream_name

_PAGE: Final = 200
_BEFORE_ALL: Final = UUID(int=0)


class Said(NamedTuple):
    """A message of a contact's, and the place of its conversation's stream."""

    message: MessageView
    stream_seq: int


async def get_contact_thread(
    database: Database, address: AddressKey, *, before: UUID | None, limit: int
) -> ContactThread:
    """The newest messages at an address, or those before one of them."""
    limit = page_size(limit)
    async with database.transaction(isolation="repeatable_read") as connection:
        rows = await connection.fetch(tables.OF_ADDRESS, *address, before, limit + 1)
        conversation_id = await find_newest_conversation(connection, address)
        conversation: ConversationView | None = None
        read_message_id, stream_seq = None, 0
        if conversation_id is not None:
            conversation = await get_conversation_view(connection, conversation_id)
            read_message_id = await connection.fetchval(tables.READ_BY_US, conversation_id)
            stream_seq = await get_last_seq(
                connection, stream_name("conversation", conversation_id)
            )
        return ContactThread(
            items=await _views(connection, rows[:limit][::-1]),
            has_more=len(rows) > limit,
            conversation=conversation and conversation_for_contact(conversation),
            read_message_id=read_message_id,
            stream_seq=stream_seq,
            is_divided=await connection.fetchval(tables.COUNT_OPEN, *address) > 1,
        )


async def iterate_contact_thread(
    database: Database, address: AddressKey, *, conversation_id: UUID | None = None
) -> AsyncIterator[list[MessageView]]:
    """All messages at an address, or those of one conversation there; pages, the oldest first."""
    after = _BEFORE_ALL
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(
                tables.OF_ADDRESS_AFTER, *address, after, _PAGE, conversation_id
            )
            views = await _views(connection, rows)
        # Nothing is held while the reader takes its time.
        yield views
        if len(rows) < _PAGE:
            return
        after = rows[-1]["id"]


async def find_newest_conversation(connection: Connection, address: AddressKey) -> UUID | None:
    """Which conversation at this address is open, else the newest; None before there is any."""
    found: UUID | None = await connection.fetchval(tables.NEWEST_CONVERSATION, *address)
    return found


async def list_newest_conversations(
    connection: Connection, addresses: Sequence[AddressKey]
) -> list[UUID | None]:
    """`find_newest_conversation` of each address, in their order."""
    accounts = [address.channel_account_id for address in addresses]
    names = [address.external_id for address in addresses]
    rows = await connection.fetch(tables.NEWEST_CONVERSATIONS, accounts, names)
    return [row["id"] for row in rows]


async def find_open_address(connection: Connection, address: AddressKey) -> AddressKey:
    """At which address of the same person a conversation is open; this one where none is."""
    row = await connection.fetchrow(tables.NEWEST_CONVERSATION, *address)
    if row is None or not row["is_open"]:
        return address
    return address._replace(external_id=row["external_id"])


async def find_said(database: Database, address: AddressKey, external_id: str) -> Said | None:
    """A message that the contact has written, if we have it."""
    async with database.transaction(isolation="repeatable_read") as connection:
        row = await connection.fetchrow(tables.FIND_SAID, *address, external_id)
        if row is None:
            return None
        view = message_for_contact(await get_message_view(connection, row["id"]))
        if view is None:
            return None
        stream = stream_name("conversation", row["conversation_id"])
        return Said(view, await get_last_seq(connection, stream))


async def list_files_shown(
    database: Database, address: AddressKey, file_ids: Sequence[UUID]
) -> list[ShownFile]:
    """Those of the files that are ready and that some message shows to the contact."""
    async with database.connection() as connection:
        rows = await connection.fetch(tables.FILES_SHOWN, *address, file_ids)
        shown = await map_shown_files(connection, [row["file_id"] for row in rows])
    return [file for file in shown.values() if file.state == "ready"]


async def get_external_id(connection: Connection, address: AddressKey, message_id: UUID) -> str:
    """What the channel calls a message of this address. Raises MessageNotFound."""
    found: str | None = await connection.fetchval(tables.EXTERNAL_ID, *address, message_id)
    if found is None:
        raise MessageNotFound
    return found


async def _views(connection: Connection, rows: list[asyncpg.Record]) -> list[MessageView]:
    views = map(message_for_contact, await make_message_views(connection, rows))
    return [view for view in views if view is not None]
