"""What agents change of what they have sent: asked for once, by who may, of what can be changed."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.drop_change import drop_change
from halfminute.conversations.delivery.changes import end_change, list_due_changes
from halfminute.conversations.delivery.endings import Ending
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.errors import (
    ChangeUnderWay,
    ChannelCannotChange,
    ConversationClosed,
    ConversationNotFound,
    ConversationNotYours,
    InvalidText,
    MessageDeleted,
    MessageNotFound,
    MessageNotOurs,
    MessageNotSent,
    MessageRevised,
)
from halfminute.conversations.projectors import fetch_messages
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import ChangeView, Closing, MessageView
from halfminute.identity.principals import Grant, Principal
from halfminute.kit.errors import HalfminuteError
from halfminute.kit.ids import new_id
from halfminute.sdk.errors import InvalidEntities
from halfminute.sdk.model import Entity, TextPart
from tests.conversations.world import World, signed_in

SOLVED = Closing(is_solved=True, disposition_code="question_answered")
TAKEN = Ending(Happening.ACCEPTED)
REFUSED = Ending(Happening.REFUSED, "message can't be edited", "not_editable")


@pytest.fixture
async def ada(world: World) -> Principal:
    return signed_in(await world.add_agent())


@pytest.fixture
async def conversation_id(world: World, ada: Principal) -> UUID:
    assert ada.user_id is not None
    return await world.give(ada.user_id)


@pytest.fixture
async def message_id(world: World, ada: Principal, conversation_id: UUID) -> UUID:
    return await world.sent(ada, conversation_id, "Ten")


async def comes_of(world: World, ending: Ending) -> None:
    """The provider answers to the one change that is due."""
    assert world.account_id is not None
    async with world.database.connection() as connection:
        [due] = await list_due_changes(connection, world.account_id, busy_message_ids=[], limit=9)
    await end_change(world.log, due, ending)


async def view_of(world: World, message_id: UUID) -> MessageView:
    async with world.database.connection() as connection:
        return await get_message_view(connection, message_id)


def pending_edit(text: str) -> ChangeView:
    return ChangeView(
        kind="edit",
        state="pending",
        parts=(TextPart(text=text),),
        code="",
        reason="",
        is_retryable=False,
    )


async def test_the_old_words_stand_until_the_provider_has_the_new(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    asked = await world.edit(ada, conversation_id, message_id, "Eleven")
    assert asked.parts == (TextPart(text="Ten"),)
    assert asked.change == pending_edit("Eleven")

    await comes_of(world, TAKEN)

    view = await view_of(world, message_id)
    assert (view.parts, view.change) == ((TextPart(text="Eleven"),), None)
    assert view.revision == 1
    assert view.edited_at is not None
    [aside] = await world.fetch("select revision, parts from message_revisions")
    assert (aside["revision"], aside["parts"][0]["text"]) == (0, "Ten")
    assert await world.count_told("MessageEdited") == 1


async def test_a_message_is_deleted_when_the_provider_has_done_it(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    asked = await world.delete(ada, conversation_id, message_id)
    assert asked.deleted_at is None
    assert asked.change is not None
    assert (asked.change.kind, asked.change.state) == ("delete", "pending")

    await comes_of(world, TAKEN)

    view = await view_of(world, message_id)
    assert view.deleted_at is not None
    assert view.change is None
    assert await world.count_told("MessageDeleted") == 1


async def test_the_same_edit_said_twice_is_asked_for_once(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    asked = await asyncio.gather(
        *(world.edit(ada, conversation_id, message_id, "Eleven") for _ in range(6))
    )
    assert {each.change for each in asked} == {pending_edit("Eleven")}
    assert await world.count_told("MessageChangeRequested") == 1
    await comes_of(world, TAKEN)
    again = await world.edit(ada, conversation_id, message_id, "Eleven")
    assert (again.change, again.revision) == (None, 1)
    assert await world.count_told("MessageChangeRequested") == 1


async def test_the_same_words_are_answered_without_a_call(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    assert (await world.edit(ada, conversation_id, message_id, "Ten")).change is None
    assert await world.fetchval("select count(*) from message_changes") == 0


async def test_a_newer_edit_takes_the_place_of_an_older(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    await world.edit(ada, conversation_id, message_id, "Eleven")
    asked = await world.edit(ada, conversation_id, message_id, "Twelve")
    assert asked.change == pending_edit("Twelve")
    await comes_of(world, TAKEN)
    assert (await view_of(world, message_id)).parts == (TextPart(text="Twelve"),)


async def test_back_to_the_old_words_is_called_while_an_edit_is_under_way(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    """The provider may have the other words already, though we do not know."""
    await world.edit(ada, conversation_id, message_id, "Eleven")
    asked = await world.edit(ada, conversation_id, message_id, "Ten")
    assert asked.change == pending_edit("Ten")
    await comes_of(world, TAKEN)
    view = await view_of(world, message_id)
    assert (view.parts, view.revision, view.change) == ((TextPart(text="Ten"),), 0, None)
    assert await world.count_told("MessageChangeDropped") == 1


async def test_a_deletion_takes_the_place_of_an_edit_and_never_the_other_way(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    await world.edit(ada, conversation_id, message_id, "Eleven")
    await world.delete(ada, conversation_id, message_id)
    with pytest.raises(MessageDeleted):
        await world.edit(ada, conversation_id, message_id, "Twelve")
    await world.delete(ada, conversation_id, message_id)
    assert await world.count_told("MessageChangeRequested") == 2
    await comes_of(world, TAKEN)
    with pytest.raises(MessageDeleted):
        await world.edit(ada, conversation_id, message_id, "Twelve")
    assert (await world.delete(ada, conversation_id, message_id)).change is None
    assert await world.count_told("MessageDeleted") == 1


async def test_two_tabs_at_once_come_to_one_result(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    texts = [f"{number}" for number in range(6)]
    deeds = [world.edit(ada, conversation_id, message_id, text) for text in texts]
    deletion = world.delete(ada, conversation_id, message_id)
    answers = await asyncio.gather(*deeds, deletion, return_exceptions=True)
    assert {type(each) for each in answers} <= {MessageView, MessageDeleted}
    await comes_of(world, TAKEN)
    assert (await view_of(world, message_id)).deleted_at is not None
    assert await world.fetchval("select count(*) from message_changes") == 0


async def test_words_that_were_changed_meanwhile_are_not_written_over_unread(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    await world.edit(ada, conversation_id, message_id, "Eleven")
    await comes_of(world, TAKEN)
    with pytest.raises(MessageRevised) as caught:
        await world.edit(ada, conversation_id, message_id, "Nine")
    assert caught.value.fields == {"revision": 1}
    asked = await world.edit(ada, conversation_id, message_id, "Nine", revision=1)
    assert asked.change == pending_edit("Nine")


async def test_a_refused_edit_is_told_and_may_be_dropped_or_tried_again(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    await world.edit(ada, conversation_id, message_id, "Eleven")
    await comes_of(world, REFUSED)
    change = (await view_of(world, message_id)).change
    assert change is not None
    assert (change.state, change.code, change.reason) == (
        "failed",
        "not_editable",
        "message can't be edited",
    )
    again = await world.edit(ada, conversation_id, message_id, "Eleven")
    assert again.change == pending_edit("Eleven")
    await comes_of(world, REFUSED)
    for _ in range(2):
        view = await drop_change(world.log, ada, conversation_id, message_id)
        assert (view.change, view.parts) == (None, (TextPart(text="Ten"),))
    assert await world.count_told("MessageChangeFailed") == 2
    assert await world.count_told("MessageChangeDropped") == 1


async def test_what_is_under_way_cannot_be_dropped(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    await world.edit(ada, conversation_id, message_id, "Eleven")
    with pytest.raises(ChangeUnderWay):
        await drop_change(world.log, ada, conversation_id, message_id)


async def refusals_of(
    world: World, principal: Principal, conversation_id: UUID, message_id: UUID
) -> list[type[BaseException]]:
    """What an edit, a deletion and the dropping of a change are answered with."""
    answers = [
        world.edit(principal, conversation_id, message_id, "Eleven"),
        world.delete(principal, conversation_id, message_id),
        drop_change(world.log, principal, conversation_id, message_id),
    ]
    refused: list[type[BaseException]] = []
    for answer in answers:
        with pytest.raises(HalfminuteError) as caught:
            await answer
        refused.append(caught.type)
    assert await world.fetchval("select count(*) from message_changes") == 0
    return refused


async def test_only_what_an_agent_wrote_and_the_provider_has_can_be_changed(
    world: World, ada: Principal, conversation_id: UUID
) -> None:
    heard = await world.hear(conversation_id)
    assert set(await refusals_of(world, ada, conversation_id, heard)) == {MessageNotOurs}
    assert set(await refusals_of(world, ada, conversation_id, new_id())) == {MessageNotFound}
    written = (await world.reply(ada, conversation_id)).message.id
    for state in ("queued", "sending", "failed", "unknown"):
        await world.execute("update messages set delivery = $2 where id = $1", written, state)
        assert set(await refusals_of(world, ada, conversation_id, written)) == {MessageNotSent}


@pytest.mark.parametrize("state", ["delivered", "read"])
async def test_a_message_that_was_read_can_be_changed_still(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID, state: str
) -> None:
    await world.execute("update messages set delivery = $2 where id = $1", message_id, state)
    asked = await world.edit(ada, conversation_id, message_id, "Eleven")
    assert asked.change == pending_edit("Eleven")


async def test_a_message_is_changed_in_its_own_conversation_alone(
    world: World, ada: Principal, message_id: UUID
) -> None:
    assert ada.user_id is not None
    other = await world.give(ada.user_id)
    assert set(await refusals_of(world, ada, other, message_id)) == {MessageNotFound}


async def test_who_does_not_hold_the_conversation_changes_nothing(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    bob = signed_in(await world.add_agent(name="Bob"), name="Bob")
    assert set(await refusals_of(world, bob, conversation_id, message_id)) == {ConversationNotFound}
    everywhere = signed_in(await world.add_user("Ann"), Grant("supervisor", "all"), name="Ann")
    asked = await world.edit(everywhere, conversation_id, message_id, "Eleven")
    assert asked.change == pending_edit("Eleven")


async def test_who_sees_it_wait_must_take_it_first(world: World, ada: Principal) -> None:
    queue_id = await world.add_queue()
    bob = signed_in(await world.add_agent(queue_id, name="Bob"), name="Bob")
    assert ada.user_id is not None
    conversation_id = await world.give(ada.user_id, queue_id)
    message_id = await world.sent(ada, conversation_id)
    await world.execute(
        "update conversations set state = 'queued', agent_id = null where id = $1", conversation_id
    )
    assert set(await refusals_of(world, bob, conversation_id, message_id)) == {ConversationNotYours}


async def test_a_closed_conversation_stays_as_it_is(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    await close_conversation(world.log, ada, conversation_id, SOLVED)
    assert set(await refusals_of(world, ada, conversation_id, message_id)) == {ConversationClosed}


async def test_a_channel_that_cannot_is_not_asked(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    world.channel.can_change = False
    with pytest.raises(ChannelCannotChange):
        await world.edit(ada, conversation_id, message_id, "Eleven")
    with pytest.raises(ChannelCannotChange):
        await world.delete(ada, conversation_id, message_id)


async def test_words_that_no_message_may_have_are_refused(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    for text in ("", " \n", "a" * 4097, "a\0b"):
        with pytest.raises(InvalidText):
            await world.edit(ada, conversation_id, message_id, text)
    far = (Entity(type="bold", offset=3, length=9),)
    with pytest.raises(InvalidEntities):
        await world.edit(ada, conversation_id, message_id, "Eleven", entities=far)
    assert await world.fetchval("select count(*) from message_changes") == 0


async def test_the_contact_is_told_of_no_wish_and_of_no_deleted_words(
    world: World, ada: Principal, conversation_id: UUID, message_id: UUID
) -> None:
    await world.edit(ada, conversation_id, message_id, "Eleven")
    async with world.database.connection() as connection:
        view = (await fetch_messages(connection, [message_id], "contact"))[message_id]
    assert (view.change, view.parts) == (None, (TextPart(text="Ten"),))
    await world.delete(ada, conversation_id, message_id)
    await comes_of(world, TAKEN)
    async with world.database.connection() as connection:
        view = (await fetch_messages(connection, [message_id], "contact"))[message_id]
    assert view.parts == ()
