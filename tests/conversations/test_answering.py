"""What agents do in a conversation: answer, note, draft, read, close."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.finish_wrap_up import finish_wrap_up
from halfminute.conversations.actions.mark_read import mark_read
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.actions.save_draft import save_draft
from halfminute.conversations.errors import (
    AddressUnreachable,
    ConversationChanged,
    ConversationClosed,
    ConversationNotFound,
    ConversationNotYours,
    DraftChanged,
    InvalidText,
    MessageNotFound,
    MessageNotRetryable,
    UnknownDisposition,
)
from halfminute.conversations.schemas import Closing, DraftChange, NewNote
from halfminute.identity.principals import Grant, Principal
from halfminute.kit.ids import new_id
from halfminute.sdk.errors import InvalidEntities
from halfminute.sdk.model import Entity, TextPart
from tests.conversations.world import World, signed_in

SOLVED = Closing(is_solved=True, disposition_code="question_answered")


@pytest.fixture
async def ada(world: World) -> Principal:
    return signed_in(await world.add_agent())


@pytest.fixture
async def conversation_id(world: World, ada: Principal) -> UUID:
    conversation_id = await world.give(_id(ada))
    await world.hear(conversation_id)
    return conversation_id


def _id(principal: Principal) -> UUID:
    assert principal.user_id is not None
    return principal.user_id


async def test_a_reply_is_queued_and_the_customer_is_waited_for(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    written = await world.reply(ada, conversation_id, "Good day!")
    assert written.is_new
    assert written.message.delivery == "queued"
    assert written.message.parts == (TextPart(text="Good day!"),)
    assert (written.message.author_kind, written.message.author_name) == ("agent", "Ada")
    row = await world.row("conversations", conversation_id)
    assert (row["awaiting"], row["unanswered_since"]) == ("customer", None)
    assert row["first_reply_at"] is not None
    assert row["last_message_id"] == written.message.id
    assert await world.fetchval("select count(*) from outbox") == 1


async def test_the_first_reply_stays_the_first(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    await world.reply(ada, conversation_id)
    first = (await world.row("conversations", conversation_id))["first_reply_at"]
    await world.reply(ada, conversation_id)
    assert (await world.row("conversations", conversation_id))["first_reply_at"] == first


async def test_the_same_client_id_makes_one_message_however_often_it_comes(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    client_id = new_id()
    written = await asyncio.gather(
        *(world.reply(ada, conversation_id, "once", client_id=client_id) for _ in range(8))
    )
    assert len({each.message.id for each in written}) == 1
    assert [each.is_new for each in written].count(True) == 1
    assert await world.fetchval("select count(*) from messages where direction = 'out'") == 1
    assert await world.fetchval("select count(*) from outbox") == 1
    assert await world.count_told("ReplyQueued") == 1


async def test_a_repeated_reply_is_known_even_after_the_conversation_was_closed(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    client_id = new_id()
    first = await world.reply(ada, conversation_id, client_id=client_id)
    await close_conversation(world.log, ada, conversation_id, SOLVED)
    again = await world.reply(ada, conversation_id, client_id=client_id)
    assert (again.message.id, again.is_new) == (first.message.id, False)


async def test_only_who_has_the_conversation_may_answer(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    other = signed_in(await world.add_agent(name="Bob"))
    with pytest.raises(ConversationNotFound):
        await world.reply(other, conversation_id)
    waiting = await world.queue_conversation(await world.add_queue())
    with pytest.raises(ConversationNotFound):
        await world.reply(ada, waiting)


async def test_who_sees_it_wait_must_take_it_before_answering(world: World) -> None:
    queue_id = await world.add_queue()
    ada = signed_in(await world.add_agent(queue_id))
    waiting = await world.queue_conversation(queue_id)
    with pytest.raises(ConversationNotYours):
        await world.reply(ada, waiting)


async def test_after_a_reassignment_the_former_holder_is_refused(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    bob = await world.add_agent(name="Bob")
    await world.assign(conversation_id, bob)  # type: ignore[arg-type]
    with pytest.raises(ConversationNotFound):
        await world.reply(ada, conversation_id)
    assert (await world.reply(signed_in(bob), conversation_id)).is_new


async def test_a_supervisor_answers_within_its_scope_only(world: World) -> None:
    ours, theirs = await world.add_queue(), await world.add_queue()
    conversation_id = await world.give(await world.add_agent(), ours)
    user_id = await world.add_user("Sara")
    within = signed_in(user_id, Grant("supervisor", "queue", ours), name="Sara")
    without = signed_in(user_id, Grant("supervisor", "queue", theirs), name="Sara")
    written = await world.reply(within, conversation_id)
    assert written.message.author_name == "Sara"
    with pytest.raises(ConversationNotFound):
        await world.reply(without, conversation_id)


async def test_a_supervisor_of_the_team_answers(world: World) -> None:
    agent_id = await world.add_agent(team="Mobile")
    team_id = await world.fetchval("select id from teams")
    conversation_id = await world.give(agent_id)
    sara = signed_in(await world.add_user("Sara"), Grant("supervisor", "team", team_id))
    assert (await world.reply(sara, conversation_id)).is_new


async def test_a_closed_conversation_is_not_answered(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    await close_conversation(world.log, ada, conversation_id, SOLVED)
    with pytest.raises(ConversationClosed):
        await world.reply(ada, conversation_id)


async def test_who_cannot_be_reached_is_not_written_to(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    await world.execute("update addresses set is_reachable = false, unreachable_reason = 'blocked'")
    with pytest.raises(AddressUnreachable) as refusal:
        await world.reply(ada, conversation_id)
    assert refusal.value.fields == {"reason": "blocked"}
    assert await world.fetchval("select count(*) from outbox") == 0


@pytest.mark.parametrize("text", ["", "  \n", "a" * 40_961, "a\0b", "a\ud800"])
async def test_a_text_that_cannot_go_out_is_refused(
    world: World, ada: Principal, conversation_id: UUID, text: str
) -> None:
    with pytest.raises(InvalidText):
        await world.reply(ada, conversation_id, text)


async def test_the_limit_counts_code_points(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    written = await world.reply(ada, conversation_id, "👍" * 4096)
    assert written.is_new


@pytest.mark.parametrize(
    "entity",
    [
        Entity(type="bold", offset=0, length=6),
        Entity(type="spoiler", offset=0, length=1),
        Entity(type="text_link", offset=0, length=1, url="javascript:alert(1)"),
        Entity(type="text_link", offset=0, length=1, url="https://a\0"),
    ],
)
async def test_entities_that_do_not_fit_are_refused(
    world: World, ada: Principal, conversation_id: UUID, entity: Entity
) -> None:
    with pytest.raises(InvalidEntities):
        await world.reply(ada, conversation_id, "Hello", entities=(entity,))


async def test_a_reply_names_what_it_answers(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    asked = await world.hear(conversation_id, "How much?")
    written = await world.reply(ada, conversation_id, "Ten.", reply_to=asked)
    assert written.message.reply_to is not None
    assert written.message.reply_to.message_id == asked
    assert written.message.reply_to.preview == "How much?"


async def test_a_message_of_another_conversation_cannot_be_answered_here(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    elsewhere = await world.hear(await world.give(_id(ada)))
    with pytest.raises(MessageNotFound):
        await world.reply(ada, conversation_id, reply_to=elsewhere)


async def test_a_note_stays_inside(world: World, ada: Principal, conversation_id: UUID) -> None:
    before = await world.row("conversations", conversation_id)
    note = NewNote(client_id=new_id(), text="An old acquaintance.")
    written = await add_note(world.log, ada, conversation_id, note)
    again = await add_note(world.log, ada, conversation_id, note)
    assert (written.message.direction, written.message.delivery) == ("internal", None)
    assert (again.message.id, again.is_new) == (written.message.id, False)
    assert await world.fetchval("select count(*) from outbox") == 0
    assert await world.row("conversations", conversation_id) == before


async def test_who_only_sees_it_wait_leaves_no_note(world: World) -> None:
    queue_id = await world.add_queue()
    ada = signed_in(await world.add_agent(queue_id))
    waiting = await world.queue_conversation(queue_id)
    with pytest.raises(ConversationNotYours):
        await add_note(world.log, ada, waiting, NewNote(client_id=new_id(), text="mine?"))


async def test_the_newer_device_keeps_its_draft(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    async def save(text: str, version: int) -> int:
        change = DraftChange(text=text, version=version)
        return (await save_draft(world.log, ada, conversation_id, change)).version

    first = await save("Good", 0)
    second = await save("Good day", first)
    assert second > first
    for stale in (0, first):
        with pytest.raises(DraftChanged) as refusal:
            await save("Hi", stale)
        assert refusal.value.fields == {"version": second}
    with pytest.raises(DraftChanged):
        await save("", first)
    assert await save("", second) == 0
    assert await save("", second) == 0
    with pytest.raises(DraftChanged):
        await save("an old device wakes up", first)
    assert await save("anew", 0) > second


async def test_two_devices_that_begin_at_once_have_one_winner(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    results = await asyncio.gather(
        *(
            save_draft(world.log, ada, conversation_id, DraftChange(text=f"{n}", version=0))
            for n in range(6)
        ),
        return_exceptions=True,
    )
    refused = [each for each in results if isinstance(each, DraftChanged)]
    assert len(refused) == 5


async def test_a_read_mark_only_moves_forwards(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    older = await world.hear(conversation_id)
    newer = await world.hear(conversation_id)
    for message_id in (newer, older, newer):
        await mark_read(world.log, world.registry, ada, conversation_id, message_id)
    marked = await world.fetchval("select last_read_message_id from conversation_reads")
    assert marked == newer
    assert await world.count_told("ConversationRead") == 1
    with pytest.raises(MessageNotFound):
        await mark_read(world.log, world.registry, ada, conversation_id, new_id())


@pytest.mark.parametrize(
    ("wrap_up", "state", "event"),
    [
        ("none", "closed", "ConversationClosed"),
        ("fixed", "wrap_up", "WrapUpStarted"),
        ("open", "wrap_up", "WrapUpStarted"),
    ],
)
async def test_what_follows_the_closing_is_the_queues_to_say(
    world: World, wrap_up: str, state: str, event: str
) -> None:
    queue_id = await world.add_queue(wrap_up=wrap_up)
    ada = signed_in(await world.add_agent(queue_id))
    conversation_id = await world.give(_id(ada), queue_id)
    view = await close_conversation(world.log, ada, conversation_id, SOLVED)
    assert (view.state, view.is_solved, view.awaiting) == (state, True, "nobody")
    assert view.disposition_code == "question_answered"
    assert view.solved_at is not None
    again = await close_conversation(world.log, ada, conversation_id, SOLVED)
    assert again == view
    assert await world.count_told(event) == 1


async def test_a_wrap_up_is_finished_once(world: World) -> None:
    queue_id = await world.add_queue(wrap_up="open")
    ada = signed_in(await world.add_agent(queue_id))
    conversation_id = await world.give(_id(ada), queue_id)
    with pytest.raises(ConversationChanged):
        await finish_wrap_up(world.log, ada, conversation_id)
    await close_conversation(world.log, ada, conversation_id, SOLVED)
    view = await finish_wrap_up(world.log, ada, conversation_id)
    assert view.state == "closed"
    assert await finish_wrap_up(world.log, ada, conversation_id) == view
    assert await world.count_told("ConversationClosed") == 1


async def test_a_disposition_must_be_in_use(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    await world.execute("update dispositions set is_enabled = false where code = 'spam'")
    for code in ("spam", "nonsense"):
        closing = Closing(is_solved=False, disposition_code=code)
        with pytest.raises(UnknownDisposition):
            await close_conversation(world.log, ada, conversation_id, closing)
    assert await world.state_of(conversation_id) == "active"


async def test_what_nobody_has_is_not_closed_by_who_sees_it_wait(world: World) -> None:
    queue_id = await world.add_queue()
    ada = signed_in(await world.add_agent(queue_id))
    waiting = await world.queue_conversation(queue_id)
    with pytest.raises(ConversationNotYours):
        await close_conversation(world.log, ada, waiting, SOLVED)


@pytest.mark.parametrize("delivery", ["queued", "sending", "sent", "delivered", "read"])
async def test_what_is_under_way_or_there_is_not_sent_again(
    world: World, ada: Principal, conversation_id: UUID, delivery: str
) -> None:
    written = await world.reply(ada, conversation_id)
    await world.execute("update messages set delivery = $1 where direction = 'out'", delivery)
    with pytest.raises(MessageNotRetryable):
        await retry_message(world.log, ada, conversation_id, written.message.id)


async def test_a_retry_names_a_message_of_its_conversation(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    other = await world.give(_id(ada))
    written = await world.reply(ada, other)
    await world.execute("delete from outbox")
    await world.execute("update messages set delivery = 'failed' where direction = 'out'")
    with pytest.raises(MessageNotFound):
        await retry_message(world.log, ada, conversation_id, written.message.id)
    twice = await asyncio.gather(
        *(retry_message(world.log, ada, other, written.message.id) for _ in range(2)),
        return_exceptions=True,
    )
    assert [isinstance(each, MessageNotRetryable) for each in twice].count(True) == 1
    assert await world.fetchval("select count(*) from outbox") == 1
