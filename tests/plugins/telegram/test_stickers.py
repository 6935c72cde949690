"""Sets of stickers against the fake, and what an administrator may call them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.server import run_fake
from halfminute.sdk.channel import Outgoing, OutgoingFile
from halfminute.sdk.errors import InvalidStickerSetName, ProviderError, StickerSetNotFound
from halfminute.sdk.model import StickerPart
from tests.plugins.telegram.conftest import ANNA_ID, OPTIONS, TOKEN, Control, open_http

FACES = {
    "name": "HalfminuteFaces",
    "title": "Half a minute",
    "stickers": [
        {"format": "webp", "emoji": "🙂"},
        {"format": "tgs", "emoji": "👋"},
        {"format": "webm", "emoji": "🎉"},
    ],
}


async def _make_set(http: httpx.AsyncClient, **more: object) -> None:
    answer = await http.post("/control/sticker-sets", json={**FACES, **more})
    answer.raise_for_status()


@pytest.mark.parametrize(
    "given",
    [
        "HalfminuteFaces",
        "  HalfminuteFaces\n",
        "https://t.me/addstickers/HalfminuteFaces",
        "http://telegram.me/addstickers/HalfminuteFaces/",
        "t.me/addstickers/HalfminuteFaces",
        "https://www.telegram.dog/addstickers/HalfminuteFaces?from=friend#top",
        "tg://addstickers?set=HalfminuteFaces",
        "tg:addstickers?set=HalfminuteFaces&x=1",
        "HTTPS://T.ME/addstickers/HalfminuteFaces",
    ],
)
def test_a_set_is_named_by_its_name_or_a_link(given: str) -> None:
    assert TelegramChannel().read_sticker_set_name(given) == "HalfminuteFaces"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "two words",
        "1abc",
        "имя",
        "a" * 65,
        "https://t.me/HalfminuteFaces",
        "https://t.me/addemoji/HalfminuteFaces",
        "https://t.me.evil.example/addstickers/HalfminuteFaces",
        "https://t.me/addstickers/a/../b",
        "https://t.me/addstickers/%2e%2e",
        "javascript:alert(1)",
        "a\0b",
    ],
)
def test_what_names_no_set_is_refused(given: str) -> None:
    with pytest.raises(InvalidStickerSetName):
        TelegramChannel().read_sticker_set_name(given)


@pytest.mark.usefixtures("control")
async def test_a_set_is_listed_and_its_files_can_be_fetched(
    client: TelegramClient, http: httpx.AsyncClient
) -> None:
    await _make_set(http)

    listed = await client.list_sticker_set("halfminutefaces")

    assert (listed.name, listed.title) == ("HalfminuteFaces", "Half a minute")
    assert [(each.format, each.emojis) for each in listed.stickers] == [
        ("webp", ("🙂",)),
        ("tgs", ("👋",)),
        ("webm", ("🎉",)),
    ]
    for sticker in listed.stickers:
        assert sticker.thumbnail_source is not None
        content = b"".join([piece async for piece in client.fetch_file(sticker.source)])
        small = b"".join([piece async for piece in client.fetch_file(sticker.thumbnail_source)])
        assert content == read_media(f"sticker.{sticker.format}")
        assert small == read_media("thumbnail.webp")
        assert sticker.reference == {"type": "sticker", "file_id": sticker.source["file_id"]}


async def test_the_keys_of_pictures_are_the_same_for_every_bot_and_at_every_listing(
    client: TelegramClient, http: httpx.AsyncClient
) -> None:
    await _make_set(http)
    first = await client.list_sticker_set("HalfminuteFaces")
    again = await client.list_sticker_set("HalfminuteFaces")
    other_token = "654321:other-token"
    await http.post("/control/bots", json={"token": other_token})
    settings = {"api_base_url": str(http.base_url).rstrip("/"), "username": ""}
    other = TelegramChannel().open_client(settings, {"token": other_token, "webhook_secret": "s"})
    theirs = await other.list_sticker_set("HalfminuteFaces")
    await other.close()

    assert first == again
    keys = [each.external_key for each in first.stickers]
    assert [each.external_key for each in theirs.stickers] == keys
    references = [each.reference["file_id"] for each in first.stickers]
    assert not {each.reference["file_id"] for each in theirs.stickers} & set(references)


async def test_a_set_that_is_not_there_or_there_no_longer_is_told(
    client: TelegramClient, http: httpx.AsyncClient
) -> None:
    with pytest.raises(StickerSetNotFound):
        await client.list_sticker_set("HalfminuteFaces")
    await _make_set(http)
    await client.list_sticker_set("HalfminuteFaces")
    (await http.delete("/control/sticker-sets/HalfminuteFaces")).raise_for_status()
    with pytest.raises(StickerSetNotFound):
        await client.list_sticker_set("HalfminuteFaces")


async def test_custom_emoji_are_no_stickers(
    client: TelegramClient, http: httpx.AsyncClient
) -> None:
    await _make_set(http, sticker_type="custom_emoji")

    with pytest.raises(ProviderError) as refused:
        await client.list_sticker_set("HalfminuteFaces")

    assert refused.value.refusal == "unsupported"


async def test_a_customer_sends_a_sticker_of_a_set(
    control: Control, http: httpx.AsyncClient
) -> None:
    await _make_set(http)

    await control.anna("set-sticker", {"set_name": "HalfminuteFaces", "number": 2})

    answer = await http.post(f"/bot{TOKEN}/getUpdates")
    [update] = answer.json()["result"]
    sticker = update["message"]["sticker"]
    assert (sticker["set_name"], sticker["emoji"], sticker["is_animated"]) == (
        "HalfminuteFaces",
        "👋",
        True,
    )


async def test_a_fake_that_was_killed_remembers_its_sets(tmp_path: Path) -> None:
    options = replace(OPTIONS, state_file=tmp_path / "fake.jsonl")
    answers = []
    for is_first in (True, False):
        async with run_fake(options) as running, open_http(running) as http:
            if is_first:
                await _make_set(http)
            answer = await http.get(f"/bot{TOKEN}/getStickerSet?name=HalfminuteFaces")
            answers.append(answer.json())

    assert answers[0] == answers[1]
    assert len(answers[0]["result"]["stickers"]) == 3


async def test_a_listed_sticker_is_sent_by_its_reference_and_nothing_is_uploaded(
    client: TelegramClient, control: Control, http: httpx.AsyncClient
) -> None:
    await _make_set(http)
    listed = await client.list_sticker_set("HalfminuteFaces")
    file_id = UUID(int=7)

    async def read() -> AsyncIterator[bytes]:
        raise AssertionError("nothing is to be uploaded")
        yield b""

    file = OutgoingFile(
        name="", media_type="image/webp", size=0, read=read, reference=listed.stickers[0].reference
    )
    outgoing = Outgoing(
        message_id=UUID(int=1),
        address_external_id=str(ANNA_ID),
        parts=(StickerPart(format="webp", file_state="pending", emoji="🙂", file_id=file_id),),
        files={file_id: file},
    )

    await client.send(outgoing)

    [received] = await control.received()
    reference = received["content"]["sticker"]["file_id"]
    assert reference == listed.stickers[0].reference["file_id"]
