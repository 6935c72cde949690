"""Telegram's own updates through the whole of intake."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from halfminute.channels.business import BusinessConnectionBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.entry import queue_of_account
from halfminute.conversations.inbox import GroupInbox
from halfminute.conversations.projectors import fetch_messages
from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.sdk.errors import MalformedPayload
from tests.scene import LINKS, Scene

USER = {"id": 77, "is_bot": False, "first_name": "Олена", "username": "olena"}
CHAT = {"id": 77, "type": "private", "first_name": "Олена"}
NOON = 1793620800


@pytest.fixture
async def inbox(scene: Scene) -> GroupInbox:
    """The scene's account, now one of Telegram's."""
    await scene.execute("update channel_accounts set kind = 'telegram'")
    scene.book.forget(scene.account_id)
    registry = ChannelRegistry([TelegramChannel()])
    connections = BusinessConnectionBook(scene.log, ClientPool(registry))
    return GroupInbox(
        scene.log, scene.book, registry, connections, links=LINKS, steps=(queue_of_account,)
    )


def _update(number: int, kind: str = "message", **content: Any) -> bytes:
    message = {"message_id": 5, "date": NOON, "from": USER, "chat": CHAT, **content}
    return msgspec.json.encode({"update_id": number, kind: message})


async def test_words_with_emoji_and_a_link_are_stored_in_code_points(
    scene: Scene, inbox: GroupInbox
) -> None:
    entity = {"type": "bold", "offset": 3, "length": 6}
    await inbox.take_in(scene.account_id, _update(1, text="👍 Привіт", entities=[entity]))

    [part] = (await scene.row("select parts from messages"))["parts"]
    assert part["entities"] == [{"type": "bold", "offset": 2, "length": 6}]
    address = await scene.row("select * from addresses")
    assert (address["external_id"], address["username"]) == ("77", "olena")


async def test_the_same_update_again_is_nothing_new(scene: Scene, inbox: GroupInbox) -> None:
    for _ in range(3):
        await inbox.take_in(scene.account_id, _update(1, text="Hi"))

    assert len(await scene.rows("select from messages")) == 1


async def test_an_edited_caption_stands_and_its_photo_is_fetched_once(
    scene: Scene, inbox: GroupInbox
) -> None:
    photo = [{"file_id": "F", "file_unique_id": "U", "width": 9, "height": 9, "file_size": 99}]
    await inbox.take_in(scene.account_id, _update(1, photo=photo, caption="Before"))
    await inbox.take_in(
        scene.account_id,
        _update(2, "edited_message", photo=photo, caption="After", edit_date=NOON + 60),
    )

    stored = await scene.row("select parts, revision from messages")
    assert (stored["parts"][0]["caption"]["text"], stored["revision"]) == ("After", 1)
    assert len(await scene.rows("select from files")) == 1


async def test_a_kind_of_message_that_nobody_knows_yet_is_a_message(
    scene: Scene, inbox: GroupInbox
) -> None:
    await inbox.take_in(scene.account_id, _update(1, hologram={"size": 3}))

    [part] = (await scene.row("select parts from messages"))["parts"]
    assert part == {"type": "unsupported", "vendor_type": "hologram"}


async def test_a_kind_of_update_that_nobody_knows_yet_is_kept_raw(
    scene: Scene, inbox: GroupInbox
) -> None:
    raw = b'{"update_id": 9, "thought_transfer": {"of": "a customer"}}'

    await inbox.take_in(scene.account_id, raw)

    kept = await scene.row("select body, translation from raw_payloads")
    assert (kept["body"], kept["translation"]) == (raw, "ignored")


async def test_an_update_without_sense_but_with_a_number_is_kept_for_later(
    scene: Scene, inbox: GroupInbox
) -> None:
    await inbox.take_in(scene.account_id, b'{"update_id": 9, "message": {"chat": 7}}')

    assert (await scene.row("select translation from raw_payloads"))["translation"] == "failed"


async def test_a_nul_in_every_field_is_stored(scene: Scene, inbox: GroupInbox) -> None:
    user = {**USER, "first_name": "A\0", "username": "b\0", "language_code": "u\0k"}
    document = {"file_id": "F\0", "file_unique_id": "U\0", "file_name": "n\0", "mime_type": "t\0"}
    raw = msgspec.json.encode(
        {
            "update_id": 1,
            "message": {
                "message_id": 5,
                "date": NOON,
                "from": user,
                "chat": CHAT,
                "document": document,
                "caption": "c\0",
                "quote": {"text": "q\0", "position": 0},
            },
        }
    )

    await inbox.take_in(scene.account_id, raw)

    assert (await scene.row("select translation from raw_payloads"))["translation"] == "translated"
    assert len(await scene.rows("select from files")) == 1


async def test_bytes_that_are_no_update_are_refused(scene: Scene, inbox: GroupInbox) -> None:
    for raw in (b"", b"null", b"{}", b"\xff", b'{"update_id": "x"}', b"[" * 100_000):
        with pytest.raises(MalformedPayload):
            await inbox.take_in(scene.account_id, raw)


async def test_a_forwarded_message_keeps_the_name_of_whose_words_it_passes_on(
    scene: Scene, inbox: GroupInbox
) -> None:
    origin = {"type": "hidden_user", "date": NOON, "sender_user_name": "Сосед\0" + "!" * 1000}
    await inbox.take_in(scene.account_id, _update(1, text="Нет связи", forward_origin=origin))
    await inbox.take_in(scene.account_id, _update(2, message_id=6, text="И у меня"))

    rows = await scene.rows("select id from messages order by id")
    async with scene.database.connection() as connection:
        shown = await fetch_messages(connection, [row["id"] for row in rows], "user")
    forwarded, own = (shown[row["id"]].forwarded_from for row in rows)
    assert forwarded is not None
    assert forwarded.startswith("Сосед\ufffd!!!")
    assert len(forwarded) == 300
    assert own is None


async def test_each_move_of_a_live_place_revises_its_message(
    scene: Scene, inbox: GroupInbox
) -> None:
    def place(longitude: float, **more: int) -> dict[str, Any]:
        return {"latitude": 43.2, "longitude": longitude, **more}

    await inbox.take_in(scene.account_id, _update(1, location=place(76.8, live_period=900)))
    for number, longitude in ((2, 76.9), (3, 77.0)):
        moved = place(longitude, live_period=900)
        move = _update(number, "edited_message", location=moved, edit_date=NOON + number)
        await inbox.take_in(scene.account_id, move)
    over = _update(4, "edited_message", location=place(77.0), edit_date=NOON + 4)
    await inbox.take_in(scene.account_id, over)

    stored = await scene.row("select parts, revision from messages")
    [part] = stored["parts"]
    assert (part["longitude"], part["live_until"], stored["revision"]) == (77.0, None, 3)


async def test_an_edit_of_a_message_from_before_our_time_is_a_message(
    scene: Scene, inbox: GroupInbox
) -> None:
    edit = _update(1, "edited_message", text="Нет сети со вчера", edit_date=NOON + 60)
    await inbox.take_in(scene.account_id, edit)
    await inbox.take_in(scene.account_id, _update(2, text="Нет сети"))

    stored = await scene.row("select parts, edited_at from messages")
    first = await scene.row("select parts from message_revisions")
    assert stored["parts"][0]["text"] == "Нет сети со вчера"
    assert stored["edited_at"].timestamp() == NOON + 60
    assert first["parts"][0]["text"] == "Нет сети"


async def test_start_pressed_again_opens_no_second_conversation(
    scene: Scene, inbox: GroupInbox
) -> None:
    await inbox.take_in(scene.account_id, _update(1, text="/start site_7"))
    await inbox.take_in(scene.account_id, _update(2, message_id=6, text="/start"))

    rows = await scene.rows("select parts from messages order by id")
    assert [row["parts"][0] for row in rows] == [
        {"type": "start", "payload": "site_7"},
        {"type": "start", "payload": ""},
    ]
    assert len(await scene.rows("select from conversations")) == 1


async def test_a_person_without_a_username_is_known_by_name_and_number(
    scene: Scene, inbox: GroupInbox
) -> None:
    nameless: dict[str, Any] = {"from": {"id": 77, "is_bot": False, "first_name": " "}}
    await inbox.take_in(scene.account_id, _update(1, text="Hi", **nameless))

    address = await scene.row("select external_id, username from addresses")
    assert (address["external_id"], address["username"]) == ("77", None)
    assert (await scene.row("select name from contacts"))["name"] == "77"


GROUP_CHATS = {
    kind: {"id": -1001, "type": kind, "title": "Соседи"}
    for kind in ("group", "supergroup", "channel")
}


@pytest.mark.parametrize("kind", GROUP_CHATS)
async def test_what_is_said_among_many_is_kept_raw_and_told_to_nobody(
    scene: Scene, inbox: GroupInbox, kind: str
) -> None:
    chat = GROUP_CHATS[kind]
    bot = {"id": 1, "is_bot": True, "first_name": "Bot"}
    added = {
        "chat": chat,
        "from": USER,
        "date": NOON,
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, "status": "member"},
    }
    told = [
        msgspec.json.encode({"update_id": 1, "my_chat_member": added}),
        _update(2, chat=chat, new_chat_members=[bot]),
        _update(3, chat=chat, text="/start@halfminute_bot"),
        _update(4, "edited_message", chat=chat, text="Всем привет!", edit_date=NOON),
        _update(5, "channel_post", chat=chat, text="Новость"),
        msgspec.json.encode({"update_id": 6, "my_chat_member": {**added, "date": NOON + 1}}),
    ]
    for raw in told:
        await inbox.take_in(scene.account_id, raw)

    kept = await scene.rows("select body, translation from raw_payloads order by id")
    assert [(row["body"], row["translation"]) for row in kept] == [(raw, "ignored") for raw in told]
    assert await scene.rows("select from contacts") == []
    assert await scene.rows("select from conversations") == []
    assert await scene.rows("select from outbox") == []
    assert await scene.events() == []


async def test_a_pressed_button_is_words_said_now_in_answer_to_ours(
    scene: Scene, inbox: GroupInbox
) -> None:
    await inbox.take_in(scene.account_id, _update(1, text="Hi"))
    button = {"text": "Да, помогло", "callback_data": "yes"}
    asked = {
        "message_id": 30,
        "date": NOON - 10**6,
        "chat": CHAT,
        "from": {"id": 1, "is_bot": True, "first_name": "Bot"},
        "text": "Помогло?",
        "reply_markup": {"inline_keyboard": [[button]]},
    }
    query = {"id": "43", "from": USER, "message": asked, "chat_instance": "1", "data": "yes"}
    for number in (2, 3):
        raw = msgspec.json.encode({"update_id": number, "callback_query": query})
        await inbox.take_in(scene.account_id, raw)

    said = await scene.row(
        "select parts, reply_to, now() - sent_at < interval '1 minute' as is_recent"
        " from messages where external_id = 'callback:43'"
    )
    assert said["parts"][0]["text"] == "Да, помогло"
    assert said["reply_to"]["external_id"] == "30"
    assert said["is_recent"]
    owed = await scene.rows("select reference from acknowledgements")
    assert [row["reference"] for row in owed] == [{"callback_query_id": "43"}] * 2


async def test_blocking_the_bot_makes_the_address_unreachable(
    scene: Scene, inbox: GroupInbox
) -> None:
    await inbox.take_in(scene.account_id, _update(1, text="Hi"))
    member = {"user": {"id": 1, "is_bot": True, "first_name": "Bot"}, "status": "kicked"}
    blocked = {
        "chat": CHAT,
        "from": USER,
        "date": NOON + 60,
        "old_chat_member": {**member, "status": "member"},
        "new_chat_member": {**member, "until_date": 0},
    }
    await inbox.take_in(
        scene.account_id, msgspec.json.encode({"update_id": 2, "my_chat_member": blocked})
    )

    assert not (await scene.row("select is_reachable from addresses"))["is_reachable"]
