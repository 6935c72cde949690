"""Files on their way out: handed over with their bytes, and known by the provider's names after."""

from __future__ import annotations

from uuid import UUID

import pytest

from halfminute.conversations.delivery.attempts import (
    Attempt,
    attempt_after,
    begin_attempt,
    cut_attempts,
    end_attempt,
)
from halfminute.conversations.delivery.changes import list_due_changes
from halfminute.conversations.delivery.endings import Ending
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.errors import ChannelCannotChange, InvalidText
from halfminute.conversations.schemas import NewLocation
from halfminute.files.references import list_references
from halfminute.sdk.channel import Outgoing, OutgoingDeletion, Sent
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import MediaPart, TextPart
from tests.conversations.delivery.at_work import becomes, delivering, due_now
from tests.conversations.world import World, signed_in
from tests.routing.centre import eventually


@pytest.fixture
async def ada(world: World) -> UUID:
    return await world.add_agent()


async def bytes_in(outgoing: Outgoing) -> list[bytes]:
    """What a plug-in would upload, file by file."""
    ids = [part.file_id for part in outgoing.parts if isinstance(part, MediaPart) and part.file_id]
    return [b"".join([p async for p in outgoing.files[file_id].read()]) for file_id in ids]


def _names_each(world: World, uploaded: list[list[bytes]]) -> None:
    """The provider takes the bytes, and has a name for each file and each message."""

    async def answer(outgoing: Outgoing) -> Sent:
        unknown = [f for f in outgoing.files.values() if f.reference is None]
        uploaded.append(await bytes_in(outgoing) if unknown else [])
        await world.channel.take(outgoing)
        first = len(world.channel.taken) * 10
        ids = [f"out-{first + n}" for n in range(len(outgoing.parts))]
        return Sent(
            external_id=ids[0],
            more_external_ids=tuple(ids[1:]),
            references={file_id: {"name": f"p-{file_id}"} for file_id in outgoing.files},
        )

    world.channel.answer = answer


async def test_a_file_goes_out_with_its_bytes_and_is_known_the_next_time(
    world: World, ada: UUID
) -> None:
    uploaded: list[list[bytes]] = []
    _names_each(world, uploaded)
    file_id = await world.upload(ada, content=b"x" * 900, name="bill.png")
    conversation_id = await world.give(ada)
    async with delivering(world):
        for _ in range(2):
            written = await world.reply(signed_in(ada), conversation_id, "", file_ids=(file_id,))
            await becomes(world, written.message.id, "sent")
    assert uploaded == [[b"x" * 900], []]
    first, second = (outgoing.files[file_id] for outgoing in world.channel.taken)
    assert (first.name, first.media_type, first.size) == ("bill.png", "image/png", 900)
    assert (first.reference, second.reference) == (None, {"name": f"p-{file_id}"})


async def test_a_name_holds_for_its_own_account_alone(world: World, ada: UUID) -> None:
    _names_each(world, [])
    file_id = await world.upload(ada)
    conversation_id = await world.give(ada)
    other_account = await world.add_account("Sales")
    async with delivering(world):
        written = await world.reply(signed_in(ada), conversation_id, "", file_ids=(file_id,))
        await becomes(world, written.message.id, "sent")
    assert world.account_id is not None
    async with world.database.connection() as connection:
        ours = await list_references(connection, world.account_id, [file_id])
        theirs = await list_references(connection, other_account, [file_id])
    assert (list(ours), theirs) == ([file_id], {})


async def test_a_new_name_takes_the_place_of_the_old(world: World, ada: UUID) -> None:
    file_id = await world.upload(ada)
    conversation_id = await world.give(ada)
    for name in ("old", "new"):
        await world.reply(signed_in(ada), conversation_id, "", file_ids=(file_id,))
        attempt = await _begin(world)
        ending = Ending(Happening.ACCEPTED, external_id=name, references={file_id: {"name": name}})
        await end_attempt(world.log, attempt, ending)
    rows = await world.fetch("select reference from file_references")
    assert [row["reference"] for row in rows] == [{"name": "new"}]


async def _begin(world: World) -> Attempt:
    due = await due_now(world)
    attempt = await begin_attempt(world.log, due)
    assert attempt is not None
    return attempt


async def _sent_album(world: World, ada: UUID, conversation_id: UUID) -> UUID:
    """An album of three that the provider calls out-10, out-11, out-12."""
    _names_each(world, [])
    files = tuple([await world.upload(ada) for _ in range(3)])
    async with delivering(world):
        written = await world.reply(signed_in(ada), conversation_id, "Look", file_ids=files)
        await becomes(world, written.message.id, "sent")
    return written.message.id


async def test_every_part_of_an_album_leads_to_its_message(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    message_id = await _sent_album(world, ada, conversation_id)
    rows = await world.fetch("select * from album_pictures order by position")
    assert [(row["external_id"], row["message_id"]) for row in rows] == [
        ("out-10", message_id),
        ("out-11", message_id),
        ("out-12", message_id),
    ]
    assert (await world.row("messages", message_id))["external_id"] == "out-10"


async def test_an_album_is_deleted_with_all_its_parts(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    message_id = await _sent_album(world, ada, conversation_id)
    async with delivering(world):
        await world.delete(signed_in(ada), conversation_id, message_id)

        async def is_deleted() -> bool:
            return (await world.row("messages", message_id))["deleted_at"] is not None

        await eventually(is_deleted)
    [deletion] = world.channel.changes
    assert isinstance(deletion, OutgoingDeletion)
    assert (deletion.external_id, deletion.more_external_ids) == ("out-10", ("out-11", "out-12"))


async def test_a_late_answer_names_the_album_too(world: World, ada: UUID) -> None:
    files = tuple([await world.upload(ada) for _ in range(2)])
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id, "", file_ids=files)
    attempt = attempt_after(await due_now(world))
    assert await begin_attempt(world.log, await due_now(world)) == attempt
    assert world.account_id is not None
    await cut_attempts(world.log, world.account_id, held=[])
    assert await world.delivery_of(written.message.id) == "unknown"
    ending = Ending(
        Happening.ACCEPTED,
        external_id="a",
        more_external_ids=("b",),
        references={files[0]: {"name": "p"}},
    )
    await end_attempt(world.log, attempt, ending)
    assert await world.delivery_of(written.message.id) == "sent"
    assert await world.fetchval("select count(*) from album_pictures") == 2
    assert await world.fetchval("select count(*) from file_references") == 1


async def test_a_file_that_is_gone_fails_for_good_and_holds_up_nothing(
    world: World, ada: UUID
) -> None:
    file_id = await world.upload(ada)
    conversation_id = await world.give(ada)
    written = await world.reply(signed_in(ada), conversation_id, "", file_ids=(file_id,))
    follower = await world.reply(signed_in(ada), conversation_id, "And?")
    await world.execute("update files set state = 'failed' where id = $1", file_id)
    async with delivering(world):
        await becomes(world, follower.message.id, "sent")
    message = await world.row("messages", written.message.id)
    assert (message["delivery"], message["delivery_code"]) == ("failed", "media_refused")
    assert len(world.channel.calls) == 1


async def test_bytes_that_are_gone_fail_for_good(world: World, ada: UUID) -> None:
    _names_each(world, [])
    file_id = await world.upload(ada)
    key = await world.fetchval("select storage_key from files where id = $1", file_id)
    await world.store.delete(key)
    written = await world.reply(signed_in(ada), await world.give(ada), "", file_ids=(file_id,))
    async with delivering(world):
        await becomes(world, written.message.id, "failed")
    message = await world.row("messages", written.message.id)
    assert message["delivery_code"] == "media_refused"


async def test_a_long_text_goes_out_in_order_and_a_refused_piece_does_not_hold_up_the_rest(
    world: World, ada: UUID
) -> None:
    async def answer(outgoing: Outgoing) -> Sent:
        [part] = outgoing.parts
        assert isinstance(part, TextPart)
        if part.text.startswith("b"):
            raise ProviderError("no b", is_retryable=False)
        return await world.channel.take(outgoing)

    world.channel.answer = answer
    text = "\n\n".join(letter * 4000 for letter in "abc")
    conversation_id = await world.give(ada)
    async with delivering(world):
        await world.reply(signed_in(ada), conversation_id, text)

        async def all_through() -> bool:
            return bool(await world.fetchval("select count(*) = 0 from outbox"))

        await eventually(all_through)
    assert [text[0] for text in world.channel.texts] == ["a", "c"]
    rows = await world.fetch("select delivery from messages where direction = 'out' order by id")
    assert [row["delivery"] for row in rows] == ["sent", "failed", "sent"]


async def test_the_caption_of_an_album_is_edited_and_taken_away(world: World, ada: UUID) -> None:
    conversation_id = await world.give(ada)
    message_id = await _sent_album(world, ada, conversation_id)

    async def says(caption: str | None) -> bool:
        first = (await world.row("messages", message_id))["parts"][0]
        return (first["caption"] or {}).get("text") == caption

    async with delivering(world):
        await world.edit(signed_in(ada), conversation_id, message_id, "See")
        await eventually(lambda: says("See"))
        await world.edit(signed_in(ada), conversation_id, message_id, "", revision=1)
        await eventually(lambda: says(None))
    row = await world.row("messages", message_id)
    assert (row["revision"], len(row["parts"])) == (2, 3)


async def test_a_caption_has_its_own_limit_and_a_place_has_no_words(
    world: World, ada: UUID
) -> None:
    conversation_id = await world.give(ada)
    message_id = await _sent_album(world, ada, conversation_id)
    with pytest.raises(InvalidText):
        await world.edit(signed_in(ada), conversation_id, message_id, "a" * 1025)
    async with delivering(world):
        place = NewLocation(latitude=1, longitude=2)
        written = await world.reply(signed_in(ada), conversation_id, "", location=place)
        await becomes(world, written.message.id, "sent")
    with pytest.raises(ChannelCannotChange):
        await world.edit(signed_in(ada), conversation_id, written.message.id, "here")
    assert world.account_id is not None
    async with world.database.connection() as connection:
        due = await list_due_changes(connection, world.account_id, busy_message_ids=[], limit=9)
    assert due == []
