"""Makes a set what its provider has by now."""

from __future__ import annotations

from uuid import UUID

from halfminute.channels.types import ChannelAccount
from halfminute.files.actions.discard_files import delete_bytes
from halfminute.identity.access import require
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import Unit, stream_name
from halfminute.sdk.channel import ListedStickerSet
from halfminute.sdk.errors import ProviderError, StickerSetNotFound
from halfminute.stickers import tables
from halfminute.stickers.errors import UnknownStickerSet
from halfminute.stickers.listing import (
    DAY_SECONDS,
    ask_for_set,
    storable,
    store_listing,
    title_of,
)
from halfminute.stickers.queries import get_sticker_set
from halfminute.stickers.schemas import StickerSetView
from halfminute.stickers.types import StickerParts, StickerSetId

_REASON_LENGTH = 300
# How soon a provider that could not be asked is asked again by itself.
RETRY_SECONDS = 3600.0


async def refresh_sticker_set(
    parts: StickerParts, principal: Principal, account_id: UUID, set_id: UUID
) -> StickerSetView:
    """List it anew, as an administrator asks. That it has vanished is no error: the view says it.

    Raises ChannelAccountNotFound, UnknownStickerSet, StickersUnsupported, and ProviderError, which
    the set then shows.
    """
    require(principal, "channel.configure")
    account = await parts.book.get(account_id)
    async with parts.log.database.connection() as connection:
        row = await connection.fetchrow(tables.GET_SET, account_id, set_id)
    if row is None:
        raise UnknownStickerSet
    await list_anew(parts, account, row["id"], row["name"])
    async with parts.log.database.connection() as connection:
        return await get_sticker_set(connection, account_id, set_id)


async def list_anew(
    parts: StickerParts, account: ChannelAccount, set_id: StickerSetId, name: str
) -> None:
    """Ask for the set, and store what came of it. Raises ProviderError once that is stored."""
    try:
        listed = await ask_for_set(parts, account, name)
    except StickerSetNotFound as error:
        await _mark_vanished(parts, account, set_id, error.reason)
        return
    except ProviderError as error:
        await postpone(parts, set_id, RETRY_SECONDS, error.reason)
        raise
    async with parts.log.write() as unit:
        left_over = await _store(unit, account, set_id, listed)
    await delete_bytes(parts.files, left_over)


async def postpone(parts: StickerParts, set_id: UUID, seconds: float, reason: str) -> None:
    """It could not be listed; ask again in so many seconds."""
    async with parts.log.database.transaction() as connection:
        reason = storable(reason, _REASON_LENGTH)
        await connection.execute(tables.POSTPONE_SET, set_id, seconds, reason)


async def _store(
    unit: Unit, account: ChannelAccount, set_id: StickerSetId, listed: ListedStickerSet
) -> list[str]:
    found = await unit.connection.fetchval(
        tables.REFRESH_SET, set_id, title_of(listed), DAY_SECONDS
    )
    if found is None:
        # Somebody removed it meanwhile.
        return []
    left_over = await store_listing(unit, account.id, set_id, listed)
    _tell(unit, "StickerSetRefreshed", account, set_id)
    return left_over


async def _mark_vanished(
    parts: StickerParts, account: ChannelAccount, set_id: StickerSetId, reason: str
) -> None:
    async with parts.log.write() as unit:
        reason = storable(reason, _REASON_LENGTH)
        was = await unit.connection.fetchval(tables.MARK_VANISHED, set_id, DAY_SECONDS, reason)
        if was == "listed":
            _tell(unit, "StickerSetVanished", account, set_id)


def _tell(unit: Unit, event_type: str, account: ChannelAccount, set_id: StickerSetId) -> None:
    data = {"channel_account_id": str(account.id), "sticker_set_id": str(set_id)}
    unit.record(event_type, data, stream_name("channel_account", account.id))
