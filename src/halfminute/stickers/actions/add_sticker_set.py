"""Gives an account's agents a set of stickers to choose from."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from halfminute.channels.types import ChannelAccountId
from halfminute.files.actions.discard_files import delete_bytes
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import ListedStickerSet
from halfminute.stickers import tables
from halfminute.stickers.errors import TooManyStickerSets
from halfminute.stickers.listing import (
    DAY_SECONDS,
    ask_for_set,
    require_stickers,
    store_listing,
    title_of,
)
from halfminute.stickers.queries import get_sticker_set
from halfminute.stickers.schemas import StickerSetView
from halfminute.stickers.types import StickerParts, StickerSetId

SETS_OF_ACCOUNT: Final = 50


class AddedSet(NamedTuple):
    """A set, and whether this call has added it or found it there and listed it anew."""

    view: StickerSetView
    is_new: bool


async def add_sticker_set(
    parts: StickerParts, principal: Principal, account_id: UUID, given: str
) -> AddedSet:
    """List the set that `given` names at the provider, then store it. May be repeated.

    Raises ChannelAccountNotFound, StickersUnsupported, InvalidStickerSetName, TooManyStickerSets,
    and StickerSetNotFound or ProviderError as the provider answers; then nothing is stored.
    """
    require(principal, "channel.configure")
    account = await parts.book.get(account_id)
    require_stickers(parts, account)
    name = parts.registry.get(account.kind).read_sticker_set_name(given)
    listed = await ask_for_set(parts, account, name)
    async with parts.log.write() as unit:
        new_set_id = StickerSetId(new_id())
        set_id = await _put_set(unit, new_set_id, account.id, listed)
        is_new = set_id == new_set_id
        left_over = await store_listing(unit, account.id, set_id, listed)
        if is_new:
            await _tell(unit, principal, account.id, set_id)
        view = await get_sticker_set(unit.connection, account.id, set_id)
    await delete_bytes(parts.files, left_over)
    return AddedSet(view, is_new)


async def _put_set(
    unit: Unit, new_set_id: StickerSetId, account_id: ChannelAccountId, listed: ListedStickerSet
) -> StickerSetId:
    others = await unit.connection.fetchval(tables.COUNT_SETS, account_id, listed.name)
    if others >= SETS_OF_ACCOUNT:
        raise TooManyStickerSets(limit=SETS_OF_ACCOUNT)
    set_id: StickerSetId = await unit.connection.fetchval(
        tables.PUT_SET, new_set_id, account_id, listed.name, title_of(listed), DAY_SECONDS
    )
    return set_id


async def _tell(
    unit: Unit, principal: Principal, account_id: ChannelAccountId, set_id: StickerSetId
) -> None:
    data = {"channel_account_id": str(account_id), "sticker_set_id": str(set_id)}
    unit.record("StickerSetAdded", data, stream_name("channel_account", account_id))
    details = {"sticker_set_id": str(set_id)}
    await record_audit(unit, principal, "add_sticker_set", "channel_account", account_id, details)
