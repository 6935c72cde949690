"""A scene whose provider has sets of stickers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from halfminute.files.store import FileStore, open_file_store
from halfminute.sdk.channel import ListedSticker, ListedStickerSet
from halfminute.sdk.model import StickerFormat
from halfminute.stickers.types import StickerParts
from tests.scene import Scene, open_scene


def sticker(key: str, emoji: str = "🙂", format_: StickerFormat = "webp") -> ListedSticker:
    """A sticker as the provider lists it."""
    return ListedSticker(
        external_key=key,
        format=format_,
        emojis=(emoji,),
        reference={"send": key},
        source={"file": key},
        thumbnail_source={"file": f"{key}-small"},
        width=512,
        height=512,
    )


def listed(*stickers: ListedSticker, name: str = "Faces", title: str = "Our faces") -> Any:
    """A set as the provider lists it."""
    return ListedStickerSet(name=name, title=title, stickers=stickers)


async def rows_of(scene: Scene) -> list[asyncpg.Record]:
    """The account's stickers, set by set, as they are stored."""
    return await scene.rows(
        """select e.name, s.id, s.external_key, s.position, s.emojis, s.file_id,
                  s.thumbnail_file_id
             from stickers s join sticker_sets e on e.id = s.sticker_set_id
            order by e.created_at, s.position"""
    )


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        scene.channel.sticker_sets["Faces"] = listed(
            sticker("smile"), sticker("wave", "👋", "tgs"), sticker("party", "🎉", "webm")
        )
        yield scene


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_file_store(tmp_path)


@pytest.fixture
def parts(scene: Scene, store: FileStore) -> StickerParts:
    return StickerParts(scene.log, scene.registry, scene.book, scene.clients, store)
