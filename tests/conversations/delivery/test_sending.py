"""Messages on their way out: one by one, in order, and honest about how it went."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.channels.types import Outcome
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.delivery.endings import (
    LONGEST_BACKOFF_SECONDS,
    MOST_FAILURES,
    backoff_seconds,
    ending_of,
)
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.queries import get_message_view
from halfminute.sdk.channel import Outgoing, Sent
from halfminute.sdk.errors import ProviderError
from tests.conversations.delivery.at_work import becomes, delivering, told_of
from tests.conversations.strict_channel import text_of
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually


@pytest.fixture
async def ada(world: World) -> UUID:
    return await world.add_agent()


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


async def test_no_attempt_is_begun_while_the_client_is_not_ready_to_call(
    world: World, ada: UUID
) -> None:
    world.channel.is_prepared.clear()
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    async with delivering(world):
        await asyncio.sleep(0.3)
        assert await world.delivery_of(written.message.id) == "queued"
    async with delivering(world):
        world.channel.is_prepared.set()
        await becomes(world, written.message.id, "sent")
    assert len(world.channel.taken) == 1


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


async def test_a_known_refusal_is_told_by_its_code_beside_the_providers_words(
    world: World, ada: UUID
) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        raise ProviderError(
            "Forbidden: user is deactivated",
            is_retryable=False,
            is_address_unreachable=True,
            refusal="user_deactivated",
        )

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    async with delivering(world):
        await becomes(world, written.message.id, "failed")
    async with world.database.connection() as connection:
        view = await get_message_view(connection, written.message.id)
    assert (view.delivery_code, view.delivery_reason) == (
        "user_deactivated",
        "Forbidden: user is deactivated",
    )
    address = (await world.fetch("select * from addresses"))[0]
    assert address["unreachable_reason"] == "user_deactivated"


async def test_a_code_leaves_with_the_refusal_it_belongs_to(world: World, ada: UUID) -> None:
    answers = [
        ProviderError("retry after 0", is_retryable=True, refusal="rate_limited"),
        ProviderError("what is this?", is_retryable=False),
    ]

    async def answer(outgoing: Outgoing) -> Sent:
        raise answers.pop(0)

    world.channel.answer = answer
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id)
    async with delivering(world):
        await becomes(world, written.message.id, "failed")
    message = await world.row("messages", written.message.id)
    assert (message["delivery_code"], message["delivery_reason"]) == ("", "what is this?")


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
