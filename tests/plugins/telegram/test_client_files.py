"""Files against the fake: they come back byte for byte, and it is told why when they do not."""

from __future__ import annotations

from typing import Any

import pytest

from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.content import FETCH_LIMIT
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.server import RunningFake
from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.channel import InboundMessage
from halfminute.sdk.errors import FileExpired, FileTooLarge
from halfminute.sdk.model import MediaPart, StickerPart
from tests.plugins.telegram.conftest import BOT_ID, Control


async def test_a_photo_comes_back_byte_for_byte(client: TelegramClient, control: Control) -> None:
    await control.anna("photo", {"caption": "вот"})
    part = await polled_part(client)
    assert isinstance(part, MediaPart)
    assert isinstance(part.source, dict)

    content = b"".join([chunk async for chunk in client.fetch_file(part.source)])

    assert content == read_media("photo.jpg")


@pytest.mark.parametrize("format_name", ["webp", "tgs", "webm"])
async def test_a_sticker_and_its_thumbnail_come_back(
    client: TelegramClient, control: Control, format_name: str
) -> None:
    await control.anna("sticker", {"format": format_name, "emoji": "🎉"})
    part = await polled_part(client)
    assert isinstance(part, StickerPart)
    assert isinstance(part.source, dict)
    assert isinstance(part.thumbnail_source, dict)

    sticker = b"".join([chunk async for chunk in client.fetch_file(part.source)])
    thumbnail = b"".join([chunk async for chunk in client.fetch_file(part.thumbnail_source)])

    assert part.format == format_name
    assert sticker == read_media(f"sticker.{format_name}")
    assert thumbnail == read_media("thumbnail.webp")


async def test_a_large_file_comes_in_pieces(client: TelegramClient, control: Control) -> None:
    await control.anna("document", {"size": 3_000_000})
    part = await polled_part(client)

    sizes = [len(chunk) async for chunk in client.fetch_file(part.source)]

    assert sum(sizes) == 3_000_000
    assert max(sizes) <= 65536


async def test_a_file_beyond_20_mb_is_too_large(client: TelegramClient, control: Control) -> None:
    await control.anna("document", {"size": FETCH_LIMIT + 1})
    part = await polled_part(client)
    assert part.file_state == "too_large"

    with pytest.raises(FileTooLarge):
        async for _ in client.fetch_file(part.source):
            pass


async def test_a_file_that_telegram_does_not_know_is_expired(client: TelegramClient) -> None:
    with pytest.raises(FileExpired):
        async for _ in client.fetch_file({"file_id": "gone"}):
            pass


async def test_a_file_whose_address_is_over_is_expired(
    client: TelegramClient, control: Control, fake: RunningFake
) -> None:
    await control.anna("photo")
    part = await polled_part(client)
    api = await client._open()
    address = (await api.get_file(part.source["file_id"])).file_path

    fake.parts.world.bots[BOT_ID].files.clear()

    with pytest.raises(FileExpired):
        async for _ in api.download(address or ""):
            pass


async def polled_part(client: TelegramClient) -> Any:
    updates, _ = await client.poll(0, wait_seconds=1)
    (found,) = translate(updates[-1])
    assert isinstance(found, InboundMessage)
    return found.parts[0]
