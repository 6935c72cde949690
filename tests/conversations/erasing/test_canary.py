"""Of a person who was erased no word can be read anywhere; what happened, and when, stays."""

from __future__ import annotations

import io
import logging
from collections.abc import Collection, Iterator
from pathlib import Path
from uuid import UUID

import pytest
import structlog

from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.erasing import complete_erasure
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM
from halfminute.kit.logging import configure_logging
from tests.conversations.erasing.canary import (
    CANARY,
    SENDER,
    find_in_database,
    find_in_folder,
    is_in,
    live,
)
from tests.scene import Scene

# Where the canary must have been, so that it counts that it is gone.
MUST_HAVE_HELD = {
    "addresses",
    "album_pictures",
    "contact_links",
    "contact_subjects",
    "contacts",
    "delivery_attempts",
    "drafts",
    "early_words",
    "file_references",
    "files",
    "message_changes",
    "message_reactions",
    "message_revisions",
    "messages",
    "raw_payloads",
}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that the process logs, at its most talkative."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("json", "debug", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def keep_nowhere(_contact_id: UUID, _keys: Collection[AddressKey]) -> None:
    """Another play has the journal."""


async def erase(scene: Scene, store: FileStore, contact_id: UUID) -> None:
    await erase_contact(scene.log, SYSTEM, contact_id, confirmation=SENDER.name, keep=keep_nowhere)
    await complete_erasure(scene.log, store, contact_id)


async def test_no_trace_of_the_canary_is_left(
    scene: Scene, store: FileStore, tmp_path: Path, logged: io.StringIO
) -> None:
    contact_id = await live(scene, store)
    before = await find_in_database(scene.database.url)
    assert before.keys() >= MUST_HAVE_HELD, MUST_HAVE_HELD - before.keys()
    # Six pictures of theirs with a thumbnail each, and what the agent has handed in.
    assert len(find_in_folder(tmp_path)) == 13
    assert len(await scene.rows("select from typing_signals")) == 1
    # Events and router's journal carry ids alone, also before anybody is erased.
    assert not before.keys() & {"events", "router_journal", "audit_entries", "inbound_keys"}

    await erase(scene, store, contact_id)

    assert await find_in_database(scene.database.url) == {}
    assert find_in_folder(tmp_path) == []
    assert await scene.rows("select from typing_signals") == []
    assert await scene.rows("select from files where thumbnail_key is not null") == []
    assert logged.getvalue().count("\n") >= 3
    assert not is_in(logged.getvalue().encode())


async def test_what_happened_stays(scene: Scene, store: FileStore) -> None:
    contact_id = await live(scene, store)
    facts = """
        select m.id, m.conversation_id, m.direction, m.author_kind, m.author_id, m.sent_at,
               m.created_at, c.opened_at, c.first_customer_message_at, c.first_reply_at
          from messages m join conversations c on c.id = m.conversation_id
         where c.contact_id = $1 order by m.id"""
    before = await scene.rows(facts, contact_id)

    await erase(scene, store, contact_id)

    assert await scene.rows(facts, contact_id) == before
    conversation = await scene.row("select * from conversations where contact_id = $1", contact_id)
    assert (conversation["state"], conversation["is_solved"]) == ("closed", None)
    assert await scene.rows("select from messages where erased_at is null") != []  # another's
    others = await scene.rows("select name from contacts where erased_at is null")
    assert [row["name"] for row in others] == ["Bohdan"]
    # What the site says of somebody else stays, but for whom he is taken to be as well.
    [subject] = await scene.rows("select subject from contact_subjects")
    assert subject["subject"] == "customer-bohdan"
    bohdan = await scene.row("select * from addresses where external_id = 'chat-other'")
    assert (bohdan["proof"], bohdan["disputed_subject"]) == ("signed", None)
    links = await scene.rows("select subject from contact_links")
    assert [link["subject"] for link in links] == ["customer-bohdan"]
    assert [e for e in await scene.events() if e == "ContactErased"] == ["ContactErased"]
    audit = await scene.row("select * from audit_entries where action = 'erase_contact'")
    assert audit["object_id"] == str(contact_id)


async def test_erased_twice_is_erased_once(scene: Scene, store: FileStore) -> None:
    contact_id = await live(scene, store)
    await erase(scene, store, contact_id)
    events = await scene.events()

    await erase(scene, store, contact_id)

    assert await scene.events() == events
    assert CANARY not in str(await scene.rows("select * from contact_erasures"))
