"""A sticker on its way: by the account's own reference, whether or not our copy is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

import pytest

from halfminute.channels.lines import ChannelLines
from halfminute.conversations import transitions
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.delivery.worker import DeliveryWorker
from halfminute.conversations.schemas import NewReply
from halfminute.conversations.types import ConversationId
from halfminute.files.actions.end_fetch import mark_ready
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import Outgoing
from halfminute.stickers.actions.add_sticker_set import add_sticker_set
from halfminute.stickers.actions.remove_sticker_set import remove_sticker_set
from halfminute.stickers.types import StickerParts
from tests.plain_channel import message
from tests.routing.centre import eventually
from tests.scene import Scene
from tests.stickers.conftest import rows_of


@pytest.fixture
async def conversation_id(scene: Scene) -> UUID:
    """The scene's agent has it."""
    await scene.tell(message("Hi"))
    row = await scene.row("select id from conversations")
    async with scene.log.write() as unit:
        await transitions.assign(
            unit,
            ConversationId(row["id"]),
            scene.agent_id,
            from_states=("queued", "offered"),
            by="pull",
        )
    conversation_id: UUID = row["id"]
    return conversation_id


@pytest.fixture
async def delivering(scene: Scene, store: FileStore) -> AsyncIterator[None]:
    lines = ChannelLines(scene.log, scene.book, scene.registry, scene.clients)
    worker = DeliveryWorker(scene.log, lines, scene.log.wakeups, store)
    task = asyncio.create_task(worker.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _send(scene: Scene, conversation_id: UUID, sticker_id: UUID) -> None:
    ira = Principal(
        kind="user", name="Ira", user_id=UserId(scene.agent_id), grants=(Grant("agent", "own"),)
    )
    new = NewReply(client_id=new_id(), sticker_id=sticker_id)
    await reply(scene.log, scene.registry, ira, conversation_id, new)


async def _taken(scene: Scene, count: int = 1) -> Outgoing:
    async def look() -> bool:
        rows = await scene.rows("select from messages where delivery = 'sent'")
        return len(rows) == count

    await eventually(look)
    return scene.channel.sent[-1]


@pytest.mark.usefixtures("delivering")
async def test_a_sticker_goes_by_its_reference_before_and_after_we_have_its_file(
    scene: Scene, parts: StickerParts, store: FileStore, conversation_id: UUID
) -> None:
    await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")
    _, wave, party = await rows_of(scene)

    await _send(scene, conversation_id, wave["id"])
    first = await _taken(scene)
    await mark_ready(scene.log, party["file_id"], await store.put(b"party"))
    await _send(scene, conversation_id, party["id"])
    second = await _taken(scene, 2)

    assert first.files[wave["file_id"]].reference == {"send": "wave"}
    file = second.files[party["file_id"]]
    assert file.reference == {"send": "party"}
    assert b"".join([piece async for piece in file.read()]) == b"party"


@pytest.mark.usefixtures("delivering")
async def test_what_was_chosen_is_sent_though_its_set_is_removed_meanwhile(
    scene: Scene, parts: StickerParts, conversation_id: UUID
) -> None:
    added = await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")
    smile = (await rows_of(scene))[0]
    await scene.execute(
        "update channel_accounts set sending_blocked_until = now() + interval '1 second'"
    )
    scene.book.forget(scene.account_id)
    await _send(scene, conversation_id, smile["id"])

    await remove_sticker_set(parts, SYSTEM, scene.account_id, added.view.id)

    assert (await _taken(scene)).files[smile["file_id"]].reference == {"send": "smile"}
