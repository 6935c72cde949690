"""Deaths, lost locks and late answers: nothing goes out twice, and nothing untrue is told."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.delivery import calls
from halfminute.conversations.delivery.attempts import (
    begin_attempt,
    end_attempt,
)
from halfminute.conversations.delivery.endings import (
    Ending,
    cut,
)
from halfminute.conversations.delivery.states import Happening
from halfminute.sdk.channel import Outgoing, Sent
from tests.conversations.delivery.at_work import becomes, delivering, due_now, told_of
from tests.conversations.world import World, signed_in


@pytest.fixture
async def ada(world: World) -> UUID:
    return await world.add_agent()


async def test_what_a_dead_worker_left_is_unknown_and_never_called(world: World, ada: UUID) -> None:
    written = await world.reply(signed_in(ada), await world.give(ada))
    assert await begin_attempt(world.log, await due_now(world)) is not None
    async with delivering(world):
        await becomes(world, written.message.id, "unknown")
    assert world.channel.calls == []
    [attempt] = await world.fetch("select * from delivery_attempts")
    assert (attempt["outcome"], attempt["reason"]) == ("unknown", "cut short")


async def test_a_late_answer_corrects_the_unknown(world: World, ada: UUID) -> None:
    written = await world.reply(signed_in(ada), await world.give(ada))
    attempt = await begin_attempt(world.log, await due_now(world))
    assert attempt is not None
    await end_attempt(world.log, attempt, cut("cut short"))
    taken = Ending(Happening.ACCEPTED, external_id="out-77")
    await end_attempt(world.log, attempt, taken)
    await end_attempt(world.log, attempt, taken)
    message = await world.row("messages", written.message.id)
    assert (message["delivery"], message["external_id"]) == ("sent", "out-77")
    assert (await told_of(world, written.message.id))[-2:] == ["MessageUnknown", "MessageSent"]


async def test_a_late_answer_saves_from_sending_twice(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    attempt = await begin_attempt(world.log, await due_now(world))
    assert attempt is not None
    await end_attempt(world.log, attempt, cut("cut short"))
    await retry_message(world.log, signed_in(ada), conversation_id, written.message.id)
    await end_attempt(world.log, attempt, Ending(Happening.ACCEPTED, external_id="out-77"))
    assert await world.delivery_of(written.message.id) == "sent"
    assert await world.fetchval("select count(*) from outbox") == 0


async def test_a_late_answer_of_an_older_attempt_does_not_touch_the_newer(
    world: World, ada: UUID
) -> None:
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    first = await begin_attempt(world.log, await due_now(world))
    assert first is not None
    await end_attempt(world.log, first, cut("cut short"))
    await retry_message(world.log, signed_in(ada), conversation_id, written.message.id)
    second = await begin_attempt(world.log, await due_now(world))
    assert second is not None
    await end_attempt(world.log, first, Ending(Happening.REFUSED, "refused after all"))
    assert await world.delivery_of(written.message.id) == "sending"
    await end_attempt(world.log, second, Ending(Happening.ACCEPTED, external_id="out-2"))
    assert await world.delivery_of(written.message.id) == "sent"


async def test_two_workers_begin_an_attempt_once(world: World, ada: UUID) -> None:
    await world.reply(signed_in(ada), await world.give(ada))
    due = await due_now(world)
    begun = await asyncio.gather(*(begin_attempt(world.log, due) for _ in range(5)))
    assert len([attempt for attempt in begun if attempt is not None]) == 1


async def test_an_old_look_at_the_outbox_begins_nothing(world: World, ada: UUID) -> None:
    await world.reply(signed_in(ada), await world.give(ada))
    due = await due_now(world)
    attempt = await begin_attempt(world.log, due)
    assert attempt is not None
    await end_attempt(world.log, attempt, Ending(Happening.PUT_OFF, failures=1))
    assert await begin_attempt(world.log, due) is None


async def test_two_processes_share_the_accounts_and_send_once(world: World, ada: UUID) -> None:
    other = await world.add_account("Sales")
    conversations = [
        await world.give(ada),
        await world.open_conversation(await world.add_address("Ivan", other)),
    ]
    await world.assign(conversations[1], ada)
    async with delivering(world), delivering(world):
        written = [
            await world.reply(signed_in(ada), conversation_id, f"{n}")
            for conversation_id in conversations
            for n in range(10)
        ]
        for each in written:
            await becomes(world, each.message.id, "sent")
    assert len(world.channel.calls) == 20


async def test_a_standby_takes_over_when_the_first_loses_its_lock(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    async with delivering(world), delivering(world):
        first = await world.reply(signed_in(ada), conversation_id)
        await becomes(world, first.message.id, "sent")
        await lose_locks(world)
        second = await world.reply(signed_in(ada), conversation_id)
        await becomes(world, second.message.id, "sent")
    assert len(world.channel.calls) == 2


async def lose_locks(world: World) -> None:
    await world.fetch("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")


async def test_a_call_under_way_outlives_the_loss_of_the_lock(world: World, ada: UUID) -> None:
    may_go = asyncio.Event()

    async def answer(outgoing: Outgoing) -> Sent:
        await may_go.wait()
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    async with delivering(world):
        written = await world.reply(signed_in(ada), conversation_id)
        await becomes(world, written.message.id, "sending")
        await lose_locks(world)
        await asyncio.sleep(1.2)
        assert await world.delivery_of(written.message.id) == "sending"
        may_go.set()
        await becomes(world, written.message.id, "sent")
    assert len(world.channel.calls) == 1
    assert "MessageUnknown" not in await told_of(world, written.message.id)


async def test_stopping_waits_for_the_answer(world: World, ada: UUID) -> None:
    is_called = asyncio.Event()

    async def answer(outgoing: Outgoing) -> Sent:
        is_called.set()
        await asyncio.sleep(0.3)
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    written = await world.reply(signed_in(ada), await world.give(ada))
    async with delivering(world):
        await is_called.wait()
    assert await world.delivery_of(written.message.id) == "sent"


async def test_stopping_cuts_what_does_not_answer(
    world: World, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "DRAIN_SECONDS", 0.2)
    is_called = asyncio.Event()

    async def answer(outgoing: Outgoing) -> Sent:
        is_called.set()
        await asyncio.sleep(60)
        raise AssertionError

    world.channel.answer = answer
    written = await world.reply(signed_in(ada), await world.give(ada))
    async with delivering(world):
        await is_called.wait()
    assert await world.delivery_of(written.message.id) == "unknown"
