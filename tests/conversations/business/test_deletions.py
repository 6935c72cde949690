"""What is deleted in an owner's chat: shown as such, in whatever order it is told."""

from __future__ import annotations

from halfminute.conversations.actions.delete_message import delete_message
from halfminute.conversations.actions.edit_message import edit_message
from halfminute.conversations.projectors import fetch_messages
from halfminute.conversations.schemas import NewWords
from halfminute.sdk.channel import Outgoing, Sent
from halfminute.sdk.model import MediaPart
from tests.conversations.business.owner import Owner, delivering
from tests.routing.centre import eventually
from tests.scene import Scene

PICTURE = MediaPart(kind="image", file_state="pending", source={"file": "f"})


async def test_what_is_deleted_there_keeps_its_words_and_says_so(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    await scene.tell(owner.said("Oops", number="1"), owner.said("Hello", number="2"))
    await scene.tell(owner.deleted("1"))

    oops, hello = await owner.messages()
    assert oops["deleted_at"] is not None
    assert oops["is_deleted_in_channel"]
    assert hello["deleted_at"] is None
    assert await owner.texts() == ["Oops", "Hello"]
    assert (await scene.events()).count("MessageDeleted") == 1


async def test_twice_is_once(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Oops", number="1"))
    await scene.tell(owner.deleted("1"), owner.deleted("1"), owner.deleted("1", "7"))

    assert (await scene.events()).count("MessageDeleted") == 1


async def test_the_owners_words_are_deleted_too(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said(), owner.typed("Wrong chat", number="2"), owner.deleted("2"))

    assert [row["is_deleted_in_channel"] for row in await owner.messages()] == [False, True]


async def test_a_deletion_that_overtakes_its_message_deletes_it(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.deleted("1"), owner.said("Oops", number="1"), owner.said("Hello"))

    assert [row["is_deleted_in_channel"] for row in await owner.messages()] == [True, False]
    assert not await scene.rows("select from early_deletions")


async def test_in_one_batch_the_order_is_kept(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell_at_once(
        owner.said("Oops", number="1"), owner.deleted("1"), owner.said("Hello", number="2")
    )

    assert [row["is_deleted_in_channel"] for row in await owner.messages()] == [True, False]


async def test_in_another_chat_nothing_is_deleted(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hello", number="1"), owner.deleted("1", chat="chat-2"))

    [hello] = await owner.messages()
    assert hello["deleted_at"] is None
    assert len(await scene.rows("select from contacts")) == 1


async def test_a_whole_chat_may_be_deleted_at_once(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Hello", number="7"))
    await scene.tell(owner.deleted(*(str(number) for number in range(5000))))

    [hello] = await owner.messages()
    assert hello["is_deleted_in_channel"]
    # The newest may be on their way to us.
    kept = await scene.rows("select external_id::integer as number from early_deletions order by 1")
    assert [row["number"] for row in kept] == list(range(4000, 5000))


async def test_an_album_is_gone_when_all_of_it_is(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    for number in ("1", "2"):
        await scene.tell(owner.said(number=number, parts=(PICTURE,), album_key="a"))
    [album] = await owner.messages()
    assert len(album["parts"]) == 2

    await scene.tell(owner.deleted("2"))
    assert (await owner.messages())[0]["deleted_at"] is None
    await scene.tell(owner.deleted("1"))
    assert (await owner.messages())[0]["is_deleted_in_channel"]


async def test_what_is_deleted_while_we_send_it_is_deleted_when_it_is_sent(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    await scene.tell(owner.said())
    await owner.assign()

    async def answer_late(_outgoing: Outgoing) -> Sent:
        # The provider calls it so, and the owner deletes it, before our call has its answer.
        await scene.tell(owner.deleted("55"))
        return Sent(external_id="55")

    scene.channel.answer = answer_late
    async with delivering(scene):
        message = await owner.answer()
        await owner.becomes(message.id, "sent")

    row = await scene.row("select * from messages where id = $1", message.id)
    assert row["is_deleted_in_channel"]


async def test_our_own_deletion_is_ours_although_its_echo_is_quicker(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    await scene.tell(owner.said())
    conversation_id = await owner.assign()
    async with delivering(scene):
        message = await owner.answer()
        await owner.becomes(message.id, "sent")
    sent = await scene.row("select external_id from messages where id = $1", message.id)
    await delete_message(scene.log, scene.registry, owner.agent, conversation_id, message.id)
    await scene.tell(owner.deleted(sent["external_id"]))

    row = await scene.row("select * from messages where id = $1", message.id)
    assert row["deleted_at"] is not None
    assert not row["is_deleted_in_channel"]


async def test_the_echo_of_our_own_edit_makes_no_revision(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said())
    conversation_id = await owner.assign()
    async with delivering(scene):
        message = await owner.answer("Tomorow")
        await owner.becomes(message.id, "sent")
    number = (await scene.row("select external_id from messages where id = $1", message.id))[0]
    new = NewWords(revision=0, text="Tomorrow")
    await edit_message(scene.log, scene.registry, owner.agent, conversation_id, message.id, new=new)
    # Before our own call has its answer, and after it.
    await scene.tell(owner.edited(number, "Tomorrow ", is_of_ours=True))
    async with delivering(scene):

        async def is_edited() -> bool:
            row = await scene.row("select revision from messages where id = $1", message.id)
            return bool(row["revision"] == 1)

        await eventually(is_edited)
    await scene.tell(owner.edited(number, "Tomorrow", is_of_ours=True))

    row = await scene.row("select revision from messages where id = $1", message.id)
    assert row["revision"] == 1
    await scene.tell(owner.edited(number, "The owner knows better", is_of_ours=True))
    assert (await owner.texts())[-1] == "The owner knows better"


async def test_an_edit_of_ours_that_we_do_not_know_makes_no_message(
    scene: Scene, owner: Owner
) -> None:
    await owner.connect()
    await scene.tell(owner.said(), owner.edited("99", "Words", is_of_ours=True))

    assert await owner.texts() == ["Hello"]


async def test_a_deleted_message_tells_the_customer_nothing(scene: Scene, owner: Owner) -> None:
    await owner.connect()
    await scene.tell(owner.said("Oops", number="1"), owner.deleted("1"))
    [row] = await owner.messages()

    async with scene.database.connection() as connection:
        views = await fetch_messages(connection, [row["id"]], "contact")
    assert views[row["id"]].parts == ()
