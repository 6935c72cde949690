"""Reads of queues."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from halfminute.kit.database import Connection
from halfminute.queues import tables
from halfminute.queues.errors import QueueNotFound
from halfminute.queues.return_rules_store import read_return_rules
from halfminute.queues.schemas import QueueView
from halfminute.queues.types import Queue
from halfminute.queues.waiting_rules import WaitingRules
from halfminute.queues.waiting_rules_store import (
    list_language_skill_ids,
    map_waiting_rules,
    name_languages,
)


async def get_queue(connection: Connection, queue_id: UUID) -> Queue:
    """The queue's row. Raises QueueNotFound."""
    row = await connection.fetchrow(tables.GET, queue_id)
    if row is None:
        raise QueueNotFound
    return (await _with_rules(connection, [row]))[0]


async def list_queues(
    connection: Connection, queue_ids: Sequence[UUID] | None = None
) -> list[Queue]:
    """The rows of these queues (None: every queue, also those switched off), by id."""
    if queue_ids is None:
        rows = await connection.fetch(tables.LIST)
    else:
        rows = await connection.fetch(tables.LIST_OF, list(queue_ids))
    return await _with_rules(connection, rows)


async def list_queue_views(
    connection: Connection, queue_ids: Collection[UUID]
) -> dict[UUID, QueueView]:
    """The views of these queues, by id."""
    rows = await connection.fetch(tables.LIST_VIEWS_OF, list(queue_ids))
    return {row["id"]: _view(row) for row in rows}


async def get_queue_view(connection: Connection, queue_id: UUID) -> QueueView:
    """One queue's view. Raises QueueNotFound."""
    views = await list_queue_views(connection, [queue_id])
    if queue_id not in views:
        raise QueueNotFound
    return views[queue_id]


async def list_enabled_queue_views(connection: Connection) -> list[QueueView]:
    """The views of all queues that are switched on, by name."""
    return [_view(row) for row in await connection.fetch(tables.LIST_VIEWS)]


async def list_queue_views_of_agent(connection: Connection, agent_id: UUID) -> list[QueueView]:
    """The views of the queues that the agent serves, by name."""
    rows = await connection.fetch(tables.LIST_VIEWS_OF_AGENT, agent_id)
    return [_view(row) for row in rows]


async def is_queue_agent(connection: Connection, queue_id: UUID, agent_id: UUID) -> bool:
    """Whether the agent serves the queue."""
    return bool(await connection.fetchval(tables.IS_MEMBER, queue_id, agent_id))


async def list_queue_agent_ids(connection: Connection, queue_id: UUID) -> list[UUID]:
    """Who serves the queue."""
    return [row["agent_id"] for row in await connection.fetch(tables.LIST_AGENT_IDS, queue_id)]


async def _with_rules(connection: Connection, rows: Sequence[asyncpg.Record]) -> list[Queue]:
    rules = await map_waiting_rules(connection, [row["id"] for row in rows])
    language_ids = await list_language_skill_ids(connection)
    return [_queue(row, name_languages(rules[row["id"]], language_ids)) for row in rows]


def _queue(row: asyncpg.Record, rules: WaitingRules) -> Queue:
    plain = {name: row[name] for name in Queue.__struct_fields__ if name in row}
    return Queue(**plain, rules=rules, returns=read_return_rules(row))


def _view(row: asyncpg.Record) -> QueueView:
    return QueueView(**dict(row))
