"""Reads of channel accounts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.channels import tables
from halfminute.channels.schemas import ChannelAccountView, view_of
from halfminute.kit.database import Connection


async def list_account_views(connection: Connection) -> list[ChannelAccountView]:
    """All accounts, oldest first."""
    return [view_of(row) for row in await connection.fetch(tables.LIST)]


async def map_queue_ids(
    connection: Connection, account_ids: Sequence[UUID]
) -> dict[UUID, UUID | None]:
    """Into which queue the conversations of each account go; None where none is set."""
    rows = await connection.fetch(tables.QUEUE_IDS, account_ids)
    return {row["id"]: row["queue_id"] for row in rows}
