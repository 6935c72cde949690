"""Notes the business connections that providers tell of, and which one of an owner stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.channels import tables
from halfminute.channels.types import BusinessConnectionId, ChannelAccountId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import InboundBusinessConnection

NOT_TOLD: Final = UUID(int=0)
_NAME_LENGTH: Final = 300


class ToldConnection(NamedTuple):
    """A connection, to which of our accounts, and the payload that tells of it.

    `NOT_TOLD` where we have asked for it ourselves: then any word of the provider's is newer.
    """

    told: InboundBusinessConnection
    channel_account_id: ChannelAccountId
    told_by: UUID


async def put_business_connections(
    unit: Unit, connections: Sequence[ToldConnection]
) -> list[BusinessConnectionId]:
    """Write them down; returns those that are different now, for the caller to tell of.

    An older word than the one that stands changes nothing, but its name is remembered.
    """
    changed: list[BusinessConnectionId] = []
    ordered = sorted(connections, key=lambda each: (each.told.owner_external_id, each.told_by))
    for told, account_id, told_by in ordered:
        put = await unit.connection.fetchval(
            tables.PUT_BUSINESS_CONNECTION,
            new_id(),
            account_id,
            told.owner_external_id,
            told.owner_name[:_NAME_LENGTH],
            told.external_id,
            told.is_enabled,
            told.can_reply,
            told.can_mark_read,
            told.can_delete,
            told.reply_window_seconds,
            told.connected_at,
            told_by,
        )
        await unit.connection.execute(
            tables.NAME_BUSINESS_CONNECTION, account_id, told.external_id, told.owner_external_id
        )
        if put is not None:
            changed.append(BusinessConnectionId(put))
    return changed
