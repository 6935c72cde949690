"""The demo's subscribers against the simulated Telegram, with an agent at the bot's end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any
from uuid import uuid4

import httpx
import pytest

from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options as FakeOptions
from halfminute.plugins.telegram.fake.server import RunningFake, run_fake
from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.channel import InboundMessage, InboundUpdate, Outgoing
from halfminute.sdk.model import TextPart
from halfminute_demo.day import Day
from halfminute_demo.plan import TownSettings, plan_town
from halfminute_demo.town import Options, Town, wait_until_healthy

TOKEN = "123456:FAKE"
ANSWER = "Сейчас посмотрю"


class Agent:
    """Polls the bot and answers every message with one."""

    def __init__(self, url: str, *, is_silent: bool = False, says: str = ANSWER) -> None:
        secrets = {"token": TOKEN, "webhook_secret": "s"}
        self._client = TelegramChannel().open_client({"api_base_url": url}, secrets)
        self._is_silent = is_silent
        self._says = says
        self.heard: list[InboundUpdate] = []

    async def prepare(self) -> None:
        """Be ready to answer at once: the first call imports a large library."""
        await self._client.prepare()

    async def work(self) -> None:
        offset = 0
        while True:
            updates, offset = await self._client.poll(offset, 5)
            for raw in updates:
                for update in translate(raw):
                    self.heard.append(update)
                    if isinstance(update, InboundMessage) and not self._is_silent:
                        await self._answer(update)

    async def close(self) -> None:
        await self._client.close()

    async def _answer(self, message: InboundMessage) -> None:
        answer = Outgoing(
            message_id=uuid4(),
            address_external_id=message.sender.external_id,
            parts=(TextPart(text=self._says),),
        )
        await self._client.send(answer)


@asynccontextmanager
async def town(
    options: Options, **agent_options: Any
) -> AsyncIterator[tuple[Town, Agent, RunningFake]]:
    limits = LimitOptions(is_enforced=False)
    async with run_fake(FakeOptions(tokens=(TOKEN,), limits=limits)) as fake:
        agent = Agent(fake.url, **agent_options)
        await agent.prepare()
        working = asyncio.create_task(agent.work())
        async with httpx.AsyncClient(base_url=fake.url) as http:
            yield Town(options, http), agent, fake
        working.cancel()
        await agent.close()


def quick(visits: int, **settings: Any) -> Options:
    settings = {"seed": 3, "day": Day(start_seconds=11 * 3600), **settings}
    return Options(
        halfminute="", telegram="", town=TownSettings(**settings), visits=visits, haste=20
    )


def texts(agent: Agent) -> list[str]:
    """All words that the agent heard."""
    return [
        part.text
        for each in agent.heard
        if isinstance(each, InboundMessage)
        for part in each.parts
        if isinstance(part, TextPart)
    ]


async def test_people_write_read_the_answers_and_go_content() -> None:
    async with town(quick(12)) as (made, agent, fake):
        await asyncio.wait_for(made.run(), 60)
        await asyncio.sleep(0.2)

    assert (made.answered, made.unanswered, made.let_go) == (12, 0, 0)
    messages = [each for each in agent.heard if isinstance(each, InboundMessage)]
    assert len({each.sender.external_id for each in messages}) >= 6
    assert len(messages) > 24
    assert fake.parts.world.bots[123456].sent


async def test_who_gets_no_answer_grows_impatient_and_goes() -> None:
    options = quick(1)
    (visit,) = islice(plan_town(options.town), 1)
    async with town(options, is_silent=True) as (made, agent, _):
        await asyncio.wait_for(made.run(), 40)
        await asyncio.sleep(0.2)

    assert (made.answered, made.unanswered) == (0, 1)
    expected = [step.text for step in visit.patience.steps]
    expected += [visit.patience.farewell] if visit.patience.farewell else []
    assert texts(agent)[-len(expected) :] == expected


async def test_an_agents_question_is_answered_before_the_matter_goes_on() -> None:
    options = quick(1)
    (visit,) = islice(plan_town(options.town), 1)
    question = "Какой у вас номер?"
    async with town(options, says=question) as (made, agent, _):
        await asyncio.wait_for(made.run(), 40)
        await asyncio.sleep(0.2)

    assert made.answered == 1
    assert visit.answer(question, 1).text in texts(agent)


async def test_who_still_writes_of_one_thing_does_not_begin_another() -> None:
    options = quick(6, subscribers=1, rate_per_minute=60)
    async with town(options, is_silent=True) as (made, _, _fake):
        await asyncio.wait_for(made.run(), 40)

    assert made.let_go >= 4
    assert made.unanswered + made.let_go == 6


async def test_a_telegram_that_forgot_everything_ends_the_visit_and_not_the_town(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with town(quick(3), is_silent=True) as (made, _, fake):
        running = asyncio.create_task(made.run())
        await asyncio.sleep(1)
        fake.parts.world.bots.clear()
        await asyncio.wait_for(running, 40)

    assert (made.answered, made.unanswered) == (0, 0)
    assert "lost Telegram" in caplog.text


async def test_health_is_awaited() -> None:
    answers = ["503 Service Unavailable", "200 OK"]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {answers.pop(0)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, httpx.AsyncClient() as http:
        await asyncio.wait_for(wait_until_healthy(http, f"http://127.0.0.1:{port}/health"), 10)

    assert answers == []
