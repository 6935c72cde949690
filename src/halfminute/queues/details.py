"""Queues as who configures them sees them, and the word by which a change is known."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from halfminute.channels.queries import list_account_views
from halfminute.channels.schemas import ChannelAccountView
from halfminute.kit.database import Connection
from halfminute.kit.revision import revision_of
from halfminute.queues import tables
from halfminute.queues.errors import QueueNotFound
from halfminute.queues.return_rules_store import read_return_rules
from halfminute.queues.schemas import QueueDetails, QueueSettings
from halfminute.queues.waiting_rules_store import read_waiting_rules


async def list_queue_details(connection: Connection) -> list[QueueDetails]:
    """All queues, also those switched off, by name."""
    rows = await connection.fetch(tables.LIST_DETAILS)
    accounts = await list_account_views(connection)
    return [_details(row, accounts) for row in rows]


async def get_queue_details(connection: Connection, queue_id: UUID) -> QueueDetails:
    """One of them. Raises QueueNotFound."""
    row = await connection.fetchrow(tables.GET_DETAILS, queue_id)
    if row is None:
        raise QueueNotFound
    return _details(row, await list_account_views(connection))


def _details(row: asyncpg.Record, accounts: Sequence[ChannelAccountView]) -> QueueDetails:
    settings = {name: row[name] for name in QueueSettings.__struct_fields__ if name in row}
    settings |= {"rules": read_waiting_rules(row), "returns": read_return_rules(row)}
    seen = (settings, row["agent_ids"])
    settings["requirements"] = {UUID(key): least for key, least in row["requirements"].items()}
    return QueueDetails(
        **settings,
        id=row["id"],
        agent_ids=row["agent_ids"],
        account_names=sorted(each.name for each in accounts if each.queue_id == row["id"]),
        waiting_count=row["waiting_count"],
        longest_waiting_since=row["longest_waiting_since"],
        revision=revision_of(seen),
    )
