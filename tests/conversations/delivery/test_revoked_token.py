"""@BotFather revokes a bot's token while its messages go out: none fails, and none is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.actions.replace_secrets import replace_secrets
from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import SYSTEM
from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import RunningFake, run_fake
from tests.conversations.delivery.at_work import delivering
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually

OLD, NEW = "123456:the-old-token", "123456:the-new-token"
CUSTOMERS = 4


@dataclass
class Bot:
    """A world whose account is a bot of the fake, with customers who wait for replies."""

    world: World
    fake: RunningFake
    accounts: AccountParts
    account_id: UUID

    async def control(self, path: str, **body: object) -> None:
        async with httpx.AsyncClient(base_url=self.fake.url) as client:
            answer = await client.post(f"/control/bots/123456/{path}", json=body)
            answer.raise_for_status()

    def sent(self) -> list[str]:
        """What the fake has taken, in order."""
        return [each.content["text"] for each in self.fake.parts.world.bots[123456].sent]

    async def states(self) -> set[str]:
        rows = await self.world.fetch("select distinct delivery from messages")
        return {row["delivery"] for row in rows}

    async def health(self) -> str:
        [row] = await self.world.fetch("select health from channel_accounts")
        return str(row["health"])


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    options = Options(tokens=(OLD,), limits=LimitOptions(is_enforced=False), are_chats_open=True)
    async with run_fake(options) as fake:
        world.registry = ChannelRegistry([TelegramChannel()])
        world.clients = ClientPool(world.registry)
        book = AccountBook(world.database, world.box)
        parts = AccountParts(
            world.log, world.registry, book, world.box, world.clients, "http://desk.example"
        )
        form = {"token": OLD, "api_base_url": fake.url}
        account = await add_account(
            parts, SYSTEM, NewAccount(kind="telegram", form=form, inbound_mode="polling")
        )
        world.account_id = account.id
        yield Bot(world, fake, parts, account.id)
        await world.clients.close()


@dataclass
class Talk:
    """An agent's conversations, one with each customer, and what was written in them."""

    bot: Bot
    agent_id: UUID
    conversation_ids: list[ConversationId]
    words: list[list[str]]

    async def write(self, count: int) -> None:
        """So many replies to each customer, queued."""
        for said, conversation_id in zip(self.words, self.conversation_ids, strict=True):
            for _ in range(count):
                said.append(f"{conversation_id}: {len(said)}")
                await self.bot.world.reply(signed_in(self.agent_id), conversation_id, said[-1])


async def open_talk(bot: Bot) -> Talk:
    agent_id = await bot.world.add_agent()
    conversation_ids: list[ConversationId] = []
    for customer in range(CUSTOMERS):
        address_id = await bot.world.add_address(f"Customer {customer}", bot.account_id)
        await bot.world.execute(
            "update addresses set external_id = $2, channel_kind = 'telegram' where id = $1",
            address_id,
            str(1000 + customer),
        )
        conversation_id = await bot.world.open_conversation(address_id)
        await bot.world.assign(conversation_id, agent_id)
        conversation_ids.append(conversation_id)
    return Talk(bot, agent_id, conversation_ids, [[] for _ in conversation_ids])


async def test_what_a_revoked_token_was_to_send_goes_out_by_the_next(bot: Bot) -> None:
    talk = await open_talk(bot)
    await talk.write(3)

    async with delivering(bot.world):

        async def some_went_out() -> bool:
            return len(bot.sent()) >= CUSTOMERS

        await eventually(some_went_out)
        await bot.control("token", token=NEW)
        await talk.write(1)

        async def is_refused() -> bool:
            return await bot.health() == "refused"

        await eventually(is_refused)
        assert await bot.states() <= {"sent", "sending", "queued"}, "none failed, none is unknown"
        assert len(bot.sent()) < CUSTOMERS * 4

        view = await replace_secrets(bot.accounts, SYSTEM, bot.account_id, {"token": NEW})
        assert view.health == "ok"

        async def all_went_out() -> bool:
            return await bot.states() == {"sent"}

        await eventually(all_went_out)

    for said in talk.words:
        own = [each for each in bot.sent() if each in said]
        assert own == said, "each once, and in its order"
    assert len(bot.sent()) == CUSTOMERS * 4
