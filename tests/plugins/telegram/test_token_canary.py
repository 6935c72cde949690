"""The token stands in the address of every call, and in no error, log line or local variable."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import msgspec
import pytest

from halfminute.kit.logging import configure_logging
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.fake.server import RunningFake
from halfminute.sdk.channel import OutgoingDeletion, OutgoingEdit
from halfminute.sdk.errors import FileMissing, ProviderError, Unavailable
from halfminute.sdk.model import TextPart
from tests.plugins.telegram.conftest import ANNA_ID, BOT_ID, TOKEN, Control, outgoing
from tests.plugins.telegram.test_client import closed_port
from tests.plugins.telegram.test_client_media import a_file, a_part, a_sticker, message

SECRET = TOKEN.partition(":")[2]
Call = Callable[[TelegramClient], Awaitable[Any]]


async def _fetch(client: TelegramClient) -> None:
    async for _piece in client.fetch_file({"file_id": f"photo{BOT_ID}_1"}):
        pass


def _album() -> Any:
    return message((a_part(), a_file()), (a_part(), a_file()))


def _known() -> Any:
    return message((a_part(), a_file(reference={"type": "photo", "file_id": "photo1"})))


PLACE: Any = {"address_external_id": str(ANNA_ID), "external_id": "1"}
CALLS: dict[str, Call] = {
    "words": lambda client: client.send(outgoing("hi")),
    "an upload": lambda client: client.send(message((a_part(), a_file()))),
    "an album": lambda client: client.send(_album()),
    "a sticker": lambda client: client.send(message((a_sticker(), a_file(b"RIFF")))),
    "an edit": lambda client: client.edit(OutgoingEdit(parts=(TextPart(text="x"),), **PLACE)),
    "a caption": lambda client: client.edit(OutgoingEdit(parts=(a_part(caption="x"),), **PLACE)),
    "a deletion": lambda client: client.delete(OutgoingDeletion(**PLACE)),
    "a download": _fetch,
    "who am I": lambda client: client.check(),
    "updates": lambda client: client.poll(0, 0),
    "a webhook": lambda client: client.set_webhook("https://desk.example/x"),
}
SENDS = ("words", "an upload", "an album", "a sticker")
WORDS = f"No bot{TOKEN} here, {TOKEN}"
FAULTS: dict[str, dict[str, Any]] = {
    **{
        str(status): {"kind": "fail_sends", "status": status, "description": WORDS}
        for status in (400, 401, 403, 404, 409, 413, 500, 502)
    },
    "429": {"kind": "fail_sends", "status": 429, "description": WORDS, "retry_after": 3},
    "a page": {"kind": "fail_sends", "status": 502, "description": "", "body": f"<p>{WORDS}</p>"},
    "a lie": {"kind": "fail_sends", "status": 200, "description": "", "body": f'{{"{TOKEN}": 1}}'},
    "cut after": {"kind": "cut_sends", "is_carried_out": True},
    "cut before": {"kind": "cut_sends", "is_carried_out": False},
}


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """All that was said, for the end of the test: no canary may be among it."""
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    yield said
    said.append(caplog.text)
    assert not [text for text in said if SECRET in text]


async def _failure_of(call: Call, client: TelegramClient, told: list[str]) -> None:
    try:
        await call(client)
    except ProviderError as error:
        told.append(_everything_in(error))
    else:
        raise AssertionError("it did not fail")


def _everything_in(error: BaseException) -> str:
    """The error, what hangs on it, hidden contexts, and the locals of every frame."""
    pieces = [repr(vars(error))]
    seen: BaseException | None = error
    while seen is not None:
        told = traceback.TracebackException.from_exception(seen, capture_locals=True)
        pieces += [repr(seen), *told.format(chain=False)]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(pieces)


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_refusal_tells_it(
    client: TelegramClient, control: Control, told: list[str], fault: str
) -> None:
    for name in SENDS:
        await control.post("faults", FAULTS[fault])
        await _failure_of(CALLS[name], client, told)


async def test_nobody_listening_tells_it(
    open_client: Callable[..., TelegramClient], told: list[str]
) -> None:
    async with closed_port() as port:
        client = open_client(f"http://127.0.0.1:{port}")
        for call in CALLS.values():
            await _failure_of(call, client, told)


async def test_a_wrong_token_tells_neither(
    open_client: Callable[..., TelegramClient], told: list[str]
) -> None:
    client = open_client(token=f"123457:{SECRET}")
    for call in CALLS.values():
        await _failure_of(call, client, told)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbot", b"junk"]
)
async def test_a_server_of_something_else_tells_it(
    open_client: Callable[..., TelegramClient], told: list[str], answer: bytes
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        client = open_client(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        for call in CALLS.values():
            await _failure_of(call, client, told)


@pytest.mark.parametrize("fault", [Unavailable("down"), FileMissing()])
async def test_a_file_that_breaks_tells_it(
    client: TelegramClient, control: Control, told: list[str], fault: Exception
) -> None:
    async def call(client: TelegramClient) -> None:
        await client.send(message((a_part("file"), a_file(fault=fault))))

    await _failure_of(call, client, told)


async def test_a_name_that_is_refused_tells_it(
    client: TelegramClient, control: Control, told: list[str]
) -> None:
    await control.post("faults", FAULTS["400"])
    await _failure_of(lambda client: client.send(_known()), client, told)


async def test_a_download_that_is_gone_tells_it(
    client: TelegramClient, control: Control, fake: RunningFake, told: list[str]
) -> None:
    await control.anna("photo")
    bot = fake.parts.world.bots[BOT_ID]
    [path] = {file.path for file_id, file in bot.files.items() if file_id.endswith("_1")}
    api = await client._open()
    bot.files.clear()

    async def call(_client: TelegramClient) -> None:
        async for _piece in api.download(path):
            pass

    await _failure_of(call, client, told)


async def test_a_fault_of_our_own_is_logged_without_it(
    client: TelegramClient, control: Control, told: list[str]
) -> None:
    """What breaks is logged with its traceback, by the program's own logging."""

    async def broken() -> AsyncIterator[bytes]:
        raise ZeroDivisionError(f"in https://api.telegram.org/bot{TOKEN}/sendPhoto")
        yield b""

    file = msgspec.structs.replace(a_file(), read=broken)
    await _failure_of(lambda c: c.send(message((a_part("file"), file))), client, told)
    assert await control.received() == []


def test_the_programs_own_logging_strikes_it_out() -> None:
    output = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("json", "debug", stream=output)
    try:
        fault = ZeroDivisionError(WORDS)
        logging.getLogger("halfminute.test").error("broke at %s", WORDS, exc_info=fault)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert "ZeroDivisionError" in output.getvalue()
    assert SECRET not in output.getvalue()
