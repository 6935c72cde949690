"""Reads of channel accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from halfminute.channels import tables
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.channels.schemas import ChannelAccountView, view_of
from halfminute.channels.types import ChannelAccountId
from halfminute.kit.database import Connection


class LinkedAccount(NamedTuple):
    """An account that is on, and whose provider has told what it calls us."""

    id: ChannelAccountId
    kind: str


async def list_account_views(connection: Connection) -> list[ChannelAccountView]:
    """All accounts, oldest first."""
    return [view_of(row) for row in await connection.fetch(tables.LIST)]


async def find_linked_account(
    connection: Connection, kinds: Sequence[str], queue_id: UUID | None
) -> LinkedAccount | None:
    """The account of these kinds to which a link can lead: of this queue first, then the oldest."""
    row = await connection.fetchrow(tables.FIND_LINKED, kinds, queue_id)
    return None if row is None else LinkedAccount(**row)


async def lock_account(connection: Connection, account_id: UUID) -> None:
    """Until the commit nobody else changes it, or what is configured for it.

    Raises ChannelAccountNotFound.
    """
    if await connection.fetchrow(tables.LOCK, account_id) is None:
        raise ChannelAccountNotFound


async def map_queue_ids(
    connection: Connection, account_ids: Sequence[UUID]
) -> dict[UUID, UUID | None]:
    """Into which queue the conversations of each account go; None where none is set."""
    rows = await connection.fetch(tables.QUEUE_IDS, account_ids)
    return {row["id"]: row["queue_id"] for row in rows}
