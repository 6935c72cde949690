"""The fake takes files as the documentation says, answers in its shapes, and refuses the rest."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InputMediaPhoto, InputMediaVideo

from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.server import RunningFake, run_fake
from tests.plugins.telegram.conftest import ANNA_ID, OPTIONS, TOKEN, Control, enter_anna, open_http

# One fake for all: what it refuses changes nothing in it.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("control")]

PHOTO = read_media("photo.jpg")
MEGABYTE = 1024 * 1024
PICTURE = {"photo": ("a.jpg", PHOTO, "image/jpeg")}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def fake() -> AsyncIterator[RunningFake]:
    async with run_fake(OPTIONS) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(fake: RunningFake) -> AsyncIterator[httpx.AsyncClient]:
    async with open_http(fake) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def control(http: httpx.AsyncClient) -> Control:
    return await enter_anna(http)


async def call(
    http: httpx.AsyncClient, method: str, files: Any = None, **fields: Any
) -> dict[str, Any]:
    """A call as a form, to Anna if to nobody else."""
    form = {"chat_id": ANNA_ID, **fields}
    words = {n: v if isinstance(v, str) else json.dumps(v) for n, v in form.items()}
    body: dict[str, Any] = (
        await http.post(f"/bot{TOKEN}/{method}", data=words, files=files)
    ).json()
    return body


async def refusal(http: httpx.AsyncClient, method: str, files: Any = None, **fields: Any) -> str:
    body = await call(http, method, files, **fields)
    assert not body["ok"]
    return str(body["description"])


def album(*kinds: str, **more: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "media": "attach://a", **more} for kind in kinds]


ATTACHED = {"a": ("a.jpg", PHOTO, "image/jpeg")}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"caption": "👍" * 513}, "message caption is too long"),
        ({"colour": "red"}, 'unknown parameter "colour"'),
        ({"parse_mode": "HTML"}, "parse_mode"),
        ({"business_connection_id": "x"}, "business connection"),
        ({"message_thread_id": 5}, "thread"),
        ({"chat_id": 999}, "chat not found"),
        ({"reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"caption": "a", "caption_entities": [{"type": "bold", "offset": 0, "length": 9}]}, "out"),
        ({"has_spoiler": "perhaps"}, "has_spoiler"),
    ],
)
async def test_a_photo_that_is_not_to_the_rules_is_refused(
    http: httpx.AsyncClient, fields: dict[str, Any], why: str
) -> None:
    assert why in await refusal(http, "sendPhoto", PICTURE, **fields)


async def test_a_caption_of_1024_units_passes(http: httpx.AsyncClient) -> None:
    assert (await call(http, "sendPhoto", PICTURE, caption="👍" * 512))["ok"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (PHOTO + bytes(10 * MEGABYTE), "is too big for a photo"),
    ],
)
async def test_what_is_no_photo_is_refused(
    http: httpx.AsyncClient, content: bytes, why: str
) -> None:
    files = {"photo": ("a.jpg", content, "image/jpeg")}
    assert why in await refusal(http, "sendPhoto", files)


async def test_fifty_megabytes_pass_and_a_byte_more_does_not(http: httpx.AsyncClient) -> None:
    largest = {"document": ("a.bin", bytes(50 * MEGABYTE), "application/octet-stream")}
    assert (await call(http, "sendDocument", largest))["ok"]
    larger = {"document": ("a.bin", bytes(50 * MEGABYTE + 1), "application/octet-stream")}
    assert "is too big for a file" in await refusal(http, "sendDocument", larger)
    endless = {"document": ("a.bin", bytes(52 * MEGABYTE), "application/octet-stream")}
    assert "Request Entity Too Large" in await refusal(http, "sendDocument", endless)


@pytest.mark.parametrize("photo", ["attach://nothing", "photo1", "https://example.org/a.jpg"])
async def test_a_file_that_is_not_there_is_refused(http: httpx.AsyncClient, photo: str) -> None:
    assert await refusal(http, "sendPhoto", ATTACHED, photo=photo) in (
        "Bad Request: there is no file in the request",
        "Bad Request: wrong file identifier/HTTP URL specified",
    )
    assert "photo" in await refusal(http, "sendPhoto")


async def test_a_file_is_not_sent_as_another_kind_of_thing(http: httpx.AsyncClient) -> None:
    sent = (await call(http, "sendPhoto", PICTURE))["result"]
    why = await refusal(http, "sendDocument", document=sent["photo"][-1]["file_id"])
    assert why == "Bad Request: can't use file of type Photo as Document"


@pytest.mark.parametrize(
    ("media", "why"),
    [
        (album("photo"), "wrong number of messages"),
        (album(*["photo"] * 11), "wrong number of messages"),
        (album("photo", "document"), "document can't be mixed"),
        (album("audio", "photo"), "audio can't be mixed"),
        (album("photo", "animation"), "can't be in an album"),
        (album("photo", "photo", caption="a" * 1025), "caption is too long"),
        (album("photo", "photo", colour="red"), "colour"),
        ([*album("photo"), {"type": "photo", "media": "attach://b"}], "no file in the request"),
    ],
)
async def test_an_album_that_is_not_to_the_rules_is_refused_as_a_whole(
    http: httpx.AsyncClient, control: Control, media: list[Any], why: str
) -> None:
    before = len(await control.received())
    assert why in await refusal(http, "sendMediaGroup", ATTACHED, media=media)
    assert len(await control.received()) == before


@pytest.mark.parametrize(
    ("name", "content"), [("a.webp", PHOTO), ("a.png", PHOTO), ("a.tgs", b"RIFF")]
)
async def test_a_sticker_is_told_by_its_name_and_bytes(
    http: httpx.AsyncClient, name: str, content: bytes
) -> None:
    files = {"sticker": (name, content, "image/webp")}
    assert await refusal(http, "sendSticker", files) == "Bad Request: wrong file type"


@pytest.mark.parametrize(
    ("method", "fields"),
    [
        ("sendLocation", {"latitude": 91, "longitude": 0}),
        ("sendLocation", {"latitude": 1}),
        ("sendVenue", {"latitude": 1, "longitude": 1, "title": "", "address": "a"}),
        ("sendVenue", {"latitude": 1, "longitude": 1, "title": "a"}),
    ],
)
async def test_a_place_that_is_nowhere_is_refused(
    http: httpx.AsyncClient, method: str, fields: dict[str, Any]
) -> None:
    await refusal(http, method, **fields)


async def test_a_caption_is_edited_by_the_rules(http: httpx.AsyncClient, control: Control) -> None:
    words = (await call(http, "sendMessage", text="a"))["result"]["message_id"]
    why = await refusal(http, "editMessageCaption", message_id=words, caption="b")
    assert why == "Bad Request: there is no caption in the message to edit"
    theirs = (await control.anna("photo"))["message_id"]
    why = await refusal(http, "editMessageCaption", message_id=theirs, caption="b")
    assert why == "Bad Request: message can't be edited"
    ours = (await call(http, "sendPhoto", PICTURE, caption="a"))["result"]["message_id"]
    assert "is not modified" in await refusal(
        http, "editMessageCaption", message_id=ours, caption="a"
    )
    edited = (await call(http, "editMessageCaption", message_id=ours, caption="b"))["result"]
    assert (edited["caption"], len(edited["photo"])) == ("b", 2)


async def test_many_are_deleted_at_once_and_none_that_is_old(
    http: httpx.AsyncClient, control: Control
) -> None:
    ids = [(await call(http, "sendMessage", text="a"))["result"]["message_id"] for _ in range(3)]
    await control.anna("age", {"message_id": ids[2], "seconds": 49 * 3600})
    why = await refusal(http, "deleteMessages", message_ids=ids)
    assert why == "Bad Request: message can't be deleted for everyone"
    assert (await call(http, "deleteMessages", message_ids=[*ids[:2], 999]))["ok"]
    left = [each["message_id"] for each in await control.received()]
    assert (ids[0] in left, ids[1] in left, ids[2] in left) == (False, False, True)
    assert "wrong number" in await refusal(http, "deleteMessages", message_ids=[])
    assert "wrong number" in await refusal(http, "deleteMessages", message_ids=[1] * 101)


async def test_a_foreign_client_understands_every_answer(fake: RunningFake) -> None:
    """aiogram, as everybody uses it: its types are the reference's."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    bot = Bot(TOKEN, session=session)
    file = BufferedInputFile(PHOTO, "a.jpg")
    try:
        photo = await bot.send_photo(ANNA_ID, file, caption="hi")
        assert photo.photo is not None
        again = await bot.send_photo(ANNA_ID, photo.photo[-1].file_id)
        assert again.photo == photo.photo
        film = await bot.send_video(ANNA_ID, file, width=640, duration=3)
        assert film.video is not None
        assert (film.video.width, film.video.duration) == (640, 3)
        assert (await bot.send_animation(ANNA_ID, file)).animation is not None
        assert (await bot.send_audio(ANNA_ID, file, title="Song")).audio is not None
        assert (await bot.send_voice(ANNA_ID, file)).voice is not None
        assert (await bot.send_video_note(ANNA_ID, file)).video_note is not None
        assert (await bot.send_document(ANNA_ID, file)).document is not None
        sticker = BufferedInputFile(read_media("sticker.webp"), "a.webp")
        assert (await bot.send_sticker(ANNA_ID, sticker)).sticker is not None
        assert (await bot.send_location(ANNA_ID, 1, 2)).location is not None
        assert (await bot.send_venue(ANNA_ID, 1, 2, "a", "b")).venue is not None
        group = await bot.send_media_group(
            ANNA_ID, [InputMediaPhoto(media=file, caption="hi"), InputMediaVideo(media=file)]
        )
        assert len({each.media_group_id for each in group}) == 1
        edited = await bot.edit_message_caption(
            chat_id=ANNA_ID, message_id=photo.message_id, caption="ho"
        )
        assert not isinstance(edited, bool)
        assert edited.caption == "ho"
        assert await bot.delete_messages(ANNA_ID, [each.message_id for each in group])
    finally:
        await bot.session.close()
