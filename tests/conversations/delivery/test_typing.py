"""While an agent types the channel is told so, as long as it is true and costs no reply."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.show_typing import show_typing
from halfminute.conversations.errors import ConversationNotFound, ConversationNotYours
from halfminute.conversations.schemas import Closing
from halfminute.identity.principals import Grant, Principal
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import Outgoing, OutgoingTyping, Sent
from tests.conversations.delivery.at_work import becomes, delivering
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually


@pytest.fixture
async def ada(world: World) -> Principal:
    return signed_in(await world.add_agent())


@pytest.fixture
async def conversation_id(world: World, ada: Principal) -> UUID:
    assert ada.user_id is not None
    return await world.give(ada.user_id)


async def types(
    world: World, principal: Principal, conversation_id: UUID, *, is_typing: bool = True
) -> None:
    await show_typing(world.log, world.registry, principal, conversation_id, is_typing=is_typing)


async def let_seconds_pass(world: World, seconds: float) -> None:
    """The signals that there are become so much older."""
    await world.execute(
        "update typing_signals set typed_at = typed_at - make_interval(secs => $1)", seconds
    )


async def signals(world: World) -> list[bool]:
    return [row["is_told"] for row in await world.fetch("select is_told from typing_signals")]


async def is_told_of(world: World, times: int) -> None:
    async def look() -> bool:
        return len(world.channel.typings) >= times

    await eventually(look)
    assert len(world.channel.typings) == times


async def is_over_with(world: World) -> None:
    async def look() -> bool:
        return False not in await signals(world)

    await eventually(look)


async def address_of(world: World, conversation_id: UUID) -> str:
    return str(
        await world.fetchval(
            """select a.external_id from conversations c join addresses a on a.id = c.address_id
                where c.id = $1""",
            conversation_id,
        )
    )


async def test_the_customer_sees_it_again_and_again(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async with delivering(world):
        await types(world, ada, conversation_id)
        await is_told_of(world, 1)
        await let_seconds_pass(world, 4)
        await types(world, ada, conversation_id)
        await is_told_of(world, 2)

    to = OutgoingTyping(address_external_id=await address_of(world, conversation_id))
    assert world.channel.typings == [to, to]
    # Nothing of it is in the log.
    assert await world.fetch("select from events where type like '%Typ%'") == []


async def test_who_tells_too_often_is_heard_as_often_as_others(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async with delivering(world):
        for _ in range(20):
            await types(world, ada, conversation_id)
        await is_told_of(world, 1)
        await is_over_with(world)

    assert len(world.channel.typings) == 1


async def test_what_nobody_told_in_time_is_not_told(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    await types(world, ada, conversation_id)
    await let_seconds_pass(world, 5)

    async with delivering(world):
        await is_over_with(world)

    assert world.channel.typings == []


async def test_who_has_stopped_types_no_more(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    await types(world, ada, conversation_id)
    await types(world, ada, conversation_id, is_typing=False)
    await types(world, ada, conversation_id, is_typing=False)

    assert await signals(world) == []


async def test_after_the_words_are_sent_nobody_types(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    await types(world, ada, conversation_id)
    written = await world.reply(ada, conversation_id)

    async with delivering(world):
        await becomes(world, written.message.id, "sent")
        await is_over_with(world)

    assert world.channel.typings == []


async def test_while_words_are_under_way_nobody_types(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    taken = asyncio.Event()

    async def slowly(outgoing: Outgoing) -> Sent:
        await taken.wait()
        return await world.channel.take(outgoing)

    world.channel.answer = slowly
    async with delivering(world):
        written = await world.reply(ada, conversation_id)
        await becomes(world, written.message.id, "sending")
        await types(world, ada, conversation_id)
        await is_over_with(world)
        assert world.channel.typings == []
        taken.set()
        await becomes(world, written.message.id, "sent")


async def test_a_channel_that_breaks_over_it_delivers_all_the_same(
    world: World, ada: Principal, conversation_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(typing: OutgoingTyping) -> None:
        raise ZeroDivisionError(typing)

    monkeypatch.setattr(world.channel, "take_typing", broken)
    async with delivering(world):
        await types(world, ada, conversation_id)
        await is_told_of(world, 1)
        written = await world.reply(ada, conversation_id)
        await becomes(world, written.message.id, "sent")
        await let_seconds_pass(world, 4)
        await types(world, ada, conversation_id)
        await is_told_of(world, 2)


async def test_only_who_holds_the_conversation_types_in_it(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    chief = signed_in(await world.add_agent(), Grant("supervisor", "all"), name="Chief")
    stranger = signed_in(await world.add_agent(), name="Oleh")

    with pytest.raises(ConversationNotYours):
        await types(world, chief, conversation_id)
    for conversation in (conversation_id, new_id()):
        with pytest.raises(ConversationNotFound):
            await types(world, stranger, conversation)

    assert await signals(world) == []
    await close_conversation(
        world.log, ada, conversation_id, Closing(is_solved=True, disposition_code="spam")
    )
    async with delivering(world):
        await is_over_with(world)
    assert world.channel.typings == []


async def test_where_the_channel_cannot_show_it_nothing_is_noted(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    world.channel.can_show_typing = False

    await types(world, ada, conversation_id)

    assert await signals(world) == []


async def test_old_signals_are_forgotten(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    assert ada.user_id is not None
    await types(world, ada, conversation_id)
    await let_seconds_pass(world, 120)
    other = await world.give(ada.user_id)

    async with delivering(world):
        await types(world, ada, other)
        await is_told_of(world, 1)
        await is_over_with(world)

    assert await signals(world) == [True]
