"""A customer is quicker than the provider's answer to us: what they say then waits, and is kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from halfminute.conversations import transitions
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.delivery.attempts import (
    Attempt,
    begin_attempt,
    end_attempt,
    list_due,
)
from halfminute.conversations.delivery.endings import Ending, cut
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.schemas import NewReply
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import InboundReaction, Sender
from tests.plain_channel import NOON, message, reaction
from tests.routing.centre import eventually
from tests.scene import Scene


@pytest.fixture
async def conversation_id(scene: Scene) -> UUID:
    await scene.tell(message("Good morning", number="m-1"))
    conversation_id: UUID = (await scene.row("select id from conversations"))["id"]
    await _take(scene, conversation_id)
    return conversation_id


async def test_a_reaction_during_the_sending_stands_once_it_is_sent(
    scene: Scene, conversation_id: UUID
) -> None:
    attempt = await _begin_sending(scene, conversation_id)
    await scene.tell(reaction("out-1", "👍"))
    assert await _reactions(scene, attempt) == []

    await end_attempt(scene.log, attempt, _sent_as("out-1"))

    assert await _reactions(scene, attempt) == ["👍"]
    assert (await scene.events())[-2:] == ["MessageSent", "ReactionChanged"]
    assert await scene.rows("select from early_words") == []


async def test_of_two_early_reactions_the_later_stands_in_whatever_order_they_come(
    scene: Scene, conversation_id: UUID
) -> None:
    attempt = await _begin_sending(scene, conversation_id)
    await scene.tell(reaction("out-1", "🔥", minute=2), reaction("out-1", "👍", minute=1))

    await end_attempt(scene.log, attempt, _sent_as("out-1"))

    assert await _reactions(scene, attempt) == ["🔥"]


async def test_an_answer_during_the_sending_knows_its_message_once_it_is_sent(
    scene: Scene, conversation_id: UUID
) -> None:
    attempt = await _begin_sending(scene, conversation_id)
    await scene.tell(message("Thanks!", number="m-2", reply_to_external_id="out-1"))

    await end_attempt(scene.log, attempt, _sent_as("out-1"))

    answer = await scene.row("select * from messages where external_id = 'm-2'")
    assert answer["reply_to"]["message_id"] == str(attempt.message_id)
    assert (await scene.events())[-1] == "ReplyLinked"


async def test_a_reaction_that_meets_the_very_commit_of_the_ending_is_not_lost(
    scene: Scene, conversation_id: UUID
) -> None:
    for number in range(30):
        attempt = await _begin_sending(scene, conversation_id)
        name = f"out-{number}"
        bringing = scene.tell(reaction(name, "👍"))
        ending = end_attempt(scene.log, attempt, _sent_as(name))
        await asyncio.gather(*((bringing, ending) if number % 2 else (ending, bringing)))

        assert await _reactions(scene, attempt) == ["👍"], number
    assert await scene.rows("select from early_words") == []


async def test_an_ending_that_is_not_yet_committed_is_waited_for(
    scene: Scene, conversation_id: UUID
) -> None:
    attempt = await _begin_sending(scene, conversation_id)
    async with scene.database.transaction() as connection:
        await connection.execute(
            "update messages set external_id = 'out-1', delivery = 'sent' where id = $1",
            attempt.message_id,
        )
        await connection.execute("delete from outbox where message_id = $1", attempt.message_id)
        bringing = asyncio.create_task(scene.tell(reaction("out-1", "👍")))
        await _wait_for_a_lock(scene)
    await bringing

    assert await _reactions(scene, attempt) == ["👍"]


async def test_a_late_answer_finds_what_was_said_of_a_message_that_counted_as_unknown(
    scene: Scene, conversation_id: UUID
) -> None:
    attempt = await _begin_sending(scene, conversation_id)
    await end_attempt(scene.log, attempt, cut("no answer"))
    await scene.tell(reaction("out-1", "👍"))

    await end_attempt(scene.log, attempt, _sent_as("out-1"))

    assert await _reactions(scene, attempt) == ["👍"]


async def test_only_what_is_said_of_this_message_is_applied(
    scene: Scene, conversation_id: UUID
) -> None:
    await scene.tell(message(chat="chat-2", number="m-1"))
    elsewhere = InboundReaction(
        external_id="out-1",
        sender=Sender(external_id="chat-2", name="Olena"),
        emojis=("👎",),
        at=NOON,
    )
    attempt = await _begin_sending(scene, conversation_id)
    await scene.tell(elsewhere, reaction("out-2", "🔥"), reaction("out-1", "👍"))

    await end_attempt(scene.log, attempt, _sent_as("out-1"))

    assert await _reactions(scene, attempt) == ["👍"]
    waiting = await scene.rows("select external_id from early_words order by external_id")
    assert [row["external_id"] for row in waiting] == ["out-1", "out-2"]


async def test_what_is_said_of_messages_that_were_never_ours_is_kept_for_a_day(
    scene: Scene, conversation_id: UUID
) -> None:
    await scene.tell(reaction("long-ago", "👍"))
    await scene.execute("update early_words set received_at = now() - interval '25 hours'")

    await scene.tell(reaction("long-ago-2", "👍"))

    assert (await scene.row("select external_id from early_words"))["external_id"] == "long-ago-2"


async def test_the_same_word_told_again_and_again_is_one(
    scene: Scene, conversation_id: UUID
) -> None:
    for minute in range(5):
        await scene.tell(reaction("never-ours", "👍", minute=minute))

    row = await scene.row("select at from early_words")
    assert row["at"] == NOON + timedelta(minutes=4)


async def test_reactions_of_many_customers_at_once_wait_each_for_its_own(scene: Scene) -> None:
    chats = [f"chat-{number}" for number in range(8)]
    for chat in chats:
        await scene.tell(message(chat=chat))
    attempts = {}
    for row in await scene.rows(
        "select c.id, a.external_id from conversations c join addresses a on a.id = c.address_id"
    ):
        await _take(scene, row["id"])
        attempts[row["external_id"]] = await _begin_sending(scene, row["id"])

    told = [
        msgspec.structs.replace(
            reaction("out-1", "👍"), sender=Sender(external_id=chat, name="Olena")
        )
        for chat in chats
    ]
    endings = [end_attempt(scene.log, attempt, _sent_as("out-1")) for attempt in attempts.values()]
    await asyncio.gather(scene.tell_at_once(*told), *endings)

    for chat in chats:
        assert await _reactions(scene, attempts[chat]) == ["👍"], chat


def _sent_as(external_id: str) -> Ending:
    return Ending(Happening.ACCEPTED, external_id=external_id)


async def _take(scene: Scene, conversation_id: UUID) -> None:
    async with scene.log.write() as unit:
        await transitions.assign(
            unit,
            ConversationId(conversation_id),
            scene.agent_id,
            from_states=("new", "queued"),
            by="pull",
        )


async def _begin_sending(scene: Scene, conversation_id: UUID) -> Attempt:
    """The provider is being called for a new reply; its answer is not here yet."""
    ira = Principal(
        kind="user",
        name="Ira",
        user_id=UserId(scene.agent_id),
        grants=(Grant("agent", "own"),),
    )
    new = NewReply(client_id=new_id(), text="Good day!")
    written = await reply(scene.log, scene.registry, ira, conversation_id, new)
    async with scene.database.connection() as connection:
        due = await list_due(connection, scene.account_id, busy_address_ids=[], limit=50)
    [mine] = [each for each in due if each.message_id == written.message.id]
    attempt = await begin_attempt(scene.log, mine)
    assert attempt is not None
    return attempt


async def _reactions(scene: Scene, attempt: Attempt) -> list[str]:
    rows = await scene.rows(
        "select emoji from message_reactions where message_id = $1", attempt.message_id
    )
    return [row["emoji"] for row in rows]


async def _wait_for_a_lock(scene: Scene) -> None:
    async def look() -> bool:
        waiting = await scene.rows(
            "select from pg_stat_activity where wait_event_type = 'Lock' and"
            " datname = current_database()"
        )
        return len(waiting) > 0

    await eventually(look)


async def test_what_is_said_early_of_any_picture_of_an_album_finds_the_message(
    scene: Scene, conversation_id: UUID
) -> None:
    attempt = await _begin_sending(scene, conversation_id)
    await scene.tell(reaction("out-2", "👍"))
    await scene.tell(message("This one?", number="m-2", reply_to_external_id="out-3"))

    ending = Ending(Happening.ACCEPTED, external_id="out-1", more_external_ids=("out-2", "out-3"))
    await end_attempt(scene.log, attempt, ending)

    assert await _reactions(scene, attempt) == ["👍"]
    answer = await scene.row("select reply_to from messages where external_id = 'm-2'")
    assert answer["reply_to"]["message_id"] == str(attempt.message_id)


async def test_what_is_said_later_of_any_picture_of_an_album_finds_the_message(
    scene: Scene, conversation_id: UUID
) -> None:
    attempt = await _begin_sending(scene, conversation_id)
    ending = Ending(Happening.ACCEPTED, external_id="out-1", more_external_ids=("out-2", "out-3"))
    await end_attempt(scene.log, attempt, ending)

    await scene.tell(reaction("out-2", "👍"))
    await scene.tell(message("This one?", number="m-2", reply_to_external_id="out-3"))

    assert await _reactions(scene, attempt) == ["👍"]
    answer = await scene.row("select reply_to from messages where external_id = 'm-2'")
    assert answer["reply_to"]["message_id"] == str(attempt.message_id)
