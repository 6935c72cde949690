"""The client against the fake: what is sent arrives, and every failure means the right thing."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from halfminute.plugins.telegram.client import TelegramClient
from halfminute.sdk.channel import AccountIdentity
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import Entity
from tests.plugins.telegram.conftest import TOKEN, Control, outgoing

Open = Callable[..., TelegramClient]


async def failure_of(client: TelegramClient, text: str = "hi", **fields: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await client.send(outgoing(text, **fields))
    return caught.value


async def test_check_tells_who_the_bot_is(client: TelegramClient) -> None:
    assert await client.check() == AccountIdentity(
        name="Halfminute", username="halfminute_1_bot", external_id="123456"
    )


async def test_a_wrong_token_is_final(open_client: Open) -> None:
    with pytest.raises(ProviderError, match="refuses the token") as caught:
        await open_client(token="123456:another").check()

    assert not caught.value.is_retryable


async def test_a_text_arrives_as_written_whatever_it_looks_like(
    client: TelegramClient, control: Control
) -> None:
    sent = await client.send(outgoing("<b>*Вас _слушаю_* & 5 < 6"))

    (received,) = await control.received()
    assert received["text"] == "<b>*Вас _слушаю_* & 5 < 6"
    assert str(received["message_id"]) == sent.external_id


async def test_entities_arrive_in_telegrams_units(client: TelegramClient, control: Control) -> None:
    entities = (
        Entity(type="bold", offset=2, length=6),
        Entity(type="text_link", offset=9, length=2, url="https://example.org"),
        Entity(type="url", offset=9, length=2),
    )

    await client.send(outgoing("👍 Привіт 👍!", entities=entities))

    (received,) = await control.received()
    assert received["entities"] == [
        {"type": "bold", "offset": 3, "length": 6},
        {"type": "text_link", "offset": 10, "length": 3, "url": "https://example.org"},
    ]


async def test_what_telegram_does_not_nest_is_sent_without_the_inner(
    client: TelegramClient, control: Control
) -> None:
    entities = (
        Entity(type="blockquote", offset=0, length=10),
        Entity(type="code", offset=0, length=6),
        Entity(type="bold", offset=0, length=3),
        Entity(type="blockquote", offset=7, length=2),
    )

    await client.send(outgoing("набери *100#", entities=entities))

    (received,) = await control.received()
    assert [each["type"] for each in received["entities"]] == ["blockquote", "code"]


async def test_a_reply_points_to_the_customers_message(
    client: TelegramClient, control: Control
) -> None:
    asked = await control.anna("text", {"text": "Сколько?"})

    await client.send(outgoing("300", reply_to=str(asked["message_id"])))

    (received,) = await control.received()
    assert received["reply_to_message_id"] == asked["message_id"]


async def test_a_reply_to_a_message_that_is_gone_is_sent_without_it(
    client: TelegramClient, control: Control
) -> None:
    await client.send(outgoing("300", reply_to="999"))
    await client.send(outgoing("400", reply_to="ephemeral:9"))

    assert [each["reply_to_message_id"] for each in await control.received()] == [None, None]


async def test_4096_units_pass_and_one_more_is_refused_before_the_call(
    client: TelegramClient, control: Control
) -> None:
    await client.send(outgoing("👍" * 2048))

    failure = await failure_of(client, "👍" * 2048 + "a")

    assert not failure.is_retryable
    assert len(await control.received()) == 1


@pytest.mark.parametrize("text", ["", " \n\t"])
async def test_nothing_is_not_sent(client: TelegramClient, text: str) -> None:
    assert not (await failure_of(client, text)).is_retryable


async def test_a_blocked_bot_is_final_and_the_address_unreachable(
    client: TelegramClient, control: Control
) -> None:
    await control.anna("block")

    failure = await failure_of(client)

    assert (failure.is_retryable, failure.is_address_unreachable) == (False, True)
    assert failure.reason == "Forbidden: bot was blocked by the user"


async def test_a_deleted_account_is_final_and_the_address_unreachable(
    client: TelegramClient, control: Control, http: Any
) -> None:
    await http.post("/control/subscribers/7/deactivate")

    failure = await failure_of(client)

    assert (failure.is_retryable, failure.is_address_unreachable) == (False, True)


async def test_a_person_who_never_wrote_cannot_be_written_to(
    client: TelegramClient, http: Any
) -> None:
    await http.post("/control/subscribers", json={"id": 9, "first_name": "Олег"})

    failure = await failure_of(client, to="9")

    assert (failure.is_retryable, failure.is_address_unreachable) == (False, True)


@pytest.mark.parametrize(
    ("status", "words", "refusal"),
    [
        (403, "Forbidden: bot was blocked by the user", "blocked"),
        (403, "Forbidden: user is deactivated", "user_deactivated"),
        (403, "Forbidden: bot can't initiate conversation with a user", "never_wrote"),
        (403, "Forbidden: bot was kicked from the supergroup chat", "no_rights"),
        (400, "Bad Request: have no rights to send a message", "no_rights"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "no_rights"),
        (400, "Bad Request: chat not found", "chat_not_found"),
        (400, "Bad Request: message is too long", "too_long"),
        (400, "Bad Request: message text is empty", "empty"),
        (400, "Bad Request: wrong file identifier/HTTP URL specified", "media_refused"),
        (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", "media_refused"),
        (400, "Bad Request: IMAGE_PROCESS_FAILED", "media_refused"),
        (400, "Bad Request: failed to get HTTP URL content", "media_refused"),
        (400, "Bad Request: file is too big", "file_too_large"),
        (413, "Request Entity Too Large", "file_too_large"),
        (401, "Unauthorized", "account_refused"),
        (500, "Internal Server Error", "unavailable"),
        (400, "Bad Request: something that nobody has heard of", ""),
    ],
)
async def test_the_refusals_we_know_have_a_code_and_keep_their_words(
    client: TelegramClient, control: Control, status: int, words: str, refusal: str
) -> None:
    await control.post("faults", {"kind": "fail_sends", "status": status, "description": words})

    failure = await failure_of(client)

    assert failure.refusal == refusal
    assert words.rpartition(": ")[2] in failure.reason


async def test_what_we_refuse_before_the_call_has_a_code_too(client: TelegramClient) -> None:
    assert (await failure_of(client, "a" * 4097)).refusal == "too_long"
    assert (await failure_of(client, " ")).refusal == "empty"
    assert (await failure_of(client, to="not-a-number")).refusal == "chat_not_found"


async def test_a_server_that_is_not_there_is_told_by_a_code(open_client: Open) -> None:
    async with closed_port() as port:
        failure = await failure_of(open_client(f"http://127.0.0.1:{port}"))

    assert failure.refusal == "unavailable"


@pytest.mark.parametrize("to", ["404", "not-a-number"])
async def test_a_chat_that_is_not_there_is_final(client: TelegramClient, to: str) -> None:
    failure = await failure_of(client, to=to)

    assert (failure.is_retryable, failure.is_ambiguous) == (False, False)


async def test_too_fast_is_told_with_the_wait(client: TelegramClient, control: Control) -> None:
    await control.post(
        "faults",
        {"kind": "fail_sends", "status": 429, "description": "Too Many", "retry_after": 17},
    )

    failure = await failure_of(client)

    assert (failure.is_retryable, failure.retry_after_seconds) == (True, 17)
    assert failure.refusal == "rate_limited"


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_telegrams_own_trouble_may_be_tried_again(
    client: TelegramClient, control: Control, status: int
) -> None:
    await control.post("faults", {"kind": "fail_sends", "status": status})

    failure = await failure_of(client)

    assert (failure.is_retryable, failure.is_ambiguous) == (True, False)


@pytest.mark.parametrize(
    ("status", "is_retryable", "is_ambiguous"),
    [(503, True, False), (502, False, True), (504, False, True), (200, False, True)],
)
async def test_an_answer_of_something_in_between(
    client: TelegramClient, control: Control, status: int, *, is_retryable: bool, is_ambiguous: bool
) -> None:
    fault = {"kind": "fail_sends", "status": status, "body": "<html>Bad Gateway</html>"}
    await control.post("faults", fault)

    failure = await failure_of(client)

    assert (failure.is_retryable, failure.is_ambiguous) == (is_retryable, is_ambiguous)


@pytest.mark.parametrize("is_carried_out", [True, False])
async def test_a_call_cut_short_is_ambiguous_for_nobody_can_know(
    client: TelegramClient, control: Control, *, is_carried_out: bool
) -> None:
    await control.post("faults", {"kind": "cut_sends", "is_carried_out": is_carried_out})

    failure = await failure_of(client)

    assert (failure.is_retryable, failure.is_ambiguous) == (False, True)
    assert len(await control.received()) == int(is_carried_out)


async def test_an_answer_too_late_is_ambiguous(
    client: TelegramClient, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.check()
    monkeypatch.setattr("halfminute.plugins.telegram.session.CALL_SECONDS", 0.2)
    await control.post("faults", {"kind": "delay_sends", "seconds": 2})

    failure = await failure_of(client)

    assert (failure.is_retryable, failure.is_ambiguous) == (False, True)
    assert len(await control.received()) == 1


async def test_a_server_that_is_not_there_may_be_tried_again(open_client: Open) -> None:
    async with closed_port() as port:
        failure = await failure_of(open_client(f"http://127.0.0.1:{port}"))

    assert (failure.is_retryable, failure.is_ambiguous) == (True, False)


async def test_a_name_that_does_not_resolve_may_be_tried_again(open_client: Open) -> None:
    failure = await failure_of(open_client("http://telegram.invalid"))

    assert (failure.is_retryable, failure.is_ambiguous) == (True, False)


async def test_a_chat_that_moved_is_followed_once(client: TelegramClient, control: Control) -> None:
    await control.post(
        "faults",
        {
            "kind": "fail_sends",
            "status": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "migrate_to_chat_id": 7,
        },
    )

    sent = await client.send(outgoing("hi"))

    (received,) = await control.received()
    assert str(received["message_id"]) == sent.external_id


async def test_the_token_is_in_no_error_log_or_repr(
    open_client: Open, control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with closed_port() as port:
        clients = [open_client(), open_client(f"http://127.0.0.1:{port}"), open_client(token=TOKEN)]
        await control.post("faults", {"kind": "cut_sends"})
        words = [f"Unauthorized for bot{TOKEN}", TOKEN]
        for word in words:
            await control.post("faults", {"kind": "fail_sends", "status": 400, "description": word})
        told = [repr(each) for each in clients]
        for each in (clients[0], clients[0], clients[0], clients[1]):
            failure = await failure_of(each)
            told.append(everything_in(failure))

    secret = TOKEN.partition(":")[2]
    assert not [text for text in [*told, caplog.text] if secret in text]


def everything_in(error: BaseException) -> str:
    """The error with all that hangs on it, hidden contexts and the frames' locals included."""
    pieces = ["".join(traceback.format_exception(error)), repr(vars(error))]
    seen: BaseException | None = error
    while seen is not None:
        pieces.append(repr(seen))
        seen = seen.__cause__ or seen.__context__
    return "\n".join(pieces)


@asynccontextmanager
async def closed_port() -> AsyncIterator[int]:
    """A port on which nobody listens any more."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    yield port
