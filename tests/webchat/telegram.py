"""The simulated Telegram beside the house, and one of its subscribers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import httpx

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import connect_account
from halfminute.identity.principals import SYSTEM
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import run_fake
from tests.webchat.conftest import House

_TOKEN: Final = "123456:FAKE-token_of_the_tests"
_BOT: Final = "/control/bots/123456"


class Telegram:
    """One bot, connected to the house, and whoever writes to it."""

    def __init__(self, house: House, http: httpx.AsyncClient, account_id: UUID) -> None:
        self.house = house
        self.http = http
        self.account_id = account_id

    async def enter(self, name: str) -> int:
        """A new subscriber in the chat with the bot."""
        answer = await self.http.post("/control/subscribers", json={"first_name": name})
        answer.raise_for_status()
        subscriber: int = answer.json()["id"]
        await self.act(subscriber, "open")
        return subscriber

    async def act(self, subscriber: int, deed: str, **body: Any) -> None:
        answer = await self.http.post(f"{_BOT}/chats/{subscriber}/{deed}", json=body)
        answer.raise_for_status()

    async def press(self, subscriber: int, url: str) -> None:
        """Press the link, and wait until the house has heard of it."""
        [before] = await self.house.rows("select count(*) from contact_link_presses")
        await self.act(subscriber, "link", url=url)
        await self.house.wait_for(
            "select 1 from contact_link_presses having count(*) > $1", before["count"]
        )

    async def received(self, subscriber: int) -> list[str]:
        """What the bot wrote in the chat."""
        answer = await self.http.get(f"{_BOT}/chats/{subscriber}/messages")
        return [item["text"] for item in answer.json()["items"]]


@asynccontextmanager
async def open_telegram(house: House) -> AsyncIterator[Telegram]:
    """A Telegram with one bot, whose messages come to the house."""
    options = Options(tokens=(_TOKEN,), limits=LimitOptions(is_enforced=False))
    async with run_fake(options) as fake, httpx.AsyncClient(base_url=fake.url) as http:
        form = {"token": _TOKEN, "webhook_secret": "s" * 16, "api_base_url": fake.url}
        new = NewAccount(kind="telegram", form=form, queue_id=house.queue_id)
        account = await add_account(house.parts.accounts, SYSTEM, new)
        await connect_account(house.parts.accounts, SYSTEM, account.id)
        yield Telegram(house, http, account.id)
