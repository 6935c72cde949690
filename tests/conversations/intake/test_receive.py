"""A customer writes: what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from halfminute.conversations.transitions import assign, close, finish_wrap_up, start_wrap_up
from halfminute.sdk.model import Entity, MediaPart, StartPart, TextPart
from tests.plain_channel import NOON, message, raw_of, reachability
from tests.scene import Scene


async def _assign(scene: Scene) -> None:
    conversation = await scene.row("select id from conversations")
    async with scene.log.write() as unit:
        await assign(unit, conversation["id"], scene.agent_id, from_states=["queued"], by="pull")


async def _close(scene: Scene, *, ago: timedelta = timedelta(0)) -> None:
    conversation = await scene.row("select id from conversations")
    async with scene.log.write() as unit:
        await close(unit, conversation["id"], is_solved=True, disposition_code="spam")
    await scene.execute("update conversations set closed_at = closed_at - $1::interval", ago)


async def test_a_first_message_makes_a_contact_and_waits_in_the_accounts_queue(
    scene: Scene,
) -> None:
    await scene.tell(message("Where is my money?", name="Olena", start_payload="from-site"))

    contact = await scene.row("select * from contacts")
    address = await scene.row("select * from addresses")
    conversation = await scene.row("select * from conversations")
    stored = await scene.row("select * from messages")
    assert contact["name"] == "Olena"
    assert (address["contact_id"], address["external_id"]) == (contact["id"], "chat-1")
    assert (conversation["state"], conversation["awaiting"]) == ("queued", "agent")
    assert conversation["queue_id"] == scene.queue_id
    assert conversation["unanswered_since"] == NOON
    assert conversation["first_customer_message_at"] == NOON
    assert conversation["last_message_id"] == stored["id"]
    assert stored["parts"] == [
        {"type": "start", "payload": "from-site"},
        {"type": "text", "text": "Where is my money?", "entities": []},
    ]
    assert (stored["direction"], stored["author_id"]) == ("in", contact["id"])
    assert await scene.events() == ["ConversationOpened", "MessageReceived", "ConversationQueued"]
    assert await scene.events("queue") == ["ConversationQueued"]


async def test_events_carry_ids_and_numbers_and_never_words(scene: Scene) -> None:
    await scene.tell(message("My secret word is rhubarb", name="Rhubarb"))

    rows = await scene.rows("select data::text as data from events")
    assert rows
    assert not any("hubarb" in row["data"] for row in rows)


async def test_a_second_message_joins_the_open_conversation(scene: Scene) -> None:
    await scene.tell(message("One"), message("Two", at=NOON + timedelta(minutes=1)))

    conversation = await scene.row("select * from conversations")
    assert conversation["unanswered_since"] == NOON
    assert conversation["last_message_at"] == NOON + timedelta(minutes=1)
    assert len(await scene.rows("select from messages")) == 2


async def test_many_messages_of_one_chat_in_one_batch_keep_their_order(scene: Scene) -> None:
    await scene.tell_at_once(*(message(f"{n}") for n in range(30)))

    rows = await scene.rows("select parts from messages order by id")
    assert [row["parts"][0]["text"] for row in rows] == [f"{n}" for n in range(30)]
    assert len(await scene.rows("select from conversations")) == 1


async def test_a_name_that_changed_at_the_provider_changes_here(scene: Scene) -> None:
    await scene.tell(message(name="Olena"), message(name="Olena K."))

    assert (await scene.row("select name from addresses"))["name"] == "Olena K."
    assert (await scene.row("select name from contacts"))["name"] == "Olena K."


async def test_a_name_that_we_gave_stays(scene: Scene) -> None:
    await scene.tell(message(name="Olena"))
    await scene.execute("update contacts set name = 'Dr Olena Kovalenko'")

    await scene.tell(message(name="Olena K."))

    assert (await scene.row("select name from contacts"))["name"] == "Dr Olena Kovalenko"


async def test_a_message_during_the_wrap_up_gives_the_conversation_back_to_its_agent(
    scene: Scene,
) -> None:
    await scene.tell(message())
    await _assign(scene)
    conversation_id = (await scene.row("select id from conversations"))["id"]
    async with scene.log.write() as unit:
        await start_wrap_up(unit, conversation_id, is_solved=True, disposition_code="spam")

    await scene.tell(message("One thing more"))

    conversation = await scene.row("select * from conversations")
    assert (conversation["state"], conversation["agent_id"]) == ("active", scene.agent_id)
    assert conversation["awaiting"] == "agent"
    assert conversation["is_solved"] is None
    assert conversation["disposition_code"] is None
    assert (await scene.events("agent"))[-1] == "ConversationAssigned"


async def test_a_message_soon_after_the_closing_reopens_the_conversation(scene: Scene) -> None:
    await scene.tell(message())
    await _assign(scene)
    await _close(scene)

    await scene.tell(message("It broke again"))

    conversation = await scene.row("select * from conversations")
    assert (conversation["state"], conversation["reopened_count"]) == ("queued", 1)
    assert conversation["agent_id"] is None
    assert conversation["is_solved"] is None
    assert (await scene.events())[-3:] == [
        "ConversationReopened",
        "MessageReceived",
        "ConversationQueued",
    ]


async def test_a_message_long_after_the_closing_opens_another(scene: Scene) -> None:
    await scene.tell(message())
    await _close(scene, ago=timedelta(days=2))

    await scene.tell(message("A new matter"))

    states = await scene.rows("select state from conversations order by opened_at")
    assert [row["state"] for row in states] == ["closed", "queued"]
    assert len(await scene.rows("select from contacts")) == 1


async def test_after_a_finished_wrap_up_the_agent_holds_nothing(scene: Scene) -> None:
    await scene.tell(message())
    await _assign(scene)
    conversation_id = (await scene.row("select id from conversations"))["id"]
    async with scene.log.write() as unit:
        await start_wrap_up(unit, conversation_id, is_solved=True, disposition_code="spam")
    async with scene.log.write() as unit:
        await finish_wrap_up(unit, conversation_id)

    conversation = await scene.row("select * from conversations")
    assert (conversation["state"], conversation["is_solved"]) == ("closed", True)
    assert (await scene.row("select load_version from agents"))["load_version"] == 2


async def test_without_a_queue_a_conversation_stays_new_until_one_is_set(scene: Scene) -> None:
    await scene.execute("update channel_accounts set queue_id = null")
    await scene.tell(message())
    assert (await scene.row("select state from conversations"))["state"] == "new"

    await scene.execute("update channel_accounts set queue_id = $1", scene.queue_id)
    await scene.tell(message("Anybody there?"))

    assert (await scene.row("select state from conversations"))["state"] == "queued"


async def test_a_reply_to_a_message_that_we_have_names_it(scene: Scene) -> None:
    await scene.tell(message("First words", number="m-1"))
    await scene.tell(message("Yes", reply_to_external_id="m-1"))

    first, second = await scene.rows("select id, reply_to from messages order by id")
    assert second["reply_to"] == {
        "message_id": str(first["id"]),
        "external_id": "m-1",
        "preview": "First words",
    }


async def test_a_reply_within_one_batch_names_it_as_well(scene: Scene) -> None:
    await scene.tell_at_once(
        message("First words", number="m-1"), message("Yes", reply_to_external_id="m-1")
    )

    first, second = await scene.rows("select id, reply_to from messages order by id")
    assert second["reply_to"]["message_id"] == str(first["id"])


async def test_a_reply_to_an_unknown_message_keeps_what_is_told_of_it(scene: Scene) -> None:
    await scene.tell(message("Yes", reply_to_external_id="m-old", reply_to_preview="Was it you?"))

    stored = await scene.row("select reply_to from messages")
    assert stored["reply_to"] == {
        "message_id": None,
        "external_id": "m-old",
        "preview": "Was it you?",
    }


@pytest.mark.parametrize(
    ("text", "stored_as"),
    [
        ("a\0b", "a\ufffdb"),
        ("back\\u0000slash", "back\\u0000slash"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; drop table messages; --", "'; drop table messages; --"),
        ("слон 🐘 " * 12_500, "слон 🐘 " * 12_500),
        ("", ""),
    ],
    ids=["nul", "backslash", "html", "sql", "huge", "empty"],
)
async def test_whatever_a_customer_writes_is_stored(
    scene: Scene, text: str, stored_as: str
) -> None:
    await scene.tell(message(text, name=f"N\0 {text[:20]}"))

    stored = await scene.row("select parts from messages")
    assert stored["parts"][0]["text"] == stored_as


async def test_a_nul_does_not_move_the_entities(scene: Scene) -> None:
    bold = Entity(type="bold", offset=2, length=3)

    await scene.tell(message(parts=(TextPart(text="\0 abc", entities=(bold,)),)))

    [part] = (await scene.row("select parts from messages"))["parts"]
    assert part["text"][2:5] == "abc"
    assert part["entities"] == [{"type": "bold", "offset": 2, "length": 3}]


async def test_a_clock_that_runs_ahead_does_not_make_anybody_wait_from_the_future(
    scene: Scene,
) -> None:
    await scene.tell(message(at=NOON + timedelta(days=4000)))

    conversation = await scene.row("select *, now() as now from conversations")
    assert conversation["unanswered_since"] <= conversation["now"]


async def test_media_become_files_to_be_fetched(scene: Scene) -> None:
    picture = MediaPart(
        kind="image",
        file_state="pending",
        media_type="image/jpeg",
        size=5,
        name="cat\0.jpg",
        source={"file": "cat"},
        caption=TextPart(text="My cat"),
    )
    await scene.tell(message(parts=(picture,)))

    file = await scene.row("select * from files")
    shown = await scene.row("select * from message_files")
    stored = await scene.row("select id, conversation_id, parts from messages")
    assert (file["state"], file["source"], file["name"]) == (
        "pending",
        {"file": "cat"},
        "cat\ufffd.jpg",
    )
    assert (shown["message_id"], shown["conversation_id"]) == (
        stored["id"],
        stored["conversation_id"],
    )
    assert stored["parts"][0]["file_id"] == str(file["id"])
    assert "source" not in stored["parts"][0]


async def test_a_start_alone_is_a_message(scene: Scene) -> None:
    await scene.tell(message(parts=(StartPart(payload="abc"),), start_payload="abc"))

    stored = await scene.row("select parts from messages")
    assert stored["parts"] == [{"type": "start", "payload": "abc"}]


async def test_who_had_shut_us_out_and_writes_again_is_reachable(scene: Scene) -> None:
    await scene.tell(message(), reachability(is_reachable=False))
    assert not (await scene.row("select is_reachable from addresses"))["is_reachable"]

    await scene.tell(message("I am back", at=NOON + timedelta(minutes=5)))

    assert (await scene.row("select is_reachable from addresses"))["is_reachable"]
    assert (await scene.events()).count("AddressReachabilityChanged") == 2


async def test_two_accounts_know_the_same_chat_as_two_addresses(scene: Scene) -> None:
    other = await scene.row(
        "insert into channel_accounts (id, kind, name, encrypted_secrets, inbound_mode)"
        " values (gen_random_uuid(), 'plain', 'Other', $1, 'webhook') returning id",
        b"",
    )
    await scene.execute(
        "update channel_accounts set encrypted_secrets = $2 where id = $1",
        other["id"],
        scene.box.seal({"token": "other"}, row_id=other["id"]),
    )

    await scene.tell(message())
    await scene.inbox.take_in(other["id"], raw_of(message()))

    assert len(await scene.rows("select from conversations")) == 2
