"""A contact is erased while its conversation rings, waits, or is wrapped up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.erasing import complete_erasure
from halfminute.files.store import open_file_store
from halfminute.identity.principals import SYSTEM
from halfminute.kit.database import Database
from tests.routing.centre import Centre, eventually


@pytest.fixture
async def centre(database_url: str) -> AsyncIterator[Centre]:
    database = Database(database_url)
    await database.open()
    yield Centre(database)
    await database.close()


async def keep_nowhere(_contact_id: UUID, _keys: Collection[AddressKey]) -> None:
    """Another play has the journal."""


async def find(centre: Centre, conversation_id: UUID) -> asyncpg.Record:
    [row] = await centre.fetch("select * from conversations where id = $1", conversation_id)
    return row


async def erase(centre: Centre, conversation_id: UUID, folder: Path) -> None:
    contact_id = (await find(centre, conversation_id))["contact_id"]
    await erase_contact(centre.log, SYSTEM, contact_id, confirmation="Vera", keep=keep_nowhere)
    await complete_erasure(centre.log, open_file_store(folder), contact_id)


async def test_what_rings_stops_ringing_and_the_next_one_rings(
    centre: Centre, tmp_path: Path
) -> None:
    queue_id = await centre.add_queue()
    async with centre.routing():
        agent_id = await centre.add_agent(queue_id)
        first = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id, first)

        await erase(centre, first, tmp_path)
        second = await centre.queue_conversation(queue_id)
        await centre.offer_for(agent_id, second)

    [old] = await centre.fetch("select state from offers where id = $1", offer.id)
    assert old["state"] == "withdrawn"
    assert (await find(centre, first))["state"] == "closed"


async def test_a_wrap_up_ends_and_the_agent_is_free(centre: Centre, tmp_path: Path) -> None:
    queue_id = await centre.add_queue(wrap_up="open")
    async with centre.routing():
        agent_id = await centre.add_agent(queue_id)
        first = await centre.queue_conversation(queue_id)
        await centre.accept(await centre.offer_for(agent_id, first))
        await centre.state_becomes(first, "active")
        await centre.start_wrap_up(first)

        await erase(centre, first, tmp_path)

        async def is_free() -> bool:
            rows = await centre.fetch("select from agent_loads where agent_id = $1", agent_id)
            return rows == []

        await eventually(is_free)
    closed = await find(centre, first)
    assert (closed["state"], closed["disposition_code"]) == ("closed", "question_answered")
