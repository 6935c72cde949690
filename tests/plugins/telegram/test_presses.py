"""Buttons at the fake: as strict as the documentation, and answered by the client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import run_fake
from halfminute.plugins.telegram.presses import QUERY_ID
from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.channel import InboundAcknowledgement, InboundMessage
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import TextPart
from tests.plugins.telegram.conftest import TOKEN, Control, enter_anna, open_http

YES = {"text": "Да", "callback_data": "yes"}


async def call(http: httpx.AsyncClient, method: str, **fields: Any) -> Any:
    response = await http.post(f"/bot{TOKEN}/{method}", json=fields)
    return response.json()


async def ask(http: httpx.AsyncClient, *buttons: dict[str, Any]) -> Any:
    """The bot asks Anna, with buttons; the whole answer."""
    markup = {"inline_keyboard": [list(buttons)]}
    return await call(http, "sendMessage", chat_id=7, text="Помогло?", reply_markup=markup)


async def press(http: httpx.AsyncClient, control: Control) -> str:
    """Anna presses Yes; the query's id, as the bot is told it."""
    asked = (await ask(http, YES))["result"]["message_id"]
    pressed = await control.anna("press", {"message_id": asked, "data": "yes"})
    updates = (await call(http, "getUpdates", offset=pressed["update_id"]))["result"]
    query_id: str = updates[0]["callback_query"]["id"]
    return query_id


async def is_turning(control: Control) -> bool:
    [pressed] = await control.get("presses")
    turning: bool = pressed["is_turning"]
    return turning


async def test_a_press_is_brought_with_its_message_and_means_its_words(
    http: httpx.AsyncClient, control: Control, client: TelegramClient
) -> None:
    asked = (await ask(http, YES, {"text": "Сайт", "url": "https://example.org"}))["result"]
    await control.anna("press", {"message_id": asked["message_id"], "data": "yes"})

    [raw], _ = await client.poll(0, wait_seconds=1)

    told = msgspec.json.decode(raw)["callback_query"]
    assert told["message"]["reply_markup"] == asked["reply_markup"]
    owed, said = translate(raw)
    assert isinstance(owed, InboundAcknowledgement)
    assert isinstance(said, InboundMessage)
    assert said.parts == (TextPart(text="Да"),)
    assert said.reply_to_external_id == str(asked["message_id"])


async def test_the_client_ends_the_turning_and_may_do_so_again(
    http: httpx.AsyncClient, control: Control, client: TelegramClient
) -> None:
    query_id = await press(http, control)
    assert await is_turning(control)

    await client.acknowledge({QUERY_ID: query_id})
    assert not await is_turning(control)

    # As after a process died between the call and its own note of it.
    await client.acknowledge({QUERY_ID: query_id})


async def test_an_answer_that_comes_too_late_is_refused_and_no_error() -> None:
    limits = LimitOptions(is_enforced=False, press_seconds=0)
    async with run_fake(Options(tokens=(TOKEN,), limits=limits)) as fake, open_http(fake) as http:
        control = await enter_anna(http)
        query_id = await press(http, control)
        settings = {"api_base_url": fake.url, "username": ""}
        client = TelegramClient(settings, {"token": TOKEN, "webhook_secret": ""})
        try:
            await client.acknowledge({QUERY_ID: query_id})
        finally:
            await client.close()

        assert await is_turning(control)
        refused = await call(http, "answerCallbackQuery", callback_query_id=query_id)
        assert (refused["ok"], refused["error_code"]) == (False, 400)


async def test_a_refused_token_is_an_error(open_client: Callable[..., TelegramClient]) -> None:
    with pytest.raises(ProviderError) as caught:
        await open_client(token="123456:other").acknowledge({QUERY_ID: "1"})

    assert not caught.value.is_retryable


async def test_an_answer_is_taken_once_and_only_of_what_was_pressed(
    http: httpx.AsyncClient, control: Control
) -> None:
    query_id = await press(http, control)

    answers = [
        await call(http, "answerCallbackQuery", callback_query_id=each, text="Спасибо")
        for each in (query_id, query_id, "1")
    ]

    assert [each["ok"] for each in answers] == [True, False, False]
    assert all("query is too old" in each["description"] for each in answers[1:])
    [pressed] = await control.get("presses")
    assert pressed["answer_text"] == "Спасибо"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "callback_query_id"),
        ({"callback_query_id": 5}, "callback_query_id"),
        ({"callback_query_id": "1", "text": "a" * 201}, "MESSAGE_TOO_LONG"),
        ({"callback_query_id": "1", "colour": "red"}, 'unknown parameter "colour"'),
    ],
)
async def test_a_faulty_answer_is_a_bad_request(
    http: httpx.AsyncClient, fields: dict[str, Any], why: str
) -> None:
    refused = await call(http, "answerCallbackQuery", **fields)

    assert refused["error_code"] == 400
    assert why in refused["description"]


@pytest.mark.parametrize(
    ("button", "why"),
    [
        ({"text": "Да"}, "unallowed"),
        ({"text": "Да", "callback_data": "a", "url": "https://example.org"}, "unallowed"),
        ({"text": "", "callback_data": "a"}, "empty"),
        ({"text": "Да", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "Да", "callback_data": "я" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "Да", "colour": "red"}, "colour"),
    ],
)
async def test_a_faulty_button_is_a_bad_request(
    http: httpx.AsyncClient, control: Control, button: dict[str, Any], why: str
) -> None:
    refused = await ask(http, button)

    assert refused["error_code"] == 400
    assert why in refused["description"]


async def test_only_a_button_that_is_there_can_be_pressed(
    http: httpx.AsyncClient, control: Control
) -> None:
    asked = (await ask(http, YES))["result"]["message_id"]

    with pytest.raises(httpx.HTTPStatusError):
        await control.anna("press", {"message_id": asked, "data": "no"})
