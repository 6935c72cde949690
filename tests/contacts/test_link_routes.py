"""From the site to a chat, and back: the whole way over HTTP, with a Telegram that is strict."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import connect_account
from halfminute.identity.actions import create_api_token, revoke_api_token
from halfminute.identity.principals import SYSTEM
from halfminute.main.parts import Parts
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import run_fake
from tests.web_role import serve_role

TOKEN = "123456:FAKE-token_of_the_tests"
OPTIONS = Options(
    tokens=(TOKEN,), limits=LimitOptions(is_enforced=False), webhook_retry_seconds=0.02
)
ANNA = {"id": 7, "first_name": "Анна", "username": "anna", "language_code": "kk"}


@dataclass
class Town:
    """The desk, the operator's site, and Anna at Telegram."""

    parts: Parts
    site: httpx.AsyncClient
    telegram: httpx.AsyncClient
    path: str

    async def ask_for_link(self, **body: Any) -> httpx.Response:
        return await self.site.post(self.path, json={"subject": "customer-7", **body})

    async def press(self, url: str) -> None:
        answer = await self.telegram.post("/control/bots/123456/chats/7/link", json={"url": url})
        answer.raise_for_status()

    async def until_messages(self, count: int) -> list[Any]:
        async with asyncio.timeout(60), self.parts.database.connection() as connection:
            while True:
                rows = await connection.fetch("select * from messages order by id")
                if len(rows) >= count:
                    return list(rows)
                await asyncio.sleep(0.02)


@pytest.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with run_fake(OPTIONS) as fake, serve_role(database_url, tmp_path) as parts:
        form = {"token": TOKEN, "api_base_url": fake.url}
        account = await add_account(parts.accounts, SYSTEM, NewAccount(kind="telegram", form=form))
        await connect_account(parts.accounts, SYSTEM, account.id)
        token = await create_api_token(
            parts.log, SYSTEM, name="site", permissions=["contact_link.create"]
        )
        base_url = f"http://127.0.0.1:{parts.settings.port}"
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30) as site,
            httpx.AsyncClient(base_url=fake.url, timeout=30) as telegram,
        ):
            (await telegram.post("/control/subscribers", json=ANNA)).raise_for_status()
            yield Town(parts, site, telegram, f"/api/channel-accounts/{account.id}/contact-links")


async def test_a_customer_of_the_site_is_known_in_the_chat(town: Town) -> None:
    asked = await town.ask_for_link(
        name="Анна Каренина", language="ru", return_data={"page": "/tariffs"}
    )
    assert asked.status_code == 201, asked.text
    link = asked.json()
    assert set(link) == {"id", "url", "expires_at"}
    head, _, token = link["url"].partition("?start=")
    assert head == "https://t.me/halfminute_1_bot"
    assert "customer" not in token

    await town.press(link["url"])
    [message] = await town.until_messages(1)
    await town.press(link["url"])
    rows = await town.until_messages(2)

    assert [row["parts"][0] for row in rows] == [{"type": "start", "payload": "struck-out"}] * 2
    state = (await town.site.get(f"{town.path}/{link['id']}")).json()
    assert (state["state"], state["return_data"]) == ("proven", {"page": "/tariffs"})
    assert state["contact_id"] == str(message["author_id"])
    async with town.parts.database.connection() as connection:
        contact = await connection.fetchrow("select * from contacts")
        address = await connection.fetchrow("select * from addresses")
        raw = await connection.fetch("select body from raw_payloads")
    assert contact is not None
    assert address is not None
    assert (contact["name"], contact["language"]) == ("Анна Каренина", "ru")
    assert (address["proof"], address["external_id"]) == ("signed", "7")
    assert len(raw) == 2
    assert not any(token.encode() in row["body"] for row in raw)


async def test_only_the_holder_of_a_token_gets_links(town: Town) -> None:
    right = town.site.headers["Authorization"]
    for wrong in ("", "Bearer", "Bearer hm_wrong", "Basic aG1fd3Jvbmc=", f"{right}x"):
        answer = await town.site.post(
            town.path, json={"subject": "a"}, headers={"Authorization": wrong}
        )
        assert answer.status_code in (401, 403), wrong

    await revoke_api_token(town.parts.log, SYSTEM, "site")

    async with asyncio.timeout(60):
        while (await town.ask_for_link()).status_code != 401:  # noqa: ASYNC110 - another's cache
            await asyncio.sleep(0.1)


async def test_a_token_opens_nothing_else(town: Town) -> None:
    for method, path in (
        ("GET", "/api/desk"),
        ("GET", "/api/session"),
        ("GET", "/api/channel-accounts"),
        ("PUT", "/api/session/language"),
        ("GET", f"/api/contacts/{town.path.split('/')[3]}"),
    ):
        answer = await town.site.request(method, path, json={"language": "ru"})
        assert answer.status_code in (403, 404), (method, path, answer.status_code)


async def test_a_page_cannot_use_it_in_a_browser(town: Town) -> None:
    answer = await town.site.post(
        town.path, json={"subject": "a"}, headers={"Origin": "https://evil.example"}
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize(
    "body",
    [
        {"subject": ""},
        {"subject": "a" * 201},
        {"subject": "a\0b"},
        {"subject": 7},
        {"subject": "a", "phone": "+380"},
        {"subject": "a", "name": ""},
        {"subject": "a", "language": "<b>"},
        {"subject": "a", "return_data": [1]},
        {"subject": "a", "return_data": {"x": {"y": "z"}}},
        {"subject": "a", "return_data": {"x": "a\0b"}},
        {"subject": "a", "return_data": {"a\0b": "x"}},
        {"subject": "a", "name": "a\0b"},
        {"subject": "a", "return_data": {"x": "y" * 5000}},
        {},
    ],
)
async def test_what_is_no_request_for_a_link_is_refused(town: Town, body: dict[str, Any]) -> None:
    answer = await town.site.post(town.path, json=body)

    assert answer.status_code == 400
    async with town.parts.database.connection() as connection:
        assert await connection.fetchval("select count(*) from contact_links") == 0


async def test_a_link_of_another_is_not_told(town: Town) -> None:
    link = (await town.ask_for_link()).json()
    other = await create_api_token(
        town.parts.log, SYSTEM, name="other", permissions=["contact_link.create"]
    )

    answer = await town.site.get(
        f"{town.path}/{link['id']}", headers={"Authorization": f"Bearer {other}"}
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "contact_link_not_found")


async def test_the_fake_opens_its_own_links_alone(town: Town) -> None:
    for url in (
        "https://t.me/another_bot?start=abc",
        "https://evil.example/halfminute_1_bot?start=abc",
        "https://t.me/halfminute_1_bot?start=a.b",
        f"https://t.me/halfminute_1_bot?start={'a' * 65}",
        "https://t.me/halfminute_1_bot",
    ):
        answer = await town.telegram.post("/control/bots/123456/chats/7/link", json={"url": url})
        assert answer.status_code == 400, url
