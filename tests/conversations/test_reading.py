"""What is read of conversations, and by whom."""

from __future__ import annotations

from uuid import UUID

import pytest

from halfminute.contacts.errors import ContactNotFound
from halfminute.conversations import queries
from halfminute.conversations.access import may_see_conversation
from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.actions.mark_read import mark_read
from halfminute.conversations.actions.save_draft import save_draft
from halfminute.conversations.cursors import Place, read_cursor, write_cursor
from halfminute.conversations.errors import ConversationNotFound, InvalidCursor
from halfminute.conversations.projectors import fetch_conversations, fetch_messages
from halfminute.conversations.schemas import DraftChange, DraftView, NewNote
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.kit.event_log import get_last_seq
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now
from halfminute.queues.errors import QueueNotFound
from tests.conversations.world import World, signed_in


async def sees(world: World, principal: Principal, conversation_id: UUID) -> bool:
    async with world.database.connection() as connection:
        return await may_see_conversation(connection, principal, conversation_id)


async def test_an_agent_sees_its_own_and_what_waits_in_its_queues(world: World) -> None:
    ours, theirs = await world.add_queue(), await world.add_queue()
    ada_id, bob_id = await world.add_agent(ours), await world.add_agent(ours, name="Bob")
    ada = signed_in(ada_id)
    assert await sees(world, ada, await world.give(ada_id, ours))
    assert await sees(world, ada, await world.queue_conversation(ours))
    assert not await sees(world, ada, await world.queue_conversation(theirs))
    assert not await sees(world, ada, await world.give(bob_id, ours))
    assert not await sees(world, ada, new_id())


async def test_supervisors_see_by_their_scope_and_admins_all(world: World) -> None:
    ours, theirs = await world.add_queue(), await world.add_queue()
    ada_id = await world.add_agent(team="Mobile")
    team_id = await world.fetchval("select id from teams")
    sara_id = await world.add_user("Sara")
    answered = await world.give(ada_id, ours)
    waiting = await world.queue_conversation(theirs)
    expected = {
        Grant("supervisor", "queue", ours): (True, False),
        Grant("supervisor", "queue", theirs): (False, True),
        Grant("supervisor", "team", team_id): (True, False),
        Grant("supervisor", "team", new_id()): (False, False),
        Grant("supervisor", "own"): (False, False),
        Grant("admin", "all"): (True, True),
    }
    for grant, seen in expected.items():
        sara = signed_in(sara_id, grant)
        assert (await sees(world, sara, answered), await sees(world, sara, waiting)) == seen


async def test_the_holder_of_a_token_follows_its_conversation_alone(world: World) -> None:
    mine, other = await world.open_conversation(), await world.open_conversation()
    vera = Principal(kind="conversation", name="Vera", conversation_id=mine)
    assert await sees(world, vera, mine)
    assert not await sees(world, vera, other)


async def test_a_queue_is_paged_by_who_waits_longest(world: World) -> None:
    queue_id = await world.add_queue()
    ada = signed_in(await world.add_agent(queue_id))
    waiting = [await world.queue_conversation(queue_id) for _ in range(7)]
    # Some began to wait at the same moment.
    await world.execute(
        "update conversations set queued_at = (select min(queued_at) from conversations) "
        "where id = any($1::uuid[])",
        waiting[:4],
    )
    found: list[UUID] = []
    cursor: str | None = None
    while True:
        page = await queries.get_queue_page(world.database, ada, queue_id, after=cursor, limit=3)
        found += [view.id for view in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == waiting
    async with world.database.connection() as connection:
        assert page.stream_seq == await get_last_seq(connection, f"queue:{queue_id}")


async def test_a_queue_is_shown_to_who_serves_it(world: World) -> None:
    queue_id = await world.add_queue()
    await world.queue_conversation(queue_id)
    outsider = signed_in(await world.add_agent())
    supervisor = signed_in(await world.add_user("Sara"), Grant("supervisor", "queue", queue_id))
    with pytest.raises(QueueNotFound):
        await queries.get_queue_page(world.database, outsider, queue_id, after=None, limit=50)
    page = await queries.get_queue_page(world.database, supervisor, queue_id, after=None, limit=50)
    assert len(page.items) == 1


async def test_messages_are_paged_backwards_oldest_first(world: World) -> None:
    ada_id = await world.add_agent()
    conversation_id = await world.give(ada_id)
    heard = [await world.hear(conversation_id, f"{n}") for n in range(5)]
    ada = signed_in(ada_id)

    async def page(before: UUID | None) -> tuple[list[UUID], bool]:
        found = await queries.get_message_page(
            world.database, ada, conversation_id, before=before, limit=2
        )
        return [view.id for view in found.items], found.has_more

    assert await page(None) == (heard[3:], True)
    assert await page(heard[3]) == (heard[1:3], True)
    assert await page(heard[1]) == (heard[:1], False)
    with pytest.raises(ConversationNotFound):
        await queries.get_message_page(
            world.database,
            signed_in(await world.add_agent(name="Bob")),
            conversation_id,
            before=None,
            limit=2,
        )


async def test_a_conversation_is_shown_with_ones_own_draft_and_mark(world: World) -> None:
    ada_id = await world.add_agent()
    conversation_id = await world.give(ada_id)
    heard = await world.hear(conversation_id, "Hello there")
    ada = signed_in(ada_id)
    sara = signed_in(await world.add_user("Sara"), Grant("admin", "all"))
    saved = await save_draft(world.log, ada, conversation_id, DraftChange(text="Good d", version=0))
    await mark_read(world.log, world.registry, ada, conversation_id, heard)
    mine = await queries.get_conversation_detail(world.database, ada, conversation_id)
    assert mine.draft == DraftView(text="Good d", version=saved.version)
    assert mine.last_read_message_id == heard
    assert mine.conversation.contact.name == "Vera"
    assert mine.conversation.agent_name == "Ada"
    assert mine.conversation.last_message is not None
    assert mine.conversation.last_message.preview == "Hello there"
    theirs = await queries.get_conversation_detail(world.database, sara, conversation_id)
    assert (theirs.draft, theirs.last_read_message_id) == (None, None)
    async with world.database.connection() as connection:
        seq = await get_last_seq(connection, f"conversation:{conversation_id}")
    assert mine.stream_seq == seq == 2


async def test_the_panel_shows_what_of_the_contact_its_reader_may_see(world: World) -> None:
    address_id = await world.add_address()
    contact_id = await world.fetchval("select contact_id from addresses")
    ada_id, bob_id = await world.add_agent(), await world.add_agent(name="Bob")
    mine = await world.open_conversation(address_id)
    await world.assign(mine, ada_id)
    await world.close(mine)
    theirs = await world.open_conversation(address_id)
    await world.assign(theirs, bob_id)
    admin = signed_in(await world.add_user("Sara"), Grant("admin", "all"))
    shown = {}
    async with world.database.connection() as connection:
        for reader in (signed_in(ada_id), admin):
            panel = await queries.get_contact_panel(connection, reader, contact_id)
            shown[reader.user_id] = [view.id for view in panel.conversations]
            assert panel.contact.name == "Vera"
            assert [address.id for address in panel.addresses] == [address_id]
        stranger = signed_in(await world.add_agent(name="Eve"))
        with pytest.raises(ContactNotFound):
            await queries.get_contact_panel(connection, stranger, contact_id)
        with pytest.raises(ContactNotFound):
            await queries.get_contact_panel(connection, admin, new_id())
    assert shown == {ada_id: [mine], admin.user_id: [theirs, mine]}


async def test_the_contact_is_shown_less_than_the_desk(world: World) -> None:
    queue_id = await world.add_queue()
    ada_id = await world.add_agent(queue_id)
    conversation_id = await world.give(ada_id, queue_id)
    ada = signed_in(ada_id)
    said = (await world.reply(ada, conversation_id)).message.id
    note = NewNote(client_id=new_id(), text="careful")
    noted = (await add_note(world.log, ada, conversation_id, note)).message.id
    async with world.database.connection() as connection:
        messages = await fetch_messages(connection, [said, noted], "contact")
        conversations = await fetch_conversations(connection, [conversation_id], "contact")
    assert set(messages) == {said}
    assert (messages[said].author_id, messages[said].author_name) == (None, "Ada")
    view = conversations[conversation_id]
    assert (view.agent_id, view.queue_id, view.agent_name) == (None, None, "Ada")


async def test_views_of_many_are_fetched_at_once_and_of_none_at_all(world: World) -> None:
    ids = [await world.open_conversation() for _ in range(30)]
    async with world.database.connection() as connection:
        assert set(await queries.list_conversation_views(connection, [*ids, new_id()])) == set(ids)
        assert await queries.list_conversation_views(connection, []) == {}
        assert await queries.list_message_views(connection, []) == {}


def test_a_cursor_comes_back_as_it_was_written() -> None:
    place = Place(utc_now(), new_id())
    assert read_cursor(write_cursor(place)) == place
    for forged in ("", "x", f"{'9' * 18}.{new_id().hex}", "1.2", f"-1.{new_id().hex}"):
        with pytest.raises(InvalidCursor):
            read_cursor(forged)


async def test_the_system_sees_everything(world: World) -> None:
    assert await sees(world, SYSTEM, await world.open_conversation())
