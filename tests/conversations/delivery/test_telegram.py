"""An agent's files on their whole way: from the reply to a (simulated) Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.fake.facts import SubscriberMade
from halfminute.plugins.telegram.fake.limits import LimitOptions
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import RunningFake, run_fake
from tests.conversations.delivery.at_work import becomes, delivering
from tests.conversations.world import World, signed_in
from tests.plugins.telegram.bot_api import faults_of
from tests.routing.centre import eventually

TOKEN = "123456:FAKE-token_of_the_tests"
BOT_ID = 123456
VERA_ID = 7
PHOTO = read_media("photo.jpg")


@pytest.fixture
async def fake() -> AsyncIterator[RunningFake]:
    async with run_fake(
        Options(tokens=(TOKEN,), limits=LimitOptions(is_enforced=False))
    ) as running:
        yield running
        for method, fields, uploaded in running.parts.methods.calls:
            assert faults_of(method, fields, uploaded, is_form=bool(uploaded)) == []


@pytest.fixture
async def ada(world: World) -> UUID:
    return await world.add_agent()


@pytest.fixture
async def conversation_id(world: World, fake: RunningFake, ada: UUID) -> UUID:
    """With Vera, who has written to the bot."""
    parts = fake.parts
    parts.subscribers.make(SubscriberMade(user_id=VERA_ID, first_name="Vera"))
    parts.subscribers.open_chat(parts.world.bots[BOT_ID], VERA_ID)
    channel = TelegramChannel()
    world.registry = ChannelRegistry([channel])
    world.clients = ClientPool(world.registry)
    conversation_id = await world.give(ada)
    secrets = {"token": TOKEN, "webhook_secret": "s3"}
    settings = {"api_base_url": fake.url, "username": ""}
    # It imports a large library, which no test waits for with its patience.
    await channel.open_client(settings, secrets).prepare()
    assert world.account_id is not None
    await world.execute(
        """update channel_accounts
              set kind = 'telegram', settings = $2, encrypted_secrets = $3 where id = $1""",
        world.account_id,
        settings,
        world.box.seal(secrets, row_id=world.account_id),
    )
    await world.execute("update addresses set external_id = $1", str(VERA_ID))
    await world.execute("update conversations set channel_kind = 'telegram'")
    return conversation_id


def _vera_has(fake: RunningFake) -> list[dict[str, Any]]:
    """What stands in her chat, oldest first."""
    messages = fake.parts.world.bots[BOT_ID].chats[VERA_ID].messages
    return [message.content for message in messages.values() if message.is_from_bot]


async def test_words_an_album_and_a_document_arrive_in_order(
    world: World, fake: RunningFake, ada: UUID, conversation_id: UUID
) -> None:
    pictures = tuple([await world.upload(ada, content=PHOTO) for _ in range(2)])
    paper = await world.upload(ada, "file", b"%PDF", name="Рахунок.pdf")
    written = await world.reply(
        signed_in(ada), conversation_id, "a" * 2000, file_ids=(*pictures, paper)
    )
    async with delivering(world):

        async def all_through() -> bool:
            return bool(await world.fetchval("select count(*) = 0 from outbox"))

        await eventually(all_through)
    assert await world.delivery_of(written.message.id) == "sent"
    words, first, second, document = _vera_has(fake)
    assert words == {"text": "a" * 2000}
    assert first["media_group_id"] == second["media_group_id"]
    assert document["document"]["file_name"] == "Рахунок.pdf"
    bot = fake.parts.world.bots[BOT_ID]
    assert bot.files[document["document"]["file_id"]].content == b"%PDF"
    await world.clients.close()


async def test_a_file_goes_up_once_and_an_album_is_edited_and_deleted_as_one(
    world: World, fake: RunningFake, ada: UUID, conversation_id: UUID
) -> None:
    files = tuple([await world.upload(ada, content=PHOTO) for _ in range(3)])
    async with delivering(world):
        first = await world.reply(signed_in(ada), conversation_id, "Look", file_ids=files)
        await becomes(world, first.message.id, "sent")
        again = await world.reply(signed_in(ada), conversation_id, "Once more", file_ids=files)
        await becomes(world, again.message.id, "sent")
        uploads = [
            len(uploaded)
            for method, _, uploaded in fake.parts.methods.calls
            if method == "sendMediaGroup"
        ]
        assert uploads == [3, 0]

        await world.edit(signed_in(ada), conversation_id, first.message.id, "See")
        await eventually(lambda: _says(fake, "See"))
        await world.delete(signed_in(ada), conversation_id, again.message.id)
        await eventually(lambda: _has(fake, 3))
    assert [each.get("caption") for each in _vera_has(fake)] == ["See", None, None]
    await world.clients.close()


async def _says(fake: RunningFake, caption: str) -> bool:
    return any(each.get("caption") == caption for each in _vera_has(fake))


async def _has(fake: RunningFake, count: int) -> bool:
    return len(_vera_has(fake)) == count
