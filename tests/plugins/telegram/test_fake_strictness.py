"""The fake refuses what the documentation refuses, in all the ways a request can be made."""

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
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import MessageEntity, ReplyParameters

from halfminute.plugins.telegram.fake.server import RunningFake, run_fake
from tests.plugins.telegram.conftest import OPTIONS, TOKEN, Control, enter_anna, open_http

# One fake for all: what it refuses changes nothing in it.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("control")]


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


async def call(http: httpx.AsyncClient, method: str, **fields: Any) -> httpx.Response:
    return await http.post(f"/bot{TOKEN}/{method}", json=fields)


async def refusal(http: httpx.AsyncClient, method: str, **fields: Any) -> tuple[int, str]:
    response = await call(http, method, **fields)
    body = response.json()
    assert (body["ok"], body["error_code"]) == (False, response.status_code)
    return response.status_code, body["description"]


async def test_an_unknown_method_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await refusal(http, "sendTelepathy", chat_id=7))[0] == 404


async def test_methods_are_found_in_any_case(http: httpx.AsyncClient) -> None:
    assert (await call(http, "GETME")).json()["result"]["username"] == "halfminute_1_bot"


async def test_a_strangers_token_is_unauthorized(http: httpx.AsyncClient) -> None:
    assert (await http.get("/bot123456:other/getMe")).status_code == 401
    assert (await http.get("/botnonsense/getMe")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"chat_id": 7, "text": "a", "colour": "red"}, 'unknown parameter "colour"'),
        ({"chat_id": 7}, "text"),
        ({"text": "a"}, "chat_id"),
        ({"chat_id": 7, "text": 5}, "text"),
        ({"chat_id": 7, "text": "a", "reply_parameters": {"colour": 1}}, "colour"),
        ({"chat_id": 7, "text": "a", "parse_mode": "HTML"}, "parse_mode"),
        ({"chat_id": 7, "text": "a", "business_connection_id": "x"}, "business connection"),
        ({"chat_id": 7, "text": ""}, "text is empty"),
        ({"chat_id": 7, "text": " \n "}, "text is empty"),
        ({"chat_id": 7, "text": "a" * 4097}, "too long"),
        ({"chat_id": 7, "text": "👍" * 2049}, "too long"),
        ({"chat_id": 8, "text": "a"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "a"}, "chat not found"),
        ({"chat_id": 7, "text": "a", "reply_parameters": {"message_id": 5}}, "not found"),
    ],
)
async def test_a_faulty_send_is_a_bad_request(
    http: httpx.AsyncClient, fields: dict[str, Any], why: str
) -> None:
    status, description = await refusal(http, "sendMessage", **fields)

    assert status == 400
    assert why in description


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("abc", [("bold", -1, 2)]),
        ("abc", [("bold", 0, 0)]),
        ("abc", [("bold", 2, 2)]),
        ("👍a", [("bold", 1, 1)]),
        ("👍a", [("bold", 0, 1)]),
        ("abcdef", [("bold", 0, 4), ("italic", 2, 4)]),
        ("abcdef", [("pre", 0, 6), ("bold", 0, 2)]),
        ("abcdef", [("bold", 0, 6), ("code", 0, 2)]),
        ("abcdef", [("blockquote", 0, 6), ("expandable_blockquote", 0, 2)]),
        ("abc", [("text_link", 0, 3)]),
        ("abc", [("glow", 0, 3)]),
    ],
    ids=[
        "negative",
        "empty",
        "too long",
        "second half",
        "first half",
        "overlap",
        "inside pre",
        "code inside",
        "nested quote",
        "link without url",
        "unknown type",
    ],
)
async def test_unsound_entities_are_a_bad_request(
    http: httpx.AsyncClient, text: str, entities: list[tuple[str, int, int]]
) -> None:
    listed = [{"type": t, "offset": o, "length": n} for t, o, n in entities]

    status, _ = await refusal(http, "sendMessage", chat_id=7, text=text, entities=listed)

    assert status == 400


async def test_4096_units_after_trimming_pass(http: httpx.AsyncClient) -> None:
    bold = [{"type": "bold", "offset": 3, "length": 2}]

    response = await call(
        http, "sendMessage", chat_id=7, text="  " + "👍" * 2048 + "\n", entities=[]
    )
    moved = await call(http, "sendMessage", chat_id=7, text="  abc  ", entities=bold)

    assert response.json()["ok"]
    assert moved.json()["result"]["text"] == "abc"
    assert moved.json()["result"]["entities"] == [{"type": "bold", "offset": 1, "length": 2}]


@pytest.mark.parametrize("way", ["query", "form", "multipart", "json"])
async def test_all_four_ways_of_asking(http: httpx.AsyncClient, way: str) -> None:
    address = f"/bot{TOKEN}/sendMessage"
    bold = [{"type": "bold", "offset": 0, "length": 2}]
    fields = {"chat_id": "7", "text": "да, 123", "entities": json.dumps(bold)}

    match way:
        case "query":
            response = await http.get(address, params=fields)
        case "form":
            response = await http.post(address, data=fields)
        case "multipart":
            response = await http.post(
                address, files={name: (None, value) for name, value in fields.items()}
            )
        case _:
            response = await http.post(address, json={**fields, "entities": bold})

    result = response.json()["result"]
    assert (result["text"], result["entities"]) == ("да, 123", bold)


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
async def test_a_body_that_is_no_object_is_a_bad_request(
    http: httpx.AsyncClient, body: bytes
) -> None:
    response = await http.post(
        f"/bot{TOKEN}/getMe", content=body, headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "gopher://x"},
        {"url": "http://a/", "secret_token": "with space"},
        {"url": "http://a/", "max_connections": 101},
        {"url": "http://a/", "max_connections": 0},
        {"url": "http://a/", "speed": 1},
    ],
)
async def test_a_faulty_webhook_is_a_bad_request(
    http: httpx.AsyncClient, fields: dict[str, Any]
) -> None:
    assert (await refusal(http, "setWebhook", **fields))[0] == 400


@pytest.mark.parametrize("fields", [{"limit": 0}, {"limit": 101}, {"timeout": -1}, {"since": 1}])
async def test_a_faulty_poll_is_a_bad_request(
    http: httpx.AsyncClient, fields: dict[str, Any]
) -> None:
    assert (await refusal(http, "getUpdates", **fields))[0] == 400


async def test_files_of_another_bot_are_not_there(
    http: httpx.AsyncClient, control: Control
) -> None:
    made = await http.post("/control/bots", json={"token": "99:other", "username": "b"})
    assert made.status_code == 201
    await control.anna("photo")
    (update,) = (await call(http, "getUpdates", offset=-1)).json()["result"]
    file_id = update["message"]["photo"][-1]["file_id"]
    path = (await call(http, "getFile", file_id=file_id)).json()["result"]["file_path"]

    assert (await http.get(f"/file/bot{TOKEN}/{path}")).status_code == 200
    assert (await http.get(f"/file/bot99:other/{path}")).status_code == 404
    stranger = await http.post("/bot99:other/getFile", json={"file_id": file_id})
    assert stranger.status_code == 400


async def test_aiograms_own_session_understands_the_fake(
    fake: RunningFake, control: Control
) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    async with Bot(TOKEN, session=session) as bot:
        asked = await control.anna("text", {"text": "вопрос"})
        (update,) = await bot.get_updates(offset=-1)
        sent = await bot.send_message(
            7,
            "ответ",
            entities=[MessageEntity(type="bold", offset=0, length=2)],
            reply_parameters=ReplyParameters(message_id=asked["message_id"]),
        )
        with pytest.raises(TelegramBadRequest, match="text is empty"):
            await bot.send_message(7, " ")

    assert update.message is not None
    assert update.message.text == "вопрос"
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "вопрос"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"text": "b", "colour": "red"}, 'unknown parameter "colour"'),
        ({"text": "b", "chat_id": 8}, "chat not found"),
        ({"text": "b", "message_id": 1}, "message to edit not found"),
        ({"text": "b", "message_id": None}, "identifier is not specified"),
        ({"text": " "}, "text is empty"),
        ({"text": "a" * 4097}, "too long"),
        ({"text": "b", "parse_mode": "HTML"}, "parse_mode"),
        ({"text": "b", "inline_message_id": "1"}, "MESSAGE_ID_INVALID"),
        ({"text": "b", "reply_markup": {"inline_keyboard": []}}, "reply_markup"),
        ({"text": "b", "business_connection_id": "x"}, "business connection"),
        ({"text": "a"}, "message is not modified"),
        ({}, "text"),
    ],
)
async def test_an_edit_that_is_wrong_is_refused(
    http: httpx.AsyncClient, fields: dict[str, Any], why: str
) -> None:
    sent = (await call(http, "sendMessage", chat_id=7, text="a")).json()["result"]
    place = {"chat_id": 7, "message_id": sent["message_id"]}

    status, words = await refusal(http, "editMessageText", **{**place, **fields})

    assert status == 400
    assert why in words


async def test_a_bot_edits_its_own_words_alone_and_deletes_within_two_days(
    http: httpx.AsyncClient, control: Control
) -> None:
    theirs = (await control.anna("text", {"text": "раз"}))["message_id"]
    sticker = (await control.anna("sticker"))["message_id"]
    place = {"chat_id": 7, "message_id": theirs}

    assert "can't be edited" in (await refusal(http, "editMessageText", text="b", **place))[1]
    await control.anna("age", {"message_id": theirs, "seconds": 48 * 3600})
    assert "for everyone" in (await refusal(http, "deleteMessage", **place))[1]
    deletion = {"chat_id": 7, "message_id": sticker}
    assert (await call(http, "deleteMessage", **deletion)).json()["result"] is True
    assert "delete not found" in (await refusal(http, "deleteMessage", **deletion))[1]
    assert "colour" in (await refusal(http, "deleteMessage", colour=1, **deletion))[1]
