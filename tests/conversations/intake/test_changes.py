"""A customer edits, reacts, shuts us out: what becomes of what we have."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from halfminute.sdk.model import MediaPart, TextPart
from tests.plain_channel import NOON, edit, message, reachability, reaction
from tests.scene import Scene


async def test_an_edit_stands_and_the_old_words_are_kept(scene: Scene) -> None:
    await scene.tell(message("I hate you", number="m-1"), edit("m-1", "I love you"))

    stored = await scene.row("select * from messages")
    before = await scene.row("select * from message_revisions")
    assert stored["parts"][0]["text"] == "I love you"
    assert (stored["revision"], stored["edited_at"]) == (1, NOON + timedelta(minutes=1))
    assert (before["revision"], before["parts"][0]["text"]) == (0, "I hate you")
    assert (await scene.events())[-1] == "MessageEdited"


async def test_an_edit_in_the_same_batch_comes_after_its_message(scene: Scene) -> None:
    await scene.tell_at_once(
        message("One", number="m-1"), edit("m-1", "Two"), edit("m-1", "Three", minute=2)
    )

    stored = await scene.row("select * from messages")
    revisions = await scene.rows("select parts from message_revisions order by revision")
    assert (stored["parts"][0]["text"], stored["revision"]) == ("Three", 2)
    assert [row["parts"][0]["text"] for row in revisions] == ["One", "Two"]


async def test_an_edit_is_told_to_those_who_show_a_line_of_the_message(scene: Scene) -> None:
    await scene.tell(
        message("One", number="m-1"), message("Two", number="m-2", reply_to_external_id="m-1")
    )

    await scene.tell(edit("m-1", "Three"))

    assert (await scene.events())[-2:] == ["MessageEdited", "QuoteChanged"]


async def test_an_edit_that_changes_nothing_leaves_no_trace(scene: Scene) -> None:
    await scene.tell(message("Same", number="m-1"), edit("m-1", "Same"))

    assert (await scene.row("select revision from messages"))["revision"] == 0
    assert "MessageEdited" not in await scene.events()


async def test_of_two_edits_out_of_order_the_later_stands_and_none_is_lost(scene: Scene) -> None:
    await scene.tell(
        message("One", number="m-1"), edit("m-1", "Three", minute=3), edit("m-1", "Two", minute=2)
    )

    stored = await scene.row("select * from messages")
    revisions = await scene.rows("select parts from message_revisions order by revision")
    assert stored["parts"][0]["text"] == "Three"
    assert stored["edited_at"] == NOON + timedelta(minutes=3)
    assert [row["parts"][0]["text"] for row in revisions] == ["One", "Two"]


async def test_an_edit_of_a_message_never_seen_becomes_a_message(scene: Scene) -> None:
    await scene.tell(edit("m-1", "I have always said so"))

    stored = await scene.row("select * from messages")
    assert stored["parts"][0]["text"] == "I have always said so"
    assert (stored["revision"], stored["edited_at"]) == (1, NOON + timedelta(minutes=1))
    assert (await scene.row("select state from conversations"))["state"] == "queued"


async def test_the_original_that_comes_after_its_edit_is_kept_as_the_first_words(
    scene: Scene,
) -> None:
    await scene.tell(edit("m-1", "After"), message("Before", number="m-1"))

    stored = await scene.row("select * from messages")
    before = await scene.row("select * from message_revisions")
    assert stored["parts"][0]["text"] == "After"
    assert (before["revision"], before["parts"][0]["text"]) == (0, "Before")


async def test_the_same_message_told_under_another_key_is_one_message(scene: Scene) -> None:
    await scene.tell(message("Hello", number="m-1"), message("Hello", number="m-1"))

    assert len(await scene.rows("select from messages")) == 1
    assert len(await scene.rows("select from message_revisions")) == 0


async def test_an_edited_caption_does_not_fetch_its_picture_anew(scene: Scene) -> None:
    def cat(caption: str) -> tuple[MediaPart]:
        text = TextPart(text=caption)
        return (
            MediaPart(kind="image", file_state="pending", source={"file": "cat"}, caption=text),
        )

    await scene.tell(message(number="m-1", parts=cat("My dog")))
    await scene.tell(msgspec.structs.replace(edit("m-1", ""), parts=cat("My cat")))

    assert len(await scene.rows("select from files")) == 1
    stored = await scene.row("select parts from messages")
    before = await scene.row("select parts from message_revisions")
    assert stored["parts"][0]["caption"]["text"] == "My cat"
    assert stored["parts"][0]["file_id"] == before["parts"][0]["file_id"]


async def test_reactions_are_the_set_that_was_told_last(scene: Scene) -> None:
    await scene.tell(message(number="m-1"))
    await scene.tell(reaction("m-1", "👍", "🔥"), reaction("m-1", "🔥", "❤", minute=2))

    rows = await scene.rows("select emoji from message_reactions order by emoji")
    assert {row["emoji"] for row in rows} == {"🔥", "❤"}
    assert (await scene.events()).count("ReactionChanged") == 2


async def test_an_older_set_of_reactions_changes_nothing(scene: Scene) -> None:
    await scene.tell(message(number="m-1"))
    await scene.tell(reaction("m-1", "🔥", minute=2), reaction("m-1", minute=1))

    assert (await scene.row("select emoji from message_reactions"))["emoji"] == "🔥"


async def test_a_reaction_to_a_message_never_seen_is_kept_raw_only(scene: Scene) -> None:
    await scene.tell(reaction("m-9", "👍"))

    assert len(await scene.rows("select from raw_payloads")) == 1
    assert await scene.rows("select from contacts") == []


async def test_a_customer_who_shuts_us_out_is_shown_as_unreachable(scene: Scene) -> None:
    await scene.tell(message(), reachability(is_reachable=False))

    address = await scene.row("select * from addresses")
    assert (address["is_reachable"], address["unreachable_reason"]) == (False, "blocked")
    assert (await scene.events())[-1] == "AddressReachabilityChanged"


async def test_an_old_word_of_shutting_out_does_not_undo_a_later_message(scene: Scene) -> None:
    await scene.tell(message(at=NOON + timedelta(minutes=9)))
    await scene.tell(reachability(is_reachable=False, minute=5))

    assert (await scene.row("select is_reachable from addresses"))["is_reachable"]


async def test_a_stranger_who_shuts_us_out_is_not_made_a_contact(scene: Scene) -> None:
    await scene.tell(reachability(is_reachable=False))

    assert await scene.rows("select from contacts") == []
