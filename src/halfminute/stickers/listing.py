"""Asks a provider for a set, and makes our rows what it listed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from halfminute.channels.types import ChannelAccount
from halfminute.files.actions.discard_files import discard_files
from halfminute.files.actions.expect_files import UnshownFile, expect_unshown_files
from halfminute.files.queries import map_shown_files
from halfminute.files.references import keep_references
from halfminute.files.types import FileId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import ListedSticker, ListedStickerSet
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import FileState
from halfminute.stickers import tables
from halfminute.stickers.errors import StickersUnsupported
from halfminute.stickers.types import StickerParts, StickerSetId

ASK_SECONDS: Final = 20.0
DAY_SECONDS: Final = 86_400.0
# More than any set has: https://core.telegram.org/bots/api#addstickertoset
STICKERS_OF_SET: Final = 200
_TITLE_LENGTH: Final = 200
_EMOJIS: Final = 20
_EMOJI_LENGTH: Final = 32
# What was tried and came to nothing is tried anew with the next listing.
_GIVEN_UP: Final = frozenset({"failed", "expired"})


class _Files(NamedTuple):
    """Our copies of a sticker and of its thumbnail, fetched or to be."""

    file_id: UUID
    thumbnail_file_id: UUID | None


async def ask_for_set(parts: StickerParts, account: ChannelAccount, name: str) -> ListedStickerSet:
    """The set as the provider has it now. To be called outside of transactions.

    Raises StickersUnsupported, StickerSetNotFound, and ProviderError also when the answer is late.
    """
    require_stickers(parts, account)
    try:
        async with parts.clients.use(account) as client:
            await client.prepare()
            async with asyncio.timeout(ASK_SECONDS):
                return await client.list_sticker_set(name)
    except TimeoutError:
        raise ProviderError(
            "the provider took too long", is_retryable=True, refusal="unavailable"
        ) from None


def require_stickers(parts: StickerParts, account: ChannelAccount) -> None:
    """Raises StickersUnsupported unless the account's channel can have sets of stickers."""
    capabilities = parts.registry.get(account.kind).capabilities
    if not capabilities.can_send_stickers or capabilities.can_borrow_stickers:
        raise StickersUnsupported(kind=account.kind)


def storable(words: str, length: int) -> str:
    """A provider's words as PostgreSQL can hold them, cut to `length` code points."""
    return words[:length].encode("utf-8", "replace").decode().replace("\0", "?")


def title_of(listed: ListedStickerSet) -> str:
    """What a set is called on screens."""
    return storable(listed.title, _TITLE_LENGTH) or listed.name


async def store_listing(
    unit: Unit, account_id: UUID, set_id: StickerSetId, listed: ListedStickerSet
) -> list[str]:
    """Make the set's stickers those that were listed; the caller has locked the set's row.

    Files of new ones are expected, those of gone ones forgotten: returns the keys of their bytes,
    to be deleted after the commit.
    """
    stickers = {each.external_key: each for each in listed.stickers[:STICKERS_OF_SET]}
    rows = await unit.connection.fetch(tables.LIST_KNOWN, set_id)
    known = {row["external_key"]: row for row in rows}
    files = await map_shown_files(unit.connection, _file_ids_of(rows))
    states = {file_id: file.state for file_id, file in files.items()}
    expected: list[UnshownFile] = []
    kept = {
        key: _files_of(account_id, sticker, _still_good(known.get(key), states), expected)
        for key, sticker in stickers.items()
    }
    await expect_unshown_files(unit, expected)
    put = [
        _row(set_id, position, sticker, kept[key])
        for position, (key, sticker) in enumerate(stickers.items())
    ]
    await unit.connection.executemany(tables.PUT_STICKER, put)
    await unit.connection.execute(tables.REMOVE_UNLISTED, set_id, list(stickers))
    references = {kept[key].file_id: sticker.reference for key, sticker in stickers.items()}
    await keep_references(unit, account_id, references)
    in_use = {file_id for files in kept.values() for file_id in files}
    return await discard_files(unit, [each for each in _file_ids_of(rows) if each not in in_use])


def _file_ids_of(rows: Sequence[asyncpg.Record]) -> list[UUID]:
    ids = [row[name] for row in rows for name in ("file_id", "thumbnail_file_id")]
    return [each for each in ids if each is not None]


def _still_good(
    known: asyncpg.Record | None, states: Mapping[UUID, FileState]
) -> tuple[UUID | None, UUID | None]:
    """The files of a known sticker that need no new fetching."""
    if known is None:
        return None, None
    file_id, thumbnail_id = known["file_id"], known["thumbnail_file_id"]
    return (
        None if states.get(file_id) in _GIVEN_UP else file_id,
        None if states.get(thumbnail_id) in _GIVEN_UP else thumbnail_id,
    )


def _files_of(
    account_id: UUID,
    sticker: ListedSticker,
    good: tuple[UUID | None, UUID | None],
    expected: list[UnshownFile],
) -> _Files:
    def expect(source: dict[str, Any], media_type: str) -> UUID:
        file = UnshownFile(FileId(new_id()), account_id, source, media_type)
        expected.append(file)
        return file.id

    file_id, thumbnail_id = good
    if thumbnail_id is None and sticker.thumbnail_source is not None:
        thumbnail_id = expect(sticker.thumbnail_source, "image/webp")
    if file_id is None:
        file_id = expect(sticker.source, f"image/{sticker.format}")
    return _Files(file_id, thumbnail_id)


def _row(
    set_id: StickerSetId, position: int, sticker: ListedSticker, files: _Files
) -> tuple[object, ...]:
    return (
        new_id(),
        set_id,
        sticker.external_key,
        position,
        sticker.format,
        [storable(emoji, _EMOJI_LENGTH) for emoji in sticker.emojis[:_EMOJIS]],
        sticker.width,
        sticker.height,
        *files,
    )
