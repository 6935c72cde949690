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
from halfminute.identity.principals import SYSTEM
from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import RunningFake, run_fake
from tests.conversations.delivery.at_work import delivering
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually

OLD, NEW = "123456:the-old-token", "123456:the-new-token"
# More to each than Telegram lets go out at once: something waits when the token is revoked.
CUSTOMERS, EACH = 4, 5


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


async def write_replies(bot: Bot) -> list[str]:
    """Replies to several customers, queued; their words."""
    agent_id = await bot.world.add_agent()
    words: list[str] = []
    for customer in range(CUSTOMERS):
        address_id = await bot.world.add_address(f"Customer {customer}", bot.world.account_id)
        await bot.world.execute(
            "update addresses set external_id = $2, channel_kind = 'telegram' where id = $1",
            address_id,
            str(1000 + customer),
        )
        conversation_id = await bot.world.open_conversation(address_id)
        await bot.world.assign(conversation_id, agent_id)
        for number in range(EACH):
            words.append(f"to {customer}, {number}")
            await bot.world.reply(signed_in(agent_id), conversation_id, words[-1])
    return words


async def test_what_a_revoked_token_was_to_send_goes_out_by_the_next(bot: Bot) -> None:
    words = await write_replies(bot)

    async with delivering(bot.world):

        async def some_went_out() -> bool:
            return len(bot.sent()) >= CUSTOMERS

        await eventually(some_went_out)
        await bot.control("token", token=NEW)

        async def is_refused() -> bool:
            return await bot.health() == "refused"

        await eventually(is_refused)
        rows = await bot.world.fetch(
            "select delivery, delivery_code from messages where delivery not in ('sent', 'queued')"
        )
        assert all(row["delivery"] == "sending" for row in rows), "none failed, none is unknown"
        at_refusal = len(bot.sent())
        assert at_refusal < len(words)

        view = await replace_secrets(bot.accounts, SYSTEM, bot.account_id, {"token": NEW})
        assert view.health == "ok"

        async def all_went_out() -> bool:
            return await bot.states() == {"sent"}

        await eventually(all_went_out)

    assert sorted(bot.sent()) == sorted(words), "each once"
    for customer in range(CUSTOMERS):
        own = [each for each in bot.sent() if each.startswith(f"to {customer},")]
        assert own == [f"to {customer}, {number}" for number in range(EACH)], "each in order"
