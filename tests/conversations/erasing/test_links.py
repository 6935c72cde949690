"""The site's links and a contact that is being erased: nobody is brought back by one."""

from __future__ import annotations

import asyncio
from uuid import UUID

from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.erasing import complete_erasure
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM
from halfminute.sdk.channel import Sender
from tests.conversations.erasing.canary import CANARY, SENDER, link_for, press_of
from tests.conversations.erasing.test_canary import keep_nowhere
from tests.scene import Scene

SUBJECT = f"customer-{CANARY}"
ELSEWHERE = Sender(external_id="chat-new", name="Olena")


async def prove(scene: Scene) -> UUID:
    """The canary came by a link; its contact."""
    await scene.tell(press_of(await link_for(scene, SUBJECT), SENDER))
    contact_id: UUID = (await scene.row("select contact_id from contact_subjects"))[0]
    return contact_id


async def shut(scene: Scene, contact_id: UUID) -> None:
    await erase_contact(scene.log, SYSTEM, contact_id, confirmation=SENDER.name, keep=keep_nowhere)


async def assert_nothing_came_back(scene: Scene, contact_id: UUID) -> None:
    contact = await scene.row("select * from contacts where id = $1", contact_id)
    assert (contact["name"], contact["language"], contact["erased_at"] is None) == ("", None, False)
    standing = "select from addresses where contact_id = $1 and erased_at is null"
    assert await scene.rows(standing, contact_id) == []
    assert await scene.rows("select from contact_subjects where contact_id = $1", contact_id) == []
    left = "select from conversations where contact_id = $1 and state <> 'closed'"
    assert await scene.rows(left, contact_id) == []


async def test_a_link_of_before_is_a_plain_start(scene: Scene, store: FileStore) -> None:
    contact_id = await prove(scene)
    waiting = await link_for(scene, SUBJECT)
    await shut(scene, contact_id)
    await complete_erasure(scene.log, store, contact_id)

    await scene.tell(press_of(waiting, ELSEWHERE))

    await assert_nothing_came_back(scene, contact_id)
    fresh = await scene.row("select * from addresses where external_id = 'chat-new'")
    assert (fresh["proof"], fresh["contact_id"] != contact_id) == ("channel", True)
    assert (await scene.row("select outcome from contact_link_presses"))[0] == "unknown"


async def test_a_link_that_is_made_afterwards_proves_a_new_contact(
    scene: Scene, store: FileStore
) -> None:
    contact_id = await prove(scene)
    await shut(scene, contact_id)
    await complete_erasure(scene.log, store, contact_id)

    await scene.tell(press_of(await link_for(scene, SUBJECT), SENDER))

    await assert_nothing_came_back(scene, contact_id)
    fresh = await scene.row("select * from contact_subjects")
    assert (fresh["subject"], fresh["contact_id"] != contact_id) == (SUBJECT, True)


async def test_a_press_that_waits_for_the_erasure_brings_nobody_back(
    scene: Scene, store: FileStore
) -> None:
    contact_id = await prove(scene)
    async with scene.database.transaction() as shutting:
        await shutting.fetch("select from contacts where id = $1 for update", contact_id)
        # Made and pressed while the contact is being shut, which therefore has not locked it.
        pressing = asyncio.create_task(
            scene.tell(press_of(await link_for(scene, SUBJECT), ELSEWHERE))
        )
        await until_somebody_waits(scene)
        await shutting.execute(
            "update contacts set name = '', language = null, erased_at = now() where id = $1",
            contact_id,
        )
    await pressing

    rows = await scene.rows("select contact_id from addresses where external_id = 'chat-new'")
    assert [row["contact_id"] != contact_id for row in rows] == [True]
    subject = await scene.row("select contact_id from contact_subjects")
    assert subject["contact_id"] == rows[0]["contact_id"]
    assert (await scene.row("select name from contacts where id = $1", contact_id))["name"] == ""


async def until_somebody_waits(scene: Scene) -> None:
    async with asyncio.timeout(60):
        while not await scene.rows(  # noqa: ASYNC110 - another transaction comes to the lock
            "select from pg_stat_activity"
            " where wait_event_type = 'Lock' and datname = current_database()"
        ):
            await asyncio.sleep(0.01)


async def test_links_pressed_at_the_very_moment_bring_nobody_back(
    scene: Scene, store: FileStore
) -> None:
    contact_id = await prove(scene)
    tokens = [await link_for(scene, SUBJECT) for _ in range(8)]
    presses = [
        press_of(token, Sender(external_id=f"chat-{n}", name="Olena"))
        for n, token in enumerate(tokens)
    ]
    async with asyncio.TaskGroup() as group:
        group.create_task(scene.tell_at_once(*presses))
        group.create_task(shut(scene, contact_id))

    await complete_erasure(scene.log, store, contact_id)

    await assert_nothing_came_back(scene, contact_id)
    assert len(await scene.rows("select from messages")) == 9
