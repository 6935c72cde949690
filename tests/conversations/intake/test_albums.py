"""The pictures of an album come one by one, and are one message with a part for each."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import msgspec

from halfminute.conversations.actions.retranslate import retranslate
from halfminute.conversations.albums import PICTURES
from halfminute.conversations.entry import queue_of_account
from halfminute.sdk.channel import InboundEdit, InboundMessage, InboundUpdate
from halfminute.sdk.model import MediaPart, TextPart
from tests.plain_channel import NOON, edit, message, raw_of, reaction
from tests.scene import Scene


def part(name: str, caption: str = "") -> MediaPart:
    words = TextPart(text=caption) if caption else None
    return MediaPart(
        kind="image", file_state="pending", source={"file": name}, name=name, caption=words
    )


def picture(number: int, album: str | None = "a", **more: Any) -> InboundMessage:
    """The picture with this number."""
    name = f"p{number}"
    return message(number=name, parts=(part(name),), album_key=album, **more)


def captioned(number: int, caption: str, minute: int = 1) -> InboundEdit:
    """The picture with other words under it."""
    name = f"p{number}"
    changed = edit(name, "", minute=minute)
    return msgspec.structs.replace(changed, parts=(part(name, caption),))


async def names_of(scene: Scene) -> list[list[str]]:
    """The names of the parts of each message."""
    rows = await scene.rows("select parts from messages order by id")
    return [[each.get("name", each["type"]) for each in row["parts"]] for row in rows]


async def captions(scene: Scene) -> list[str]:
    parts = (await scene.row("select parts from messages"))["parts"]
    return [(each["caption"] or {"text": ""})["text"] for each in parts]


async def test_one_by_one_they_become_one_message(scene: Scene) -> None:
    await scene.tell(picture(1))
    # The first is there at once: nobody waits for the rest.
    assert await names_of(scene) == [["p1"]]

    await scene.tell(picture(2), picture(3))

    assert await names_of(scene) == [["p1", "p2", "p3"]]
    stored = await scene.row("select revision, edited_at from messages")
    assert (stored["revision"], stored["edited_at"]) == (0, None)
    assert (await scene.events())[-2:] == ["MessageExtended", "MessageExtended"]
    files = await scene.rows("select distinct message_id from message_files")
    assert len(files) == 1
    assert len(await scene.rows("select from files")) == 3


async def test_all_at_once_they_become_one_message(scene: Scene) -> None:
    await scene.tell_at_once(*(picture(number) for number in range(1, 11)))

    assert await names_of(scene) == [[f"p{number}" for number in range(1, 11)]]
    assert (await scene.events()).count("MessageReceived") == 1


async def test_albums_are_apart_from_each_other_and_from_what_is_in_none(scene: Scene) -> None:
    await scene.tell_at_once(
        picture(1), picture(2), picture(3, album="b"), picture(4, album="b"), picture(5, album=None)
    )
    await scene.tell_at_once(
        msgspec.structs.replace(picture(6), sender=message(chat="chat-2").sender)
    )

    assert await names_of(scene) == [["p1", "p2"], ["p3", "p4"], ["p5"], ["p6"]]


async def test_the_same_picture_again_is_nothing_new(scene: Scene) -> None:
    await scene.tell(picture(1), picture(2), picture(1), picture(2), picture(2))

    assert await names_of(scene) == [["p1", "p2"]]


async def test_a_caption_that_is_edited_changes_its_own_picture_alone(scene: Scene) -> None:
    await scene.tell(picture(1), picture(2), picture(3))

    await scene.tell(captioned(2, "Router"))

    assert await captions(scene) == ["", "Router", ""]
    stored = await scene.row("select revision, edited_at from messages")
    assert (stored["revision"], stored["edited_at"]) == (1, NOON + timedelta(minutes=1))
    assert len(await scene.rows("select from files")) == 3


async def test_edits_of_two_pictures_stand_in_whatever_order_they_come(scene: Scene) -> None:
    await scene.tell(picture(1), picture(2))

    await scene.tell(captioned(2, "Second", minute=5), captioned(1, "First", minute=2))
    await scene.tell(captioned(2, "Older", minute=1))

    assert await captions(scene) == ["First", "Second"]
    edited_at = (await scene.row("select edited_at from messages"))["edited_at"]
    assert edited_at == NOON + timedelta(minutes=5)


async def test_edits_and_pictures_of_one_batch_lose_nothing_of_each_other(scene: Scene) -> None:
    updates: list[InboundUpdate] = [
        picture(1),
        picture(2),
        captioned(1, "One"),
        picture(3),
        captioned(2, "Two"),
    ]
    await scene.tell_at_once(*updates, captioned(3, "Three"), picture(4))

    assert await names_of(scene) == [["p1", "p2", "p3", "p4"]]
    assert await captions(scene) == ["One", "Two", "Three", ""]


async def test_an_answer_or_a_reaction_to_any_picture_is_to_the_message(scene: Scene) -> None:
    await scene.tell(picture(1), picture(2))
    await scene.tell(message("This one", reply_to_external_id="p2"), reaction("p2", "👍"))

    album = await scene.row("select id from messages where external_id = 'p1'")
    answer = await scene.row("select reply_to from messages where external_id <> 'p1'")
    assert answer["reply_to"]["message_id"] == str(album["id"])
    assert (await scene.row("select message_id from message_reactions"))["message_id"] == album[
        "id"
    ]


async def test_a_picture_that_comes_after_other_words_is_not_hidden_above_them(
    scene: Scene,
) -> None:
    await scene.tell(picture(1), message("Look", number="m"), picture(2), picture(3))

    assert await names_of(scene) == [["p1"], ["text"], ["p2", "p3"]]


async def test_a_picture_that_comes_after_the_closing_opens_the_matter_again(
    scene: Scene,
) -> None:
    await scene.tell(picture(1))
    await scene.execute("update conversations set state = 'closed', closed_at = now()")

    await scene.tell(picture(2))

    assert await names_of(scene) == [["p1"], ["p2"]]
    assert (await scene.row("select state from conversations"))["state"] == "queued"


async def test_an_album_without_end_is_cut(scene: Scene) -> None:
    await scene.tell_at_once(*(picture(number) for number in range(PICTURES + 2)))

    assert [len(names) for names in await names_of(scene)] == [PICTURES, 2]


async def test_a_message_of_many_parts_is_no_picture(scene: Scene) -> None:
    await scene.tell(picture(1))
    await scene.tell(message(number="m", parts=(part("x"), part("y")), album_key="a"))

    assert await names_of(scene) == [["p1"], ["x", "y"]]


async def test_a_picture_that_failed_is_taken_in_later(scene: Scene) -> None:
    scene.channel.has_bug = True
    await scene.inbox.take_in(scene.account_id, raw_of(picture(1)))
    await scene.inbox.take_in(scene.account_id, raw_of(picture(2), is_gibberish=True))
    scene.channel.has_bug = False

    await retranslate(scene.log, scene.book, scene.registry, steps=(queue_of_account,))

    assert await names_of(scene) == [["p1", "p2"]]


async def test_two_processes_at_once_make_one_message_of_it(scene: Scene) -> None:
    inboxes = itertools.cycle((scene.inbox, scene.open_inbox()))
    await asyncio.gather(
        *(
            inbox.take_in(scene.account_id, raw_of(picture(number)))
            for number, inbox in zip(range(1, 9), inboxes, strict=False)
        )
    )

    [names] = await names_of(scene)
    assert sorted(names) == [f"p{number}" for number in range(1, 9)]
