"""A visitor comes back without asking for a ticket: by one that the last socket was told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import websockets

from halfminute.identity.tokens import COME_BACK_SECONDS
from halfminute.kit.errors import TooManyRequests
from tests.webchat.conftest import Browser, House
from tests.webchat.site import open_site, sign_in

Event = Callable[[House, Browser], Awaitable[object]]


async def listen(house: House, ticket: str) -> Any:
    """Open a socket by it and hang up; what the welcome said."""
    async with house.connect(ticket) as socket:
        return await socket.hear("welcome")


async def come_back_ticket(house: House, visitor: Browser) -> str:
    welcome = await listen(house, (await visitor.ticket())["ticket"])
    return str(welcome["ticket"])


async def chat(house: House) -> Browser:
    """A visitor who has said something."""
    visitor = await house.begin()
    await visitor.say("Hello")
    return visitor


async def assert_refused(house: House, ticket: str, code: int = 4401, **how: Any) -> None:
    async with house.connect(ticket, **how) as socket:
        assert await socket.close_code() == code


async def test_what_was_missed_comes_to_who_comes_back_by_the_ticket_of_the_welcome(
    house: House,
) -> None:
    visitor = await house.begin()
    said = await visitor.say("Hello")
    conversation_id = said["message"]["conversation_id"]
    await house.give(conversation_id)
    given = await visitor.ticket()
    ticket = (await listen(house, given["ticket"]))["ticket"]
    await house.answer(conversation_id, "Good day")

    async with house.connect(ticket) as socket:
        next_ticket = (await socket.hear("welcome"))["ticket"]
        await socket.say(type="subscribe", stream=given["stream"], after=said["stream_seq"])
        queued = await socket.hear("ReplyQueued")
        await socket.hear("subscribed")

    assert queued["data"]["message"]["parts"][0]["text"] == "Good day"
    assert (await listen(house, next_ticket))["ticket"] not in (ticket, next_ticket)


async def test_it_opens_one_socket(house: House) -> None:
    ticket = await come_back_ticket(house, await chat(house))
    await listen(house, ticket)

    await assert_refused(house, ticket)


async def test_of_many_tabs_that_show_it_at_once_one_is_let_in(house: House) -> None:
    ticket = await come_back_ticket(house, await chat(house))

    async def show() -> int | None:
        async with house.connect(ticket) as socket:
            try:
                await socket.hear("welcome")
            except websockets.ConnectionClosed:
                return await socket.close_code()
            return None

    codes = await asyncio.gather(*(show() for _ in range(8)))

    assert codes.count(None) == 1
    assert codes.count(4401) == 7


async def test_it_follows_the_holders_conversation_and_no_other(house: House) -> None:
    visitor, other = await chat(house), await chat(house)
    ticket = await come_back_ticket(house, visitor)
    stream = (await other.ticket())["stream"]

    async with house.connect(ticket) as socket:
        await socket.say(type="subscribe", stream=stream, after=0)
        assert (await socket.hear("refused"))["stream"] == stream


async def test_it_is_good_for_the_pages_of_the_origin_that_it_was_told_to(house: House) -> None:
    ticket = await come_back_ticket(house, await chat(house))
    port = house.parts.settings.port

    # Of ours too: a fetched ticket would open a socket there.
    await assert_refused(house, ticket, origin=f"http://localhost:{port}")
    await assert_refused(house, ticket, origin="https://evil.example", code=4403)

    assert await listen(house, ticket)


async def end_visit(_house: House, visitor: Browser) -> None:
    assert (await visitor.ask("DELETE", "/visit")).status_code == 204


async def sign_in_at_site(house: House, visitor: Browser) -> None:
    site = await open_site(house)
    await sign_in(visitor, site.token())


async def switch_widget_off(house: House, _visitor: Browser) -> None:
    await house.switch_off()


async def begin_another_conversation(house: House, visitor: Browser) -> None:
    await house.execute("update conversations set state = 'closed'")
    # Longer ago than one is taken up again.
    await house.execute("update conversations set closed_at = now() - interval '9 days'")
    await visitor.say("One more thing")


async def take_token_out_of_use(house: House, visitor: Browser) -> None:
    await rotate(house, visitor)
    await house.execute("update visitors set rotated_at = now() - interval '11 minutes'")


async def stay_away_for_half_a_year(house: House, _visitor: Browser) -> None:
    await house.execute("update visitors set seen_at = now() - interval '181 days'")


async def rotate(house: House, visitor: Browser) -> None:
    await house.execute("update visitors set rotated_at = now() - interval '2 days'")
    answer = await visitor.ask("GET", "/thread")
    assert answer.json()["token"]


@pytest.mark.parametrize(
    "event",
    [
        end_visit,
        sign_in_at_site,
        switch_widget_off,
        begin_another_conversation,
        take_token_out_of_use,
        stay_away_for_half_a_year,
    ],
)
async def test_it_is_good_no_longer_than_its_holder_might_fetch_one(
    house: House, event: Event
) -> None:
    visitor = await chat(house)
    ticket = await come_back_ticket(house, visitor)

    await event(house, visitor)

    await assert_refused(house, ticket)


async def test_a_token_that_was_just_replaced_still_brings_its_holder_back(house: House) -> None:
    visitor = await chat(house)
    ticket = await come_back_ticket(house, visitor)

    await rotate(house, visitor)

    assert await listen(house, ticket)


async def test_who_comes_back_is_one_who_was_there(house: House) -> None:
    visitor = await chat(house)
    ticket = await come_back_ticket(house, visitor)
    await house.execute("update visitors set seen_at = now() - interval '100 days'")

    await listen(house, ticket)

    assert await house.rows("select from visitors where seen_at > now() - interval '1 minute'")


async def test_who_comes_back_too_often_is_asked_to_wait_and_keeps_the_ticket(
    house: House,
) -> None:
    visitor = await chat(house)
    ticket = await come_back_ticket(house, visitor)
    [row] = await house.rows("select id from visitors")
    limit = house.parts.visitor_limits.tickets
    for _ in range(100):
        with contextlib.suppress(TooManyRequests):
            limit.take(str(row["id"]))

    await assert_refused(house, ticket, code=4429)

    assert await house.rows("select from used_tickets") != []
    limit._buckets.clear()
    assert await listen(house, ticket)


async def test_nothing_is_written_of_a_ticket_before_it_is_used(house: House) -> None:
    visitor = await chat(house)
    fetched = (await visitor.ticket())["ticket"]
    ticket = (await listen(house, fetched))["ticket"]
    count = "select count(*) from used_tickets"
    [[before]] = await house.rows(count)

    await listen(house, ticket)

    [[after]] = await house.rows(count)
    assert (before, after) == (1, 2)
    latest = "select extract(epoch from max(expires_at) - now()) from used_tickets"
    [[seconds]] = await house.rows(latest)
    assert COME_BACK_SECONDS - 60 < seconds <= COME_BACK_SECONDS
