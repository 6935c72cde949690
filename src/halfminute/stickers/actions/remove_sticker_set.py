"""Takes a set of stickers away from an account's agents."""

from __future__ import annotations

from uuid import UUID

from halfminute.files.actions.discard_files import delete_bytes, discard_files
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import stream_name
from halfminute.stickers import tables
from halfminute.stickers.errors import UnknownStickerSet
from halfminute.stickers.types import StickerParts


async def remove_sticker_set(
    parts: StickerParts, principal: Principal, account_id: UUID, set_id: UUID
) -> None:
    """Forget the set and its files; what messages show of it stays. Raises UnknownStickerSet."""
    require(principal, "channel.configure")
    async with parts.log.write() as unit:
        if await unit.connection.fetchrow(tables.LOCK_SET, account_id, set_id) is None:
            raise UnknownStickerSet
        rows = await unit.connection.fetch(tables.REMOVE_STICKERS, set_id)
        await unit.connection.execute(tables.REMOVE_SET, set_id)
        file_ids = [file_id for row in rows for file_id in row if file_id is not None]
        left_over = await discard_files(unit, file_ids)
        data = {"channel_account_id": str(account_id), "sticker_set_id": str(set_id)}
        unit.record("StickerSetRemoved", data, stream_name("channel_account", account_id))
        details = {"sticker_set_id": str(set_id)}
        await record_audit(
            unit, principal, "remove_sticker_set", "channel_account", account_id, details
        )
    await delete_bytes(parts.files, left_over)
