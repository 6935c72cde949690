"""Whose word on the client's address counts: limits on guessing and the audit hang on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from halfminute.main.parts import Parts
from tests.web_role import find_guesser, guess_password, serve_role

# Every address of 127.0.0.0/8 is this machine, so that a test can be several.
PROXY: Final = "127.0.0.5"
FARM: Final = "127.0.1.0/28"
STRANGER: Final = "127.0.0.9"
CUSTOMER: Final = "203.0.113.7"


@pytest.fixture
async def web(database_url: str, tmp_path: Path) -> AsyncIterator[Parts]:
    async with serve_role(database_url, tmp_path, trusted_proxies=(PROXY, FARM)) as parts:
        yield parts


async def guesser(web: Parts, peer: str, *forwarded: str) -> str:
    """Who is counted when a guess comes from `peer` with these headers X-Forwarded-For."""
    base = f"http://127.0.0.1:{web.settings.port}"
    transport = httpx.AsyncHTTPTransport(local_address=peer)
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        client.headers = httpx.Headers(
            [*client.headers.items(), *(("x-forwarded-for", each) for each in forwarded)]
        )
        assert await guess_password(client, web.settings.base_url) == 401
    return await find_guesser(web)


async def test_a_named_proxy_tells_who_the_client_is(web: Parts) -> None:
    assert await guesser(web, PROXY, CUSTOMER) == CUSTOMER
    assert await guesser(web, "127.0.1.3", "2001:db8::7") == "2001:db8::7"
    assert await guesser(web, PROXY, f"{CUSTOMER}:4711") == CUSTOMER


async def test_a_stranger_tells_nothing(web: Parts) -> None:
    assert await guesser(web, STRANGER, CUSTOMER) == STRANGER
    assert await guesser(web, STRANGER, "127.0.0.1") == STRANGER
    # The loopback is believed only where it is named.
    assert await guesser(web, "127.0.0.1", CUSTOMER) == "127.0.0.1"
    assert await guesser(web, "127.0.1.16", CUSTOMER) == "127.0.1.16"


async def test_what_the_client_said_to_the_proxy_is_not_believed(web: Parts) -> None:
    # A proxy that adds to the list instead of setting it, in one header or in a second one.
    assert await guesser(web, PROXY, f"192.0.2.1, {CUSTOMER}") == CUSTOMER
    assert await guesser(web, PROXY, "192.0.2.1", CUSTOMER) == CUSTOMER
    assert await guesser(web, PROXY, f"192.0.2.1, {CUSTOMER}, 127.0.1.2") == CUSTOMER


@pytest.mark.parametrize("word", ["unknown", "_hidden", "1.2.3", "x" * 4000, "fe80::1%eth0"])
async def test_a_word_that_is_no_address_breaks_nothing(web: Parts, word: str) -> None:
    assert await guesser(web, PROXY, word) == ("fe80::1" if "%" in word else "")


async def test_a_proxy_does_not_use_up_the_guesses_of_its_clients(web: Parts) -> None:
    base = f"http://127.0.0.1:{web.settings.port}"
    transport = httpx.AsyncHTTPTransport(local_address=PROXY)
    statuses = []
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        for number in range(60):
            answer = await client.post(
                "/api/session",
                json={"email": f"{number}@example.org", "password": "guess-guess-guess"},
                headers={
                    "origin": web.settings.base_url,
                    "x-forwarded-for": CUSTOMER if number < 55 else "203.0.113.8",
                },
            )
            statuses.append(answer.status_code)
    assert statuses == [401] * 50 + [429] * 5 + [401] * 5
