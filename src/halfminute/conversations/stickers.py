"""Finds the stickers that agents may send."""

from __future__ import annotations

from uuid import UUID

from halfminute.kit.database import Connection
from halfminute.sdk.model import StickerPart


async def find_sticker(
    connection: Connection, channel_account_id: UUID, sticker_id: UUID
) -> StickerPart | None:
    """The sticker, if it is one of this account's sets. No account has any set yet."""
    del connection, channel_account_id, sticker_id
    return None
