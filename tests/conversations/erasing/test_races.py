"""Somebody speaks, sends or dies while a contact is being erased: nothing of it is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

import pytest

from halfminute.channels.fetching import ProviderFiles
from halfminute.contacts.erasure_journal import ErasureJournal, ErasureNotKept
from halfminute.contacts.errors import ContactErased, ContactNotFound, ErasureNotConfirmed
from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.actions.edit_message import edit_message
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.actions.save_draft import save_draft
from halfminute.conversations.delivery.attempts import begin_attempt, end_attempt, list_due
from halfminute.conversations.delivery.changes import end_change, list_due_changes
from halfminute.conversations.delivery.endings import Ending
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.erasing import ErasureWorker, _erase_batch, complete_erasure
from halfminute.conversations.schemas import DraftChange, NewNote, NewReply, NewWords
from halfminute.conversations.transitions import assign
from halfminute.conversations.types import ConversationId
from halfminute.files.fetching import FileFetcher
from halfminute.files.retention import remove_leftovers
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM
from halfminute.kit.errors import Forbidden, HalfminuteError
from halfminute.kit.ids import new_id
from tests.conversations.erasing.canary import (
    CANARY,
    CHAT,
    SENDER,
    agent_of,
    find_in_database,
    live,
)
from tests.main.backup.vault import picture
from tests.plain_channel import message, raw_of, reaction
from tests.routing.centre import eventually
from tests.scene import Scene


async def keep_nowhere(_contact_id: UUID, _keys: Collection[AddressKey]) -> None:
    """Another play has the journal."""


async def shut(scene: Scene, contact_id: UUID, confirmation: str = SENDER.name) -> None:
    await erase_contact(scene.log, SYSTEM, contact_id, confirmation=confirmation, keep=keep_nowhere)


async def meet(scene: Scene, text: str = f"Hello {CANARY}") -> UUID:
    await scene.tell(message(text, chat=CHAT, name=SENDER.name))
    row = await scene.row("select id from contacts where erased_at is null")
    return UUID(str(row["id"]))


async def take_up(scene: Scene) -> UUID:
    """The agent has the conversation."""
    row = await scene.row("select id from conversations where state <> 'closed'")
    conversation_id = ConversationId(row["id"])
    async with scene.log.write() as unit:
        await assign(unit, conversation_id, scene.agent_id, from_states=["queued"], by="pull")
    return UUID(str(row["id"]))


async def say(scene: Scene, conversation_id: UUID) -> UUID:
    new = NewReply(client_id=new_id(), text=f"Dear {CANARY}")
    return (
        await reply(scene.log, scene.registry, agent_of(scene), conversation_id, new)
    ).message.id


async def test_whoever_writes_afterwards_is_a_new_contact(scene: Scene, store: FileStore) -> None:
    contact_id = await meet(scene)
    await shut(scene, contact_id)
    await scene.tell(message("Me again", chat=CHAT, name="Olena"))

    await complete_erasure(scene.log, store, contact_id)

    fresh = await scene.row("select * from contacts where erased_at is null")
    assert (fresh["id"] != contact_id, fresh["name"]) == (True, "Olena")
    texts = await scene.rows("select parts from messages where erased_at is null")
    assert [row["parts"][0]["text"] for row in texts] == ["Me again"]
    # What they said since is theirs: the payload too.
    assert len(await scene.rows("select from raw_payloads")) == 1


async def test_what_comes_in_at_the_very_moment_is_erased_or_of_a_new_contact(
    scene: Scene, store: FileStore
) -> None:
    contact_id = await meet(scene)
    coming = [message(f"{CANARY} {n}", chat=CHAT, name=SENDER.name) for n in range(40)]
    telling = asyncio.create_task(scene.tell_at_once(*coming))
    await asyncio.sleep(0)
    await shut(scene, contact_id)
    await telling

    await complete_erasure(scene.log, store, contact_id)

    left = await scene.rows(
        "select m.id from messages m join conversations c on c.id = m.conversation_id"
        " where c.contact_id = $1 and (m.erased_at is null or m.parts <> '[]')",
        contact_id,
    )
    assert left == []
    assert len(await scene.rows("select from messages")) == 41
    # Whoever is new has an address of their own, and all that they said.
    for row in await scene.rows("select id from contacts where erased_at is null"):
        assert row["id"] != contact_id


async def test_a_repeated_payload_of_before_stays_out(scene: Scene, store: FileStore) -> None:
    raw = raw_of(message(f"Once {CANARY}", chat=CHAT, name=SENDER.name))
    await scene.inbox.take_in(scene.account_id, raw)
    contact = await scene.row("select id from contacts")
    await shut(scene, contact["id"])
    await complete_erasure(scene.log, store, contact["id"])

    await scene.inbox.take_in(scene.account_id, raw)

    assert await find_in_database(scene.database.url) == {}


async def test_what_waited_to_be_sent_is_not_sent_and_what_is_on_its_way_is_unknown(
    scene: Scene, store: FileStore
) -> None:
    contact_id = await meet(scene)
    conversation_id = await take_up(scene)
    under_way = await say(scene, conversation_id)
    async with scene.database.connection() as connection:
        [due] = await list_due(connection, scene.account_id, busy_address_ids=[], limit=1)
    attempt = await begin_attempt(scene.log, due)
    assert attempt is not None
    waiting = await say(scene, conversation_id)

    await shut(scene, contact_id)

    rows = await scene.rows("select id, delivery, delivery_code, is_retryable from messages")
    told = {row["id"]: tuple(row)[1:] for row in rows}
    assert told[waiting] == ("failed", "erased", False)
    assert told[under_way] == ("unknown", "erased", False)
    assert await scene.rows("select from outbox") == []

    # The provider's answer comes when all is over: it brings nothing back.
    await complete_erasure(scene.log, store, contact_id)
    ending = Ending(Happening.ACCEPTED, external_id=f"out-{CANARY}", reason=CANARY)
    await end_attempt(scene.log, attempt, ending)
    assert await find_in_database(scene.database.url) == {}


async def test_a_change_that_the_provider_takes_meanwhile_brings_no_word_back(
    scene: Scene, store: FileStore
) -> None:
    contact_id = await meet(scene)
    conversation_id = await take_up(scene)
    message_id = await say(scene, conversation_id)
    async with scene.database.connection() as connection:
        [due] = await list_due(connection, scene.account_id, busy_address_ids=[], limit=1)
    attempt = await begin_attempt(scene.log, due)
    assert attempt is not None
    await end_attempt(scene.log, attempt, Ending(Happening.ACCEPTED, external_id="out-1"))
    new = NewWords(revision=0, text=f"Dearest {CANARY}")
    await edit_message(
        scene.log, scene.registry, agent_of(scene), conversation_id, message_id, new=new
    )
    async with scene.database.connection() as connection:
        [change] = await list_due_changes(
            connection, scene.account_id, busy_message_ids=[], limit=1
        )

    await shut(scene, contact_id)
    await complete_erasure(scene.log, store, contact_id)
    await end_change(scene.log, change, Ending(Happening.ACCEPTED))

    assert await find_in_database(scene.database.url) == {}


async def test_no_word_can_be_added_afterwards(scene: Scene, store: FileStore) -> None:
    contact_id = await meet(scene)
    conversation_id = await take_up(scene)
    message_id = await say(scene, conversation_id)
    agent = agent_of(scene)
    await shut(scene, contact_id)
    await complete_erasure(scene.log, store, contact_id)

    with pytest.raises(ContactErased):
        await say(scene, conversation_id)
    with pytest.raises(ContactErased):
        await add_note(scene.log, agent, conversation_id, NewNote(client_id=new_id(), text=CANARY))
    with pytest.raises(ContactErased):
        await save_draft(scene.log, agent, conversation_id, DraftChange(text=CANARY, version=0))
    with pytest.raises(ContactErased):
        await retry_message(scene.log, agent, conversation_id, message_id)
    assert await find_in_database(scene.database.url) == {}


async def test_a_draft_that_is_saved_at_the_very_moment_goes_or_is_refused(
    scene: Scene, store: FileStore
) -> None:
    contact_id = await meet(scene)
    conversation_id = await take_up(scene)
    draft = DraftChange(text=f"Draft {CANARY}", version=0)
    outcomes = await asyncio.gather(
        shut(scene, contact_id),
        *(save_draft(scene.log, agent_of(scene), conversation_id, draft) for _ in range(6)),
        return_exceptions=True,
    )
    assert outcomes[0] is None
    assert all(not isinstance(o, Exception) or isinstance(o, HalfminuteError) for o in outcomes)
    assert await scene.rows("select from drafts") == []
    await complete_erasure(scene.log, store, contact_id)
    assert await find_in_database(scene.database.url) == {}


async def test_who_dies_in_the_middle_leaves_it_to_the_next(
    scene: Scene, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact_id = await live(scene, store)
    await shut(scene, contact_id)
    monkeypatch.setattr("halfminute.conversations.erasing._AT_ONCE", 3)
    assert await _erase_batch(scene.log, contact_id) == 3

    async def die(_key: str) -> None:
        raise OSError("the disk is gone")

    with pytest.MonkeyPatch.context() as dying:
        dying.setattr(store, "delete", die)
        with pytest.raises(OSError, match="disk"):
            await complete_erasure(scene.log, store, contact_id)
    # The rows still lead to the bytes.
    assert await scene.rows("select from files where removal_due_at is not null") != []

    task = asyncio.create_task(ErasureWorker(scene.log, store).run())
    try:

        async def is_finished() -> bool:
            rows = await scene.rows("select from contact_erasures where finished_at is not null")
            return bool(rows)

        await eventually(is_finished)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await find_in_database(scene.database.url) == {}
    assert (await scene.events()).count("ContactErased") == 1


async def test_a_file_that_is_being_fetched_is_not_kept(scene: Scene, store: FileStore) -> None:
    await scene.tell(picture(scene, 1, chat=CHAT, name=SENDER.name))
    contact = await scene.row("select id from contacts")
    row = await scene.row("update files set attempts = 1 returning *")
    fetcher = FileFetcher(scene.log, store, ProviderFiles(scene.book, scene.clients).fetch)

    await shut(scene, contact["id"])
    await complete_erasure(scene.log, store, contact["id"])
    await fetcher._fetch_one(row)
    await remove_leftovers(scene.database, store)

    assert await scene.rows("select from files") == []
    assert await store.is_empty()


async def test_a_wrong_name_or_a_wrong_id_erases_nothing(scene: Scene, store: FileStore) -> None:
    contact_id = await meet(scene)
    with pytest.raises(ErasureNotConfirmed):
        await shut(scene, contact_id, "Somebody else")
    with pytest.raises(ContactNotFound):
        await shut(scene, new_id())
    with pytest.raises((Forbidden, HalfminuteError)):
        await erase_contact(
            scene.log, agent_of(scene), contact_id, confirmation=SENDER.name, keep=keep_nowhere
        )
    assert await scene.rows("select from contact_erasures") == []
    await shut(scene, contact_id, f"  olena   {CANARY.upper()} ")
    assert len(await scene.rows("select from contact_erasures")) == 1


async def test_what_cannot_be_written_into_the_journal_is_not_begun(
    scene: Scene, tmp_path: Path
) -> None:
    contact_id = await meet(scene)
    journal = ErasureJournal(tmp_path / "missing" / "erasures", bytes(32))

    with pytest.raises(ErasureNotKept, match="HALFMINUTE_ERASURE_JOURNAL"):
        await erase_contact(
            scene.log, SYSTEM, contact_id, confirmation=SENDER.name, keep=journal.keep
        )
    assert (await scene.row("select name from contacts"))["name"] == SENDER.name


async def test_a_reaction_of_an_erased_contact_is_nobodys(scene: Scene, store: FileStore) -> None:
    await scene.tell(message("Hi", number="m-1"))
    contact = await scene.row("select id, name from contacts")
    await shut(scene, contact["id"], contact["name"])
    await complete_erasure(scene.log, store, contact["id"])
    await scene.tell(reaction("m-1", "👍"))
    assert await scene.rows("select from message_reactions") == []
