"""Edits and deletions on their way: once asked for, they come about, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.conversations.delivery.changes import (
    DueChange,
    end_change,
    list_due_changes,
)
from halfminute.conversations.delivery.endings import MOST_FAILURES, Ending
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import MessageView
from halfminute.identity.principals import Principal
from halfminute.sdk.channel import Outgoing, OutgoingChange, OutgoingDeletion, OutgoingEdit, Sent
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import TextPart
from tests.conversations.delivery.at_work import becomes, delivering, told_of
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually


@pytest.fixture
async def ada(world: World) -> Principal:
    return signed_in(await world.add_agent())


@pytest.fixture
async def conversation_id(world: World, ada: Principal) -> UUID:
    assert ada.user_id is not None
    return await world.give(ada.user_id)


async def view_of(world: World, message_id: UUID) -> MessageView:
    async with world.database.connection() as connection:
        return await get_message_view(connection, message_id)


async def comes_to_say(world: World, message_id: UUID, text: str) -> None:
    async def look() -> bool:
        view = await view_of(world, message_id)
        return view.parts == (TextPart(text=text),) and view.change is None

    await eventually(look)


async def comes_to_be_deleted(world: World, message_id: UUID) -> None:
    async def look() -> bool:
        return (await view_of(world, message_id)).deleted_at is not None

    await eventually(look)


async def comes_to_fail(world: World, message_id: UUID) -> None:
    async def look() -> bool:
        change = (await view_of(world, message_id)).change
        return change is not None and change.state == "failed"

    await eventually(look)


async def is_tried(world: World, times: int) -> None:
    async def look() -> bool:
        return len(world.channel.changes) >= times

    await eventually(look)


async def due_change(world: World) -> DueChange:
    assert world.account_id is not None
    async with world.database.connection() as connection:
        [due] = await list_due_changes(connection, world.account_id, busy_message_ids=[], limit=9)
    return due


def words_of(change: OutgoingChange) -> str:
    """The new words of an edit; nothing of a deletion."""
    if isinstance(change, OutgoingDeletion):
        return ""
    [part] = change.parts
    assert isinstance(part, TextPart)
    return part.text


async def test_a_reply_is_sent_and_edited_and_deleted(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async with delivering(world):
        written = (await world.reply(ada, conversation_id, "Ten")).message.id
        await becomes(world, written, "sent")
        await world.edit(ada, conversation_id, written, "Eleven")
        await comes_to_say(world, written, "Eleven")
        await world.delete(ada, conversation_id, written)
        await comes_to_be_deleted(world, written)

    chat = world.channel.taken[0].address_external_id
    assert world.channel.changes == [
        OutgoingEdit(
            address_external_id=chat, external_id="out-1", parts=(TextPart(text="Eleven"),)
        ),
        OutgoingDeletion(address_external_id=chat, external_id="out-1"),
    ]
    assert await told_of(world, written) == [
        "ReplyQueued",
        "MessageSending",
        "MessageSent",
        "MessageChangeRequested",
        "MessageEdited",
        "MessageChangeRequested",
        "MessageDeleted",
    ]
    assert await world.fetchval("select count(*) from message_changes") == 0


async def test_what_a_dead_worker_left_is_called_again(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    """Killed after the provider took it, before we wrote it down: a second time does no harm."""
    message_id = await world.sent(ada, conversation_id)

    async def dies(_change: OutgoingChange) -> None:
        await asyncio.sleep(60)

    world.channel.answer_to_change = dies
    async with delivering(world):
        await world.edit(ada, conversation_id, message_id, "Eleven")
        await is_tried(world, 1)
    assert (await view_of(world, message_id)).parts == (TextPart(text="Ten"),)
    world.channel.answer_to_change = world.channel.take_change
    async with delivering(world):
        await comes_to_say(world, message_id, "Eleven")
    assert [words_of(each) for each in world.channel.changes] == ["Eleven", "Eleven"]
    assert await world.count_told("MessageEdited") == 1


async def test_a_standby_takes_the_changes_over_with_the_account(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    message_id = await world.sent(ada, conversation_id)
    async with delivering(world), delivering(world):
        await world.edit(ada, conversation_id, message_id, "Eleven")
        await comes_to_say(world, message_id, "Eleven")
        await world.fetch(
            "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
        )
        await world.edit(ada, conversation_id, message_id, "Twelve", revision=1)
        await comes_to_say(world, message_id, "Twelve")
    assert [words_of(each) for each in world.channel.changes] == ["Eleven", "Twelve"]


async def test_what_broke_in_the_middle_is_called_again_and_never_unknown(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    failures = [
        ProviderError("cut", is_retryable=False, is_ambiguous=True),
        ZeroDivisionError("a bug in a plug-in"),
    ]

    async def answer(_change: OutgoingChange) -> None:
        if failures:
            raise failures.pop(0)

    world.channel.answer_to_change = answer
    message_id = await world.sent(ada, conversation_id)
    async with delivering(world):
        await world.edit(ada, conversation_id, message_id, "Eleven")
        await comes_to_say(world, message_id, "Eleven")
    assert len(world.channel.changes) == 3
    assert await world.delivery_of(message_id) == "sent"


async def test_later_of_the_provider_shuts_the_account_for_changes_and_messages(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async def answer(_change: OutgoingChange) -> None:
        raise ProviderError("Too Many Requests", is_retryable=True, retry_after_seconds=900)

    world.channel.answer_to_change = answer
    message_id = await world.sent(ada, conversation_id)
    async with delivering(world):
        await world.delete(ada, conversation_id, message_id)
        await is_tried(world, 1)

        async def is_put_off() -> bool:
            return bool(
                await world.fetchval(
                    """select failures = 0 and next_attempt_at > now() + interval '800 seconds'
                         from message_changes"""
                )
            )

        await eventually(is_put_off)
        other = await world.reply(ada, conversation_id, "later")
        await asyncio.sleep(0.3)
    assert len(world.channel.changes) == 1
    assert await world.delivery_of(other.message.id) == "queued"


async def test_a_refusal_is_told_with_its_code_and_holds_up_nothing(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async def answer(change: OutgoingChange) -> None:
        if isinstance(change, OutgoingDeletion):
            raise ProviderError("too old", is_retryable=False, refusal="not_deletable")

    world.channel.answer_to_change = answer
    first = await world.sent(ada, conversation_id)
    second = await world.sent(ada, conversation_id)
    async with delivering(world):
        await world.delete(ada, conversation_id, first)
        await world.edit(ada, conversation_id, second, "Eleven")
        await comes_to_fail(world, first)
        await comes_to_say(world, second, "Eleven")
    view = await view_of(world, first)
    assert view.deleted_at is None
    assert view.change is not None
    assert (view.change.code, view.change.is_retryable) == ("not_deletable", False)
    assert (await told_of(world, first))[-1] == "MessageChangeFailed"


async def test_who_shut_us_out_is_marked_by_a_change_too(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async def answer(_change: OutgoingChange) -> None:
        raise ProviderError(
            "bot was blocked", is_retryable=False, is_address_unreachable=True, refusal="blocked"
        )

    world.channel.answer_to_change = answer
    message_id = await world.sent(ada, conversation_id)
    async with delivering(world):
        await world.edit(ada, conversation_id, message_id, "Eleven")
        await comes_to_fail(world, message_id)
    [address] = await world.fetch("select * from addresses")
    assert (address["is_reachable"], address["unreachable_reason"]) == (False, "blocked")


async def test_nobody_answers_and_in_the_end_the_human_decides(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async def answer(_change: OutgoingChange) -> None:
        raise ProviderError("Bad Gateway", is_retryable=True, refusal="unavailable")

    world.channel.answer_to_change = answer
    message_id = await world.sent(ada, conversation_id)
    await world.edit(ada, conversation_id, message_id, "Eleven")
    await world.execute("update message_changes set failures = $1", MOST_FAILURES - 1)
    async with delivering(world):
        await comes_to_fail(world, message_id)
        change = (await view_of(world, message_id)).change
        assert change is not None
        assert (change.code, change.is_retryable) == ("unavailable", True)
        world.channel.answer_to_change = world.channel.take_change
        await world.edit(ada, conversation_id, message_id, "Eleven")
        await comes_to_say(world, message_id, "Eleven")


async def test_a_newer_edit_waits_for_the_one_that_is_called(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    """What the customer has seen stands in the history, and the newest words win."""
    may_go = asyncio.Event()

    async def answer(_change: OutgoingChange) -> None:
        await may_go.wait()

    world.channel.answer_to_change = answer
    message_id = await world.sent(ada, conversation_id)
    async with delivering(world):
        await world.edit(ada, conversation_id, message_id, "Eleven")
        await is_tried(world, 1)
        await world.edit(ada, conversation_id, message_id, "Twelve")
        await asyncio.sleep(0.2)
        assert len(world.channel.changes) == 1
        may_go.set()
        await comes_to_say(world, message_id, "Twelve")
    rows = await world.fetch("select parts from message_revisions order by revision")
    assert [row["parts"][0]["text"] for row in rows] == ["Ten", "Eleven"]
    assert [words_of(each) for each in world.channel.changes] == ["Eleven", "Twelve"]


async def test_an_old_refusal_does_not_end_a_newer_change(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    message_id = await world.sent(ada, conversation_id)
    await world.edit(ada, conversation_id, message_id, "Eleven")
    older = await due_change(world)
    await world.edit(ada, conversation_id, message_id, "Twelve")
    await end_change(world.log, older, Ending(Happening.REFUSED, "no", "not_editable"))
    change = (await view_of(world, message_id)).change
    assert change is not None
    assert (change.state, change.parts) == ("pending", (TextPart(text="Twelve"),))


async def test_an_answer_that_comes_twice_or_after_the_deletion_changes_nothing(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    message_id = await world.sent(ada, conversation_id)
    await world.edit(ada, conversation_id, message_id, "Eleven")
    edit = await due_change(world)
    taken = Ending(Happening.ACCEPTED)
    await end_change(world.log, edit, taken)
    await end_change(world.log, edit, taken)
    assert (await view_of(world, message_id)).revision == 1
    await world.delete(ada, conversation_id, message_id)
    deletion = await due_change(world)
    await end_change(world.log, deletion, taken)
    await end_change(world.log, deletion, taken)
    await end_change(world.log, edit, taken)
    assert (await view_of(world, message_id)).revision == 1
    assert (await told_of(world, message_id)).count("MessageEdited") == 1
    assert (await told_of(world, message_id)).count("MessageDeleted") == 1


async def test_changes_take_turns_with_messages(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    """A provider that takes one at a time gets a change while messages wait."""
    world.channel.pace = world.channel.pace.__class__(
        account_rate=5, account_burst=1, address_rate=1000, address_burst=1000
    )
    order: list[str] = []

    async def answer(outgoing: Outgoing) -> Sent:
        order.append("message")
        return await world.channel.take(outgoing)

    async def answer_to_change(_change: OutgoingChange) -> None:
        order.append("change")

    world.channel.answer, world.channel.answer_to_change = answer, answer_to_change
    message_id = await world.sent(ada, conversation_id)
    await world.edit(ada, conversation_id, message_id, "Eleven")
    written = [await world.reply(ada, conversation_id, f"{number}") for number in range(4)]
    async with delivering(world):
        await becomes(world, written[-1].message.id, "sent")
        await comes_to_say(world, message_id, "Eleven")
    assert order.index("change") < len(order) - 1


async def test_an_account_that_is_switched_off_changes_nothing(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    message_id = await world.sent(ada, conversation_id)
    await world.edit(ada, conversation_id, message_id, "Eleven")
    await world.execute("update channel_accounts set is_enabled = false")
    async with delivering(world):
        await asyncio.sleep(0.3)
        assert world.channel.changes == []
        await world.execute("update channel_accounts set is_enabled = true")
        await comes_to_say(world, message_id, "Eleven")
