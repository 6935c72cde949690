"""A customer who wrote in the chats of somebody's own account is forgotten there as well."""

from __future__ import annotations

from uuid import UUID

import pytest
from msgspec import structs

from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.actions.mark_read import mark_read
from halfminute.conversations.erasing import complete_erasure
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM, Grant
from tests.conversations.business.owner import Owner
from tests.conversations.erasing.canary import CANARY, find_in_database
from tests.conversations.erasing.test_canary import keep_nowhere
from tests.plain_channel import raw_of
from tests.scene import Scene

CHAT = f"chat-{CANARY}"


@pytest.fixture
async def owner(scene: Scene) -> Owner:
    owner = Owner(scene)
    await owner.connect()
    return owner


async def live(scene: Scene, owner: Owner) -> tuple[UUID, UUID]:
    """Both have written, the agent has read, and more was deleted than there is.

    Returns the contact and its newest message.
    """
    await scene.tell(
        owner.said(f"Hello {CANARY}", chat=CHAT, number=f"{CANARY}-1"),
        owner.typed(f"From the phone {CANARY}", chat=CHAT, number=f"{CANARY}-2"),
        owner.said(f"Thanks {CANARY}", chat=CHAT, number=f"{CANARY}-3"),
        owner.deleted(f"{CANARY}-1", f"{CANARY}-never-seen", chat=CHAT),
    )
    # Not understood, so only its words tell whose it is.
    scene.channel.has_bug = True
    gibberish = owner.said(f"Gibberish {CANARY}", chat=CHAT, number=f"{CANARY}-4")
    await scene.inbox.take_in(scene.account_id, raw_of(gibberish, is_gibberish=True))
    conversation_id = await owner.assign()
    newest = (await owner.messages())[-1]["id"]
    await mark_read(scene.log, scene.registry, owner.agent, conversation_id, newest)
    return (await owner.conversation())["contact_id"], newest


async def test_no_trace_is_left_in_an_owners_chat(
    scene: Scene, owner: Owner, store: FileStore
) -> None:
    contact_id, newest = await live(scene, owner)
    before = await find_in_database(scene.database.url)
    assert before.keys() >= {"addresses", "channel_reads", "early_deletions", "raw_payloads"}
    assert any("failed" in row for row in before["raw_payloads"])

    await erase_contact(scene.log, SYSTEM, contact_id, confirmation="Olena", keep=keep_nowhere)
    await complete_erasure(scene.log, store, contact_id)
    # Read, as the desk does that is open still: nothing is owed to who is erased.
    await scene.execute("delete from conversation_reads")
    supervisor = structs.replace(owner.agent, grants=(Grant("supervisor", "all"),))
    await mark_read(
        scene.log, scene.registry, supervisor, (await owner.conversation())["id"], newest
    )

    assert await find_in_database(scene.database.url) == {}
    assert await scene.rows("select from channel_reads") == []
    assert await scene.rows("select from business_chats") == []
    # The owner is ours, and is there still.
    assert (await scene.row("select owner_name from business_connections"))[0] == "Support"


async def test_who_writes_there_again_is_a_new_contact(
    scene: Scene, owner: Owner, store: FileStore
) -> None:
    contact_id, _ = await live(scene, owner)
    await erase_contact(scene.log, SYSTEM, contact_id, confirmation="Olena", keep=keep_nowhere)
    scene.channel.has_bug = False
    await scene.tell(owner.said("Me again", chat=CHAT))

    await complete_erasure(scene.log, store, contact_id)

    fresh = await scene.row(
        "select a.* from business_chats b join addresses a on a.id = address_id"
    )
    assert (fresh["contact_id"] != contact_id, fresh["erased_at"]) == (True, None)
    texts = await scene.rows("select parts from messages where erased_at is null")
    assert [row["parts"][0]["text"] for row in texts] == ["Me again"]
    [payload] = await scene.rows("select body from raw_payloads where sender_key is not null")
    assert b"Me again" in payload["body"]
