"""What an agent sends beside words: files, stickers, places; and words that need many messages."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.conversations.actions.reply import client_id_of
from halfminute.conversations.errors import FileNotSendable, InvalidReply, StickerNotFound
from halfminute.conversations.schemas import NewLocation
from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.files.queries import list_conversation_ids
from halfminute.identity.principals import SYSTEM, Principal
from halfminute.kit.ids import new_id
from halfminute.sdk.model import LocationPart, MediaPart, TextPart
from tests.conversations.world import World, signed_in


@pytest.fixture
async def ada(world: World) -> Principal:
    return signed_in(await world.add_agent())


@pytest.fixture
async def conversation_id(world: World, ada: Principal) -> UUID:
    return await world.give(_id(ada))


def _id(principal: Principal) -> UUID:
    assert principal.user_id is not None
    return principal.user_id


async def _count(world: World, table: str) -> int:
    return int(await world.fetchval(f"select count(*) from {table}"))  # noqa: S608


async def test_a_file_goes_with_its_words(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    file_id = await world.upload(_id(ada), name="bill.png")
    written = await world.reply(ada, conversation_id, "Your bill", file_ids=(file_id,))
    [part] = written.message.parts
    assert part == MediaPart(
        kind="image",
        file_state="ready",
        file_id=file_id,
        media_type="image/png",
        size=7,
        name="bill.png",
        caption=TextPart(text="Your bill"),
    )
    assert await _count(world, "outbox") == 1


async def test_who_may_read_the_conversation_may_see_the_file(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    file_id = await world.upload(_id(ada))
    await world.reply(ada, conversation_id, "", file_ids=(file_id,))
    async with world.database.connection() as connection:
        assert await list_conversation_ids(connection, file_id) == [conversation_id]


async def test_the_same_file_goes_to_two_customers(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    file_id = await world.upload(_id(ada))
    other_id = await world.give(_id(ada))
    for each in (conversation_id, other_id):
        await world.reply(ada, each, "", file_ids=(file_id,))
    async with world.database.connection() as connection:
        shown = await list_conversation_ids(connection, file_id)
    assert set(shown) == {conversation_id, other_id}


async def test_another_persons_upload_is_not_to_be_had(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    theirs = await world.upload(await world.add_agent(name="Bob"))
    customers = await world.upload(None)
    for file_id in (theirs, customers, new_id()):
        with pytest.raises(FileNotFound):
            await world.reply(ada, conversation_id, "", file_ids=(file_id,))
    with pytest.raises(FileNotFound):
        await world.reply(SYSTEM, conversation_id, "", file_ids=(theirs,))
    assert await _count(world, "messages") == 0


async def test_a_file_that_is_not_here_yet_is_refused(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    file_id = await world.upload(_id(ada), state="pending")
    with pytest.raises(FileNotReady) as refused:
        await world.reply(ada, conversation_id, "", file_ids=(file_id,))
    assert refused.value.fields["state"] == "pending"


async def test_a_file_that_the_channel_does_not_carry_is_refused_before_it_is_queued(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    good = await world.upload(_id(ada))
    large = await world.upload(_id(ada), content=b"x" * 1001)
    unknown = await world.upload(_id(ada), "animation")
    for file_id in (large, unknown):
        with pytest.raises(FileNotSendable):
            await world.reply(ada, conversation_id, "", file_ids=(good, file_id))
    assert await _count(world, "messages") == await _count(world, "outbox") == 0


async def test_a_reply_of_many_messages_is_stored_as_a_whole_and_in_order(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    picture, paper = await world.upload(_id(ada)), await world.upload(_id(ada), "file")
    asked = await world.hear(conversation_id)
    long = "a" * 4000 + "\n\n" + "b" * 4000
    client_id = new_id()
    written = await world.reply(
        ada,
        conversation_id,
        long,
        client_id=client_id,
        file_ids=(picture, paper),
        reply_to=asked,
    )
    rows = await world.fetch("select * from messages where direction = 'out' order by id")
    assert [row["parts"][0]["type"] for row in rows] == ["text", "text", "media", "media"]
    assert [row["client_id"] for row in rows] == [client_id_of(client_id, n) for n in range(4)]
    assert [row["reply_to"] is not None for row in rows] == [True, False, False, False]
    assert written.message.id == rows[0]["id"]
    queued = await world.fetch("select message_id from outbox order by message_id")
    assert [row["message_id"] for row in queued] == [row["id"] for row in rows]
    assert await world.count_told("ReplyQueued") == 4
    conversation = await world.row("conversations", conversation_id)
    assert conversation["last_message_id"] == rows[-1]["id"]


async def test_many_messages_repeated_are_stored_once(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    client_id = new_id()
    written = await asyncio.gather(
        *(world.reply(ada, conversation_id, "b" * 9000, client_id=client_id) for _ in range(5))
    )
    assert len({each.message.id for each in written}) == 1
    assert [each.is_new for each in written].count(True) == 1
    assert await _count(world, "outbox") == 3


async def test_a_reply_that_is_refused_in_the_middle_leaves_nothing(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    file_id = await world.upload(_id(ada))
    with pytest.raises(InvalidReply):
        await world.reply(ada, conversation_id, "twice", file_ids=(file_id, file_id))
    with pytest.raises(StickerNotFound):
        await world.reply(ada, conversation_id, "", sticker_id=new_id())
    assert await _count(world, "messages") == await _count(world, "client_keys") == 0


async def test_a_place_is_sent(world: World, ada: Principal, conversation_id: UUID) -> None:
    place = NewLocation(latitude=50.45, longitude=30.52, title="Office", address="Khreshchatyk 1")
    written = await world.reply(ada, conversation_id, "", location=place)
    assert written.message.parts == (
        LocationPart(latitude=50.45, longitude=30.52, title="Office", address="Khreshchatyk 1"),
    )
