"""A real client against a real fake, over HTTP."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest

from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import RunningFake, run_fake
from halfminute.plugins.telegram.session import TelegramSession
from halfminute.sdk.channel import Outgoing
from halfminute.sdk.model import Entity, TextPart
from tests.plugins.telegram.bot_api import faults_of

TOKEN = "123456:FAKE-token_of_the_tests"
BOT_ID = 123456
ANNA_ID = 7
OPTIONS = Options(
    tokens=(TOKEN,), limits=LimitOptions(is_enforced=False), webhook_retry_seconds=0.02
)
# Making one takes longer than most tests.
SSL_CONTEXT = ssl.create_default_context()


class Control:
    """The subscribers' side, over the control interface."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def post(self, path: str, body: object | None = None, bot_id: int = BOT_ID) -> Any:
        """POST to /control/bots/<bot>/<path>; the answer's body."""
        response = await self._http.post(f"/control/bots/{bot_id}/{path}", json=body or {})
        response.raise_for_status()
        return response.json() if response.content else None

    async def get(self, path: str) -> Any:
        """GET of /control/bots/<bot>/<path>."""
        response = await self._http.get(f"/control/bots/{BOT_ID}/{path}")
        response.raise_for_status()
        return response.json()

    async def bot(self) -> Any:
        """The bot, with the faults that are still ordered."""
        response = await self._http.get(f"/control/bots/{BOT_ID}")
        response.raise_for_status()
        return response.json()

    async def anna(self, deed: str, body: object | None = None) -> Any:
        """Anna does something in her chat with the bot."""
        return await self.post(f"chats/{ANNA_ID}/{deed}", body)

    async def received(self) -> list[dict[str, Any]]:
        """What Anna has got from the bot."""
        page = await self.get(f"chats/{ANNA_ID}/messages")
        items: list[dict[str, Any]] = page["items"]
        return items


def outgoing(
    text: str,
    *,
    entities: tuple[Entity, ...] = (),
    to: str = str(ANNA_ID),
    reply_to: str | None = None,
) -> Outgoing:
    """A text of ours to Anna."""
    return Outgoing(
        message_id=UUID(int=1),
        address_external_id=to,
        parts=(TextPart(text=text, entities=entities),),
        reply_to_external_id=reply_to,
    )


@pytest.fixture(autouse=True)
def every_call_is_as_published(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test is about: what our client calls must be in the Bot API's published list."""
    faults: list[str] = []
    prepare = TelegramSession._prepare

    def checked(self: TelegramSession, bot: Any, method: Any, files: dict[str, Any]) -> Any:
        fields = prepare(self, bot, method, files)
        faults.extend(faults_of(method.__api_method__, fields, files))
        return fields

    monkeypatch.setattr(TelegramSession, "_prepare", checked)
    yield
    assert faults == []


@pytest.fixture
async def fake() -> AsyncIterator[RunningFake]:
    """A fake without limits of pace, with one bot."""
    async with run_fake(OPTIONS) as running:
        yield running


@asynccontextmanager
async def open_http(fake: RunningFake) -> AsyncIterator[httpx.AsyncClient]:
    """Plain HTTP to a fake."""
    async with httpx.AsyncClient(base_url=fake.url, timeout=10, verify=SSL_CONTEXT) as client:
        yield client


async def enter_anna(http: httpx.AsyncClient) -> Control:
    """Anna exists and has pressed Start."""
    anna = {"id": ANNA_ID, "first_name": "Анна", "username": "anna", "language_code": "kk"}
    (await http.post("/control/subscribers", json=anna)).raise_for_status()
    control = Control(http)
    await control.anna("open")
    return control


@pytest.fixture
async def http(fake: RunningFake) -> AsyncIterator[httpx.AsyncClient]:
    """Plain HTTP to the fake."""
    async with open_http(fake) as client:
        yield client


@pytest.fixture
async def control(http: httpx.AsyncClient) -> Control:
    """The subscribers' side, with Anna in her chat."""
    return await enter_anna(http)


@pytest.fixture
async def open_client(fake: RunningFake) -> AsyncIterator[Callable[..., TelegramClient]]:
    """Makes clients of the fake's bot; they are closed at the end."""
    opened: list[TelegramClient] = []

    def make(base_url: str = fake.url, token: str = TOKEN) -> TelegramClient:
        settings = {"api_base_url": base_url, "username": ""}
        client = TelegramChannel().open_client(settings, {"token": token, "webhook_secret": "s3"})
        assert isinstance(client, TelegramClient)
        opened.append(client)
        return client

    yield make
    for client in opened:
        await client.close()


@pytest.fixture
def client(open_client: Callable[..., TelegramClient]) -> TelegramClient:
    """A client of the fake's bot."""
    return open_client()
