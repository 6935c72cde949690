"""The keys that keep a message from being taken in twice go when nobody sends it any more."""

from __future__ import annotations

from uuid import UUID

import pytest

from halfminute.conversations import keys
from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.finish_wrap_up import finish_wrap_up
from halfminute.conversations.keys import KEPT_DAYS, forget_old_client_keys
from halfminute.conversations.schemas import Closing
from halfminute.identity.principals import Principal
from halfminute.kit.ids import new_id
from tests.conversations.world import World, signed_in

SOLVED = Closing(is_solved=True, disposition_code="question_answered")


@pytest.fixture
async def ada(world: World) -> Principal:
    return signed_in(await world.add_agent())


async def _hold(world: World, agent: Principal) -> UUID:
    assert agent.user_id is not None
    return await world.give(agent.user_id)


async def _close(world: World, agent: Principal, conversation_id: UUID) -> None:
    await close_conversation(world.log, agent, conversation_id, SOLVED)
    await finish_wrap_up(world.log, agent, conversation_id)


async def _age(world: World, days: float) -> None:
    await world.execute(
        "update client_keys set created_at = now() - $1::float8 * interval '1 day'", days
    )


async def _count(world: World) -> int:
    return len(await world.fetch("select from client_keys"))


async def test_keys_of_an_ended_conversation_go_after_their_time(
    world: World, ada: Principal
) -> None:
    conversation_id = await _hold(world, ada)
    await world.reply(ada, conversation_id, "One")
    await world.reply(ada, conversation_id, "Two")
    await _close(world, ada, conversation_id)

    await _age(world, KEPT_DAYS - 0.1)
    assert await forget_old_client_keys(world.database) == 0
    await _age(world, KEPT_DAYS + 0.1)
    assert await forget_old_client_keys(world.database) == 2
    assert await forget_old_client_keys(world.database) == 0
    assert len(await world.fetch("select from messages")) == 2


async def test_a_reply_is_not_said_twice_in_a_conversation_that_stays_open(
    world: World, ada: Principal
) -> None:
    conversation_id = await _hold(world, ada)
    client_id = new_id()
    first = await world.reply(ada, conversation_id, "Good day!", client_id=client_id)
    await _age(world, 400)

    await forget_old_client_keys(world.database)

    again = await world.reply(ada, conversation_id, "Good day!", client_id=client_id)
    assert not again.is_new
    assert again.message.id == first.message.id


async def test_more_than_one_batch_goes_at_once_and_the_open_do_not_hold_it_up(
    world: World, ada: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_AT_ONCE", 2)
    stays = await _hold(world, ada)
    ends = await _hold(world, ada)
    for number in range(3):
        await world.reply(ada, stays, f"{number}")
    for number in range(5):
        await world.reply(ada, ends, f"{number}")
    await _close(world, ada, ends)
    await _age(world, KEPT_DAYS + 1)

    assert await forget_old_client_keys(world.database) == 5
    assert await _count(world) == 3
