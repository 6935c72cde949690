"""Messages on their way out: one by one, in order, and honest about how it went."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.channels.types import Outcome
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.delivery import calls
from halfminute.conversations.delivery.attempts import (
    DueMessage,
    begin_attempt,
    end_attempt,
    list_due,
)
from halfminute.conversations.delivery.endings import (
    LONGEST_BACKOFF_SECONDS,
    MOST_FAILURES,
    Ending,
    backoff_seconds,
    cut,
    ending_of,
)
from halfminute.conversations.delivery.states import Happening
from halfminute.sdk.channel import Outgoing, Sent
from halfminute.sdk.errors import ProviderError
from tests.conversations.delivery.at_work import delivering
from tests.conversations.strict_channel import text_of
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually


@pytest.fixture
async def ada(world: World) -> UUID:
    return await world.add_agent()


async def becomes(world: World, message_id: UUID, state: str) -> None:
    async def look() -> bool:
        return await world.delivery_of(message_id) == state

    await eventually(look)


async def told_of(world: World, message_id: UUID) -> list[str]:
    rows = await world.fetch(
        "select type from events where data ->> 'message_id' = $1 order by seq", str(message_id)
    )
    return [row["type"] for row in rows]


async def due_now(world: World) -> DueMessage:
    assert world.account_id is not None
    async with world.database.connection() as connection:
        [due] = await list_due(connection, world.account_id, busy_address_ids=[], limit=10)
    return due


async def test_a_reply_goes_out_and_leaves_the_outbox(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    async with delivering(world):
        written = await world.reply(signed_in(ada), conversation_id, "Good day!")
        await becomes(world, written.message.id, "sent")

    message = await world.row("messages", written.message.id)
    assert message["external_id"] == "out-1"
    assert world.channel.texts == ["Good day!"]
    assert await told_of(world, written.message.id) == [
        "ReplyQueued",
        "MessageSending",
        "MessageSent",
    ]
    assert await world.fetchval("select count(*) from outbox") == 0
    [attempt] = await world.fetch("select * from delivery_attempts")
    assert (attempt["attempt"], attempt["outcome"], attempt["external_id"]) == (1, "sent", "out-1")


async def test_the_attempt_is_committed_before_the_provider_is_called(
    world: World, ada: UUID
) -> None:
    seen: list[str] = []

    async def answer(outgoing: Outgoing) -> Sent:
        seen.append(await world.delivery_of(outgoing.message_id))
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    async with delivering(world):
        written = await world.reply(signed_in(ada), conversation_id)
        await becomes(world, written.message.id, "sent")
    assert seen == ["sending"]


async def test_one_address_is_served_in_order_and_others_do_not_wait(
    world: World, ada: UUID
) -> None:
    slow, quick = await world.give(ada), await world.give(ada)
    may_go = asyncio.Event()

    async def answer(outgoing: Outgoing) -> Sent:
        if text_of(outgoing) == "slow 1":
            await may_go.wait()
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    for text in ("slow 1", "slow 2", "slow 3"):
        last = await world.reply(signed_in(ada), slow, text)
    async with delivering(world):
        other = await world.reply(signed_in(ada), quick, "quick")
        await becomes(world, other.message.id, "sent")
        assert world.channel.texts == ["quick"]
        may_go.set()
        await becomes(world, last.message.id, "sent")
    assert world.channel.texts == ["quick", "slow 1", "slow 2", "slow 3"]


async def test_what_fails_for_good_does_not_hold_up_the_next(world: World, ada: UUID) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        if text_of(outgoing) == "first":
            raise ProviderError("Bad Request: chat not found", is_retryable=False)
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    first = await world.reply(signed_in(ada), conversation_id, "first")
    second = await world.reply(signed_in(ada), conversation_id, "second")
    async with delivering(world):
        await becomes(world, second.message.id, "sent")
    message = await world.row("messages", first.message.id)
    assert (message["delivery"], message["is_retryable"]) == ("failed", False)
    assert message["delivery_reason"] == "Bad Request: chat not found"


async def test_a_refusal_that_may_pass_is_tried_again_before_the_next_one(
    world: World, ada: UUID
) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        if len(world.channel.calls) == 1:
            raise ProviderError("Bad Gateway", is_retryable=True)
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    first = await world.reply(signed_in(ada), conversation_id, "first")
    second = await world.reply(signed_in(ada), conversation_id, "second")
    async with delivering(world):
        await becomes(world, second.message.id, "sent")
    assert world.channel.texts == ["first", "second"]
    assert await told_of(world, first.message.id) == [
        "ReplyQueued",
        "MessageSending",
        "MessageRetried",
        "MessageSending",
        "MessageSent",
    ]


async def test_later_of_the_provider_shuts_the_whole_account(world: World, ada: UUID) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        raise ProviderError("Too Many Requests", is_retryable=True, retry_after_seconds=900)

    world.channel.answer = answer
    first = await world.reply(signed_in(ada), await world.give(ada), "first")
    async with delivering(world):
        await eventually(lambda: _is_put_off(world, first.message.id))
        other = await world.reply(signed_in(ada), await world.give(ada), "other")
        await asyncio.sleep(0.3)
    assert len(world.channel.calls) == 1
    assert await world.delivery_of(other.message.id) == "queued"
    outbox = await world.fetch("select * from outbox where message_id = $1", first.message.id)
    assert outbox[0]["failures"] == 0


async def _is_put_off(world: World, message_id: UUID) -> bool:
    return bool(
        await world.fetchval(
            """select state = 'queued' and next_attempt_at > now() + interval '800 seconds'
                 from outbox where message_id = $1""",
            message_id,
        )
    )


async def test_who_shut_us_out_is_marked_and_cannot_be_written_to(world: World, ada: UUID) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        raise ProviderError(
            "Forbidden: bot was blocked by the user",
            is_retryable=False,
            is_address_unreachable=True,
        )

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    async with delivering(world):
        await becomes(world, written.message.id, "failed")
    address = (await world.fetch("select * from addresses"))[0]
    assert not address["is_reachable"]
    assert address["unreachable_reason"] == "Forbidden: bot was blocked by the user"
    assert await world.count_told("AddressReachabilityChanged") == 1


async def test_an_ambiguous_answer_is_never_sent_again_by_itself(world: World, ada: UUID) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        raise ProviderError("connection cut", is_retryable=True, is_ambiguous=True)

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    async with delivering(world):
        await becomes(world, written.message.id, "unknown")
        world.channel.answer = world.channel.take
        follower = await world.reply(signed_in(ada), conversation_id, "still there?")
        await becomes(world, follower.message.id, "sent")
    assert world.channel.texts == ["still there?"]
    assert await world.delivery_of(written.message.id) == "unknown"


async def test_a_human_may_have_the_unknown_sent_again(world: World, ada: UUID) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        raise ProviderError("connection cut", is_retryable=True, is_ambiguous=True)

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    async with delivering(world):
        await becomes(world, written.message.id, "unknown")
        world.channel.answer = world.channel.take
        await retry_message(world.log, signed_in(ada), conversation_id, written.message.id)
        await becomes(world, written.message.id, "sent")
    attempts = await world.fetch("select attempt, outcome from delivery_attempts order by attempt")
    assert [tuple(row) for row in attempts] == [(1, "unknown"), (2, "sent")]


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


async def test_a_fault_of_the_plug_in_leaves_unknown(world: World, ada: UUID) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        raise ZeroDivisionError

    world.channel.answer = answer
    written = await world.reply(signed_in(ada), await world.give(ada))
    async with delivering(world):
        await becomes(world, written.message.id, "unknown")


async def test_a_reply_to_a_message_names_it_to_the_provider(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    asked = await world.hear(conversation_id, "How much is it?")
    async with delivering(world):
        written = await world.reply(signed_in(ada), conversation_id, "Ten", reply_to=asked)
        await becomes(world, written.message.id, "sent")
    assert world.channel.taken[0].reply_to_external_id == f"in-{asked}"


async def test_an_account_that_is_switched_off_sends_nothing(world: World, ada: UUID) -> None:
    written = await world.reply(signed_in(ada), await world.give(ada))
    await world.execute("update channel_accounts set is_enabled = false")
    async with delivering(world):
        await asyncio.sleep(0.3)
        assert world.channel.calls == []
        await world.execute("update channel_accounts set is_enabled = true")
        await becomes(world, written.message.id, "sent")


def test_waits_double_up_to_a_minute_and_then_the_human_decides() -> None:
    waits = [backoff_seconds(failures) for failures in range(MOST_FAILURES)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert backoff_seconds(10_000) == LONGEST_BACKOFF_SECONDS
    refusal = Outcome(result="retry", reason="Bad Gateway")
    assert ending_of(refusal, MOST_FAILURES - 2).happening is Happening.PUT_OFF
    given_up = ending_of(refusal, MOST_FAILURES - 1)
    assert (given_up.happening, given_up.is_retryable) == (Happening.REFUSED, True)
