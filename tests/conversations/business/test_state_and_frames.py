"""In an owner's chats too, old state and the frames since are the state read anew."""

from __future__ import annotations

from tests.conversations.business.owner import Owner, delivering
from tests.conversations.test_state_and_frames import Screen
from tests.scene import Scene


async def test_old_state_and_frames_are_the_state_read_anew(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hello", number="1"))
    screen = Screen(scene, (await owner.conversation())["id"])

    async def follows() -> bool:
        await screen.follow()
        return screen.same_as(await screen.read_anew())

    assert await follows()
    await scene.tell(owner.typed("From the phone", number="2"))
    assert await follows()
    await scene.tell(owner.deleted("1", "2"))
    assert await follows()
    await owner.assign()
    async with delivering(scene):
        message = await owner.answer()
        await owner.becomes(message.id, "sent")
    assert await follows()
    await owner.connect(can_reply=False)
    assert await follows()
    assert not screen.conversation["business"]["can_reply"]
    await owner.connect(is_enabled=False)
    assert await follows()
    assert not screen.conversation["business"]["is_connected"]
    await owner.connect_anew("bc-2")
    assert await follows()
    assert screen.conversation["business"]["is_connected"]
    assert {"AccountOwnerReplied", "BusinessConnectionChanged", "MessageDeleted"} <= {
        *screen.events
    }
