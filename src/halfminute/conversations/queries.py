"""Reads of conversations and messages; each list is a page, and asks what its reader may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from halfminute.contacts.errors import ContactNotFound
from halfminute.contacts.queries import get_contact, list_addresses, list_subjects
from halfminute.conversations.access import require_sight, sight_of
from halfminute.conversations.cursors import Place, read_cursor, write_cursor
from halfminute.conversations.errors import ConversationNotFound, MessageNotFound
from halfminute.conversations.schemas import (
    ContactPanel,
    ConversationDetail,
    ConversationPage,
    ConversationView,
    DispositionView,
    DraftView,
    HeldPage,
    MessagePage,
    MessageView,
    RevisionView,
)
from halfminute.conversations.tables import queries as tables
from halfminute.conversations.views import (
    conversation_view,
    list_file_ids,
    message_view,
)
from halfminute.files.queries import map_shown_files
from halfminute.identity.access import Facts, allows
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log import get_last_seq, stream_name
from halfminute.queues.errors import QueueNotFound
from halfminute.queues.queries import is_queue_agent
from halfminute.sdk.model import read_parts

LARGEST_PAGE: Final = 100
_CONVERSATIONS_IN_PANEL: Final = 20


async def list_conversation_views(
    connection: Connection, conversation_ids: Collection[UUID]
) -> dict[UUID, ConversationView]:
    """The views of these conversations, by id. Asks for no permission: the caller has."""
    rows = await connection.fetch(tables.CONVERSATIONS, list(conversation_ids))
    return {row["id"]: conversation_view(row) for row in rows}


async def get_conversation_view(connection: Connection, conversation_id: UUID) -> ConversationView:
    """One view. Asks for no permission. Raises ConversationNotFound."""
    views = await list_conversation_views(connection, [conversation_id])
    if conversation_id not in views:
        raise ConversationNotFound
    return views[conversation_id]


async def list_message_views(
    connection: Connection, message_ids: Collection[UUID]
) -> dict[UUID, MessageView]:
    """The views of these messages, by id. Asks for no permission: the caller has."""
    rows = await connection.fetch(tables.MESSAGES, list(message_ids))
    return {view.id: view for view in await make_message_views(connection, rows)}


async def get_message_view(connection: Connection, message_id: UUID) -> MessageView:
    """One view. Asks for no permission. Raises MessageNotFound."""
    views = await list_message_views(connection, [message_id])
    if message_id not in views:
        raise MessageNotFound
    return views[message_id]


async def list_held_conversations(connection: Connection, agent_id: UUID) -> list[ConversationView]:
    """What the agent has, wrap-up included, in the order it was given."""
    return [conversation_view(row) for row in await connection.fetch(tables.HELD, agent_id)]


async def list_dispositions(connection: Connection) -> list[DispositionView]:
    """The outcome codes in use, in their order."""
    return [DispositionView(**row) for row in await connection.fetch(tables.DISPOSITIONS)]


async def map_drafts(
    connection: Connection, user_id: UUID, conversation_ids: Collection[UUID]
) -> dict[UUID, DraftView]:
    """The user's drafts in these conversations, by conversation."""
    rows = await connection.fetch(tables.DRAFTS, user_id, list(conversation_ids))
    return {
        row["conversation_id"]: DraftView(text=row["text"], version=row["version"]) for row in rows
    }


async def map_reads(
    connection: Connection, user_id: UUID, conversation_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    """The last message the user has read in each of these conversations."""
    rows = await connection.fetch(tables.READS, user_id, list(conversation_ids))
    return {row["conversation_id"]: row["last_read_message_id"] for row in rows}


async def get_conversation_detail(
    database: Database, principal: Principal, conversation_id: UUID
) -> ConversationDetail:
    """One conversation as its reader finds it. Raises ConversationNotFound."""
    async with database.transaction(isolation="repeatable_read") as connection:
        await require_sight(connection, principal, conversation_id)
        draft = await connection.fetchrow(tables.DRAFT, conversation_id, principal.user_id)
        return ConversationDetail(
            conversation=await get_conversation_view(connection, conversation_id),
            draft=None if draft is None else DraftView(**draft),
            last_read_message_id=await connection.fetchval(
                tables.LAST_READ, conversation_id, principal.user_id
            ),
            stream_seq=await get_last_seq(connection, stream_name("conversation", conversation_id)),
        )


async def get_message_page(
    database: Database,
    principal: Principal,
    conversation_id: UUID,
    *,
    before: UUID | None,
    limit: int,
) -> MessagePage:
    """The newest messages, or those before one of them. Raises ConversationNotFound."""
    limit = page_size(limit)
    async with database.transaction(isolation="repeatable_read") as connection:
        await require_sight(connection, principal, conversation_id)
        rows = await connection.fetch(tables.MESSAGES_BEFORE, conversation_id, before, limit + 1)
        return MessagePage(
            items=await make_message_views(connection, rows[:limit][::-1]),
            has_more=len(rows) > limit,
            stream_seq=await get_last_seq(connection, stream_name("conversation", conversation_id)),
        )


async def list_revisions(
    connection: Connection, principal: Principal, conversation_id: UUID, message_id: UUID
) -> list[RevisionView]:
    """What a message said before, oldest first. Raises ConversationNotFound."""
    await require_sight(connection, principal, conversation_id)
    rows = await connection.fetch(tables.REVISIONS, conversation_id, message_id)
    return [
        RevisionView(
            revision=row["revision"],
            parts=read_parts(row["parts"]),
            replaced_at=row["replaced_at"],
        )
        for row in rows
    ]


async def get_queue_page(
    database: Database, principal: Principal, queue_id: UUID, *, after: str | None, limit: int
) -> ConversationPage:
    """What waits in a queue, longest first. Raises QueueNotFound, InvalidCursor."""
    limit = page_size(limit)
    place = read_cursor(after)
    async with database.transaction(isolation="repeatable_read") as connection:
        await require_queue(connection, principal, queue_id)
        rows = await connection.fetch(tables.WAITING, queue_id, *place, limit + 1)
        items = [conversation_view(row) for row in rows[:limit]]
        return ConversationPage(
            items=items,
            next=write_cursor(_place(items[-1])) if len(rows) > limit else None,
            stream_seq=await get_last_seq(connection, stream_name("queue", queue_id)),
        )


async def list_waiting_ids(connection: Connection, queue_id: UUID, *, limit: int) -> list[UUID]:
    """What waits in a queue, longest first. Asks for no permission: the caller has."""
    rows = await connection.fetch(tables.WAITING_IDS, queue_id, page_size(limit))
    return [row["id"] for row in rows]


async def find_waiting(connection: Connection, conversation_ids: Collection[UUID]) -> set[UUID]:
    """Which of them wait for an agent. Asks for no permission: the caller has."""
    rows = await connection.fetch(tables.WAITING_AMONG, list(conversation_ids))
    return {row["id"] for row in rows}


async def get_held_page(
    database: Database, principal: Principal, queue_id: UUID, *, after: str | None, limit: int
) -> HeldPage:
    """What of a queue is held by agents or until it opens, as far as the reader may see it.

    Raises QueueNotFound, InvalidCursor.
    """
    limit = page_size(limit)
    place = read_cursor(after)
    async with database.connection() as connection:
        await require_queue(connection, principal, queue_id)
        rows = await connection.fetch(
            tables.HELD_IN_QUEUE, *sight_of(principal).arguments, queue_id, *place, limit + 1
        )
    items = [conversation_view(row) for row in rows[:limit]]
    has_more = len(rows) > limit
    following = Place(items[-1].opened_at, items[-1].id) if has_more else None
    return HeldPage(items=items, next=None if following is None else write_cursor(following))


async def get_contact_panel(
    connection: Connection, principal: Principal, contact_id: UUID
) -> ContactPanel:
    """A contact of whom the reader may see a conversation. Raises ContactNotFound."""
    rows = await connection.fetch(
        tables.OF_CONTACT,
        *sight_of(principal).arguments,
        contact_id,
        _CONVERSATIONS_IN_PANEL,
    )
    if not rows and not sight_of(principal).is_everything:
        raise ContactNotFound
    return ContactPanel(
        contact=await get_contact(connection, contact_id),
        subjects=await list_subjects(connection, contact_id),
        addresses=await list_addresses(connection, contact_id),
        conversations=[conversation_view(row) for row in rows],
    )


async def make_message_views(
    connection: Connection, rows: Sequence[asyncpg.Record]
) -> list[MessageView]:
    """The views of rows of messages, with the present states of their files."""
    file_ids = list_file_ids(rows)
    files = await map_shown_files(connection, file_ids)
    return [message_view(row, files) for row in rows]


async def require_queue(connection: Connection, principal: Principal, queue_id: UUID) -> None:
    """Raises QueueNotFound unless the reader may see what waits in it."""
    if allows(principal, "queue.read", Facts(queue_id=queue_id)):
        return
    user_id = principal.user_id
    if user_id is None or not await is_queue_agent(connection, queue_id, user_id):
        raise QueueNotFound


def _place(view: ConversationView) -> Place:
    queued_at: datetime = view.queued_at or view.opened_at
    return Place(queued_at, view.id)


def page_size(limit: int) -> int:
    """How many rows a reader gets who asks for `limit`."""
    return max(1, min(limit, LARGEST_PAGE))
