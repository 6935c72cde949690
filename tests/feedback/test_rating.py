"""A contact rates a conversation that is over: once, as often as they like, and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.actions.finish_wrap_up import finish_wrap_up
from halfminute.conversations.errors import ConversationNotFound
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import Closing, RatingBrief
from halfminute.conversations.transitions import assign
from halfminute.conversations.types import ConversationId
from halfminute.feedback.actions.rate_conversation import RATED_WITHIN, rate_conversation
from halfminute.feedback.errors import ConversationNotEnded, RatingTooLate
from halfminute.feedback.retention import forget_old_rating_words
from halfminute.feedback.schemas import NewRating
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now
from tests.plain_channel import message
from tests.scene import Scene, open_scene

GOOD = NewRating(score=5, words="Quick and kind")
SOLVED = Closing(is_solved=True, disposition_code="question_answered")


class Talk:
    """A conversation of one who writes, with an agent."""

    def __init__(self, scene: Scene, conversation_id: UUID, address: AddressKey) -> None:
        self.scene = scene
        self.id = ConversationId(conversation_id)
        self.address = address

    async def give(self) -> None:
        async with self.scene.log.write() as unit:
            await assign(
                unit, self.id, self.scene.agent_id, from_states=("queued", "active"), by="pull"
            )

    async def begin_wrap_up(self) -> None:
        await self.give()
        agent = Principal(
            kind="user",
            name="Ira",
            user_id=UserId(self.scene.agent_id),
            grants=(Grant("agent", "own"),),
        )
        await close_conversation(self.scene.log, agent, self.id, SOLVED)

    async def end(self) -> None:
        await self.begin_wrap_up()
        await finish_wrap_up(self.scene.log, SYSTEM, self.id)

    async def rate(self, rating: NewRating = GOOD) -> None:
        await rate_conversation(self.scene.log, self.address, self.id, rating)

    async def rating(self) -> RatingBrief | None:
        async with self.scene.database.connection() as connection:
            return (await get_conversation_view(connection, self.id)).rating

    async def facts(self) -> list[dict[str, Any]]:
        rows = await self.scene.rows(
            "select data from events where type = 'ConversationRated' and stream = $1 order by seq",
            f"conversation:{self.id}",
        )
        return [row["data"] for row in rows]


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        yield scene


@pytest.fixture
async def talk(scene: Scene) -> Talk:
    await scene.tell(message("Hello", number="m-1"))
    row = await scene.row(
        "select c.id, a.external_id from conversations c join addresses a on a.id = c.address_id"
    )
    address = AddressKey(ChannelAccountId(scene.account_id), row["external_id"])
    return Talk(scene, row["id"], address)


async def test_a_rating_stands_at_the_conversation_and_the_log_knows_no_word_of_it(
    talk: Talk,
) -> None:
    await talk.end()

    await talk.rate()

    rating = await talk.rating()
    assert rating is not None
    assert (rating.score, rating.words) == (5, "Quick and kind")
    assert await talk.facts() == [
        {
            "conversation_id": str(talk.id),
            "agent_id": str(talk.scene.agent_id),
            "queue_id": str(talk.scene.queue_id),
            "score": 5,
        }
    ]


async def test_the_same_rating_five_times_at_once_is_one_fact(talk: Talk) -> None:
    await talk.end()

    await asyncio.gather(*(talk.rate() for _ in range(5)))

    assert len(await talk.facts()) == 1


async def test_who_thinks_better_of_it_has_said_the_last_of_it(talk: Talk) -> None:
    await talk.end()

    await talk.rate(NewRating(score=2))
    await talk.rate(GOOD)

    rating = await talk.rating()
    assert rating is not None
    assert rating.score == 5
    assert [fact["score"] for fact in await talk.facts()] == [2, 5]


async def test_what_goes_on_is_not_rated_yet(talk: Talk) -> None:
    for step in (None, talk.give):
        if step is not None:
            await step()
        with pytest.raises(ConversationNotEnded):
            await talk.rate()
    assert await talk.rating() is None


async def test_the_wrap_up_is_our_own_business(talk: Talk) -> None:
    await talk.begin_wrap_up()

    await talk.rate()

    assert await talk.rating() is not None


@pytest.mark.parametrize(("sooner", "is_taken"), [(60, True), (-60, False)])
async def test_a_rating_comes_within_three_days(talk: Talk, sooner: int, is_taken: bool) -> None:
    await talk.end()
    at = utc_now() - RATED_WITHIN + timedelta(seconds=sooner)
    await talk.scene.execute("update conversations set wrap_up_at = $1, closed_at = $1", at)

    if is_taken:
        await talk.rate()
    else:
        with pytest.raises(RatingTooLate):
            await talk.rate()


async def test_nobody_rates_for_another(talk: Talk) -> None:
    await talk.end()
    for address in (
        AddressKey(talk.address.channel_account_id, "somebody-else"),
        AddressKey(ChannelAccountId(new_id()), talk.address.external_id),
    ):
        with pytest.raises(ConversationNotFound):
            await rate_conversation(talk.scene.log, address, talk.id, GOOD)
    with pytest.raises(ConversationNotFound):
        await rate_conversation(talk.scene.log, talk.address, new_id(), GOOD)


async def test_what_comes_back_is_rated_as_it_ends_at_last(talk: Talk) -> None:
    await talk.end()
    await talk.rate(NewRating(score=4))
    other_id = new_id()
    await talk.scene.execute(
        "insert into users (id, email, name, password_hash) values ($1, 'bo@b.example', 'Bo', '-')",
        other_id,
    )
    await talk.scene.execute("insert into agents (id) values ($1)", other_id)

    await talk.scene.tell(message("It broke again", number="m-2"))
    with pytest.raises(ConversationNotEnded):
        await talk.rate(NewRating(score=1))
    talk.scene.agent_id = other_id
    await talk.end()
    await talk.rate(NewRating(score=1))

    row = await talk.scene.row("select score, agent_id from ratings")
    assert (row["score"], row["agent_id"]) == (1, other_id)


async def test_the_words_go_with_the_contact_and_the_number_stays(talk: Talk) -> None:
    async def keep_nowhere(_contact_id: object, _addresses: object) -> None:
        return None

    await talk.end()
    await talk.rate()
    contact = await talk.scene.row("select id, name from contacts")

    await erase_contact(
        talk.scene.log, SYSTEM, contact["id"], confirmation=contact["name"], keep=keep_nowhere
    )

    row = await talk.scene.row("select score, words from ratings")
    assert (row["score"], row["words"]) == (5, "")
    with pytest.raises(ConversationNotFound):
        await talk.rate(NewRating(score=1, words="I am back"))


async def test_old_words_are_forgotten_and_their_numbers_are_not(talk: Talk) -> None:
    await talk.end()
    await talk.rate()

    assert (await forget_old_rating_words(talk.scene.database, utc_now() - timedelta(1))).rows == 0
    assert (await forget_old_rating_words(talk.scene.database, utc_now())).rows == 1

    row = await talk.scene.row("select score, words from ratings")
    assert (row["score"], row["words"]) == (5, "")
