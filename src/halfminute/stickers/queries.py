"""Reads of stickers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg

from halfminute.files.queries import map_shown_files
from halfminute.kit.database import Connection
from halfminute.sdk.model import FileState, StickerPart
from halfminute.stickers import tables
from halfminute.stickers.errors import UnknownStickerSet
from halfminute.stickers.schemas import OfferedStickerSet, StickerSetView, StickerView

_FILES: Final = ("file_id", "thumbnail_file_id")


async def list_sticker_sets(
    connection: Connection, account_id: UUID, *, can_borrow: bool = False
) -> list[StickerSetView]:
    """The sets of an account in the order of their adding; none where there is no such account.

    `can_borrow`: the sets of all other accounts too.
    """
    rows = await connection.fetch(tables.LIST_STICKERS, account_id, can_borrow)
    states = await _states(connection, rows)
    stickers: defaultdict[UUID, list[StickerView]] = defaultdict(list)
    for row in rows:
        stickers[row["sticker_set_id"]].append(_view(row, states))
    sets = await connection.fetch(tables.LIST_SETS, account_id, can_borrow)
    return [StickerSetView(**row, stickers=stickers[row["id"]]) for row in sets]


async def get_sticker_set(connection: Connection, account_id: UUID, set_id: UUID) -> StickerSetView:
    """One set of an account. Raises UnknownStickerSet."""
    for view in await list_sticker_sets(connection, account_id):
        if view.id == set_id:
            return view
    raise UnknownStickerSet


async def find_sticker(
    connection: Connection, account_id: UUID, sticker_id: UUID, *, can_borrow: bool = False
) -> StickerPart | None:
    """One of the account's stickers as a message shows it; its files stay until the commit.

    `can_borrow`: or of any other account's.
    """
    row = await connection.fetchrow(tables.LOCK_STICKER, account_id, sticker_id, can_borrow)
    return None if row is None else _part(row)


async def list_named_sets(
    connection: Connection, set_ids: Sequence[UUID]
) -> list[OfferedStickerSet]:
    """Those of the sets that are there and not empty, in this order, whichever account has them."""
    rows = await connection.fetch(tables.LIST_NAMED, set_ids)
    states = await _states(connection, rows)
    sets: dict[UUID, OfferedStickerSet] = {}
    for row in rows:
        empty = OfferedStickerSet(id=row["set_id"], title=row["title"], stickers=[])
        sets.setdefault(row["set_id"], empty).stickers.append(_view(row, states))
    return list(sets.values())


async def has_stickers(connection: Connection, set_ids: Sequence[UUID]) -> bool:
    """Whether any of the sets has something to choose."""
    return bool(set_ids) and bool(await connection.fetchval(tables.HAS_STICKERS, set_ids))


async def find_sticker_in_sets(
    connection: Connection, set_ids: Sequence[UUID], sticker_id: UUID
) -> StickerPart | None:
    """One of the sets' stickers as a message shows it. Nothing keeps its files."""
    row = await connection.fetchrow(tables.FIND_IN_SETS, set_ids, sticker_id)
    return None if row is None else _part(row)


async def lock_sticker_files(
    connection: Connection, file_ids: Sequence[UUID]
) -> dict[UUID, UUID | None]:
    """Those of the files that some set has as a sticker, each with its thumbnail.

    None of them goes until the commit.
    """
    if not file_ids:
        return {}
    rows = await connection.fetch(tables.LOCK_FILES, file_ids)
    return {row["file_id"]: row["thumbnail_file_id"] for row in rows}


async def is_file_of_sticker(connection: Connection, file_id: UUID) -> bool:
    """Whether a file is one of a set's, which all agents may see."""
    return bool(await connection.fetchval(tables.IS_STICKERS_FILE, file_id))


async def _states(connection: Connection, rows: Sequence[asyncpg.Record]) -> dict[UUID, FileState]:
    file_ids = [row[name] for row in rows for name in _FILES if row[name] is not None]
    files = await map_shown_files(connection, file_ids)
    return {file_id: file.state for file_id, file in files.items()}


def _part(row: asyncpg.Record) -> StickerPart:
    return StickerPart(
        format=row["format"],
        file_state="pending",
        emoji=row["emojis"][0] if row["emojis"] else "",
        set_name=row["set_name"],
        file_id=row["file_id"],
        thumbnail_file_id=row["thumbnail_file_id"],
        width=row["width"],
        height=row["height"],
    )


def _view(row: asyncpg.Record, states: Mapping[UUID, FileState]) -> StickerView:
    thumbnail_id = row["thumbnail_file_id"]
    return StickerView(
        id=row["id"],
        format=row["format"],
        emojis=tuple(row["emojis"]),
        width=row["width"],
        height=row["height"],
        file_id=row["file_id"],
        file_state=states.get(row["file_id"], "failed"),
        thumbnail_file_id=thumbnail_id if states.get(thumbnail_id) == "ready" else None,
    )
