"""A customer who was sent a sticker is forgotten, and the set keeps its pictures."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from msgspec import structs

from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.erasing import complete_erasure
from halfminute.conversations.schemas import NewReply
from halfminute.conversations.transitions import assign
from halfminute.conversations.types import ConversationId
from halfminute.files.actions.end_fetch import mark_ready
from halfminute.files.store import FileStore
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.kit.settings import Settings
from halfminute.main.retention import forget_old
from halfminute.stickers.actions.add_sticker_set import add_sticker_set
from halfminute.stickers.actions.remove_sticker_set import remove_sticker_set
from halfminute.stickers.types import StickerParts
from tests.plain_channel import message
from tests.scene import Scene
from tests.stickers.conftest import rows_of


async def keep_nowhere(_contact_id: UUID, _keys: Collection[AddressKey]) -> None:
    """Another play has the journal."""


async def send_sticker(scene: Scene, store: FileStore, parts: StickerParts) -> UUID:
    """The customer has one of the set's stickers, whose bytes are ours; the file."""
    await scene.tell(message("Hi"))
    conversation_id = ConversationId((await scene.row("select id from conversations"))["id"])
    async with scene.log.write() as unit:
        await assign(unit, conversation_id, scene.agent_id, from_states=["queued"], by="pull")
    await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")
    sticker = (await rows_of(scene))[0]
    await mark_ready(scene.log, sticker["file_id"], await store.put(b"RIFF sticker"))
    ira = Principal(
        kind="user", name="Ira", user_id=UserId(scene.agent_id), grants=(Grant("agent", "own"),)
    )
    new = NewReply(client_id=new_id(), sticker_id=sticker["id"])
    await reply(scene.log, scene.registry, ira, conversation_id, new)
    assert await scene.rows("select from message_files where file_id = $1", sticker["file_id"])
    file_id: UUID = sticker["file_id"]
    return file_id


async def erase(scene: Scene, store: FileStore) -> None:
    contact = await scene.row("select id, name from contacts")
    await erase_contact(
        scene.log, SYSTEM, contact["id"], confirmation=contact["name"], keep=keep_nowhere
    )
    await complete_erasure(scene.log, store, contact["id"])
    assert (await scene.row("select finished_at from contact_erasures"))["finished_at"] is not None


async def test_an_erasure_leaves_the_set_its_pictures(
    scene: Scene, store: FileStore, parts: StickerParts
) -> None:
    file_id = await send_sticker(scene, store, parts)

    await erase(scene, store)

    file = await scene.row("select * from files where id = $1", file_id)
    assert (file["state"], file["removal_due_at"]) == ("ready", None)
    assert await store.find_size(file["storage_key"]) is not None
    assert await scene.rows("select from message_files") == []


async def test_the_picture_of_a_set_that_is_gone_goes_with_its_message(
    scene: Scene, store: FileStore, parts: StickerParts
) -> None:
    file_id = await send_sticker(scene, store, parts)
    sticker_set = await scene.row("select id from sticker_sets")
    await remove_sticker_set(parts, SYSTEM, scene.account_id, sticker_set["id"])

    await erase(scene, store)

    assert await scene.rows("select from files where id = $1", file_id) == []
    assert await store.is_empty()


async def test_the_pictures_of_a_set_do_not_grow_old(
    scene: Scene, store: FileStore, parts: StickerParts
) -> None:
    await send_sticker(scene, store, parts)
    await scene.execute("update files set created_at = now() - interval '3 years'")

    settings = structs.replace(Settings(database_url=scene.database.url), retention_media_days=1)
    gone = {
        each.name: each.amount.rows async for each in forget_old(scene.database, store, settings)
    }

    assert gone["media"] == 0
    assert not await store.is_empty()
