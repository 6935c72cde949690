"""Ratings as who answers for others reads them: in pages, and within their scope."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from halfminute.contacts.types import AddressKey
from halfminute.conversations.transitions import close
from halfminute.feedback.actions.rate_conversation import rate_conversation
from halfminute.feedback.schemas import NewRating
from halfminute.identity.principals import Grant
from tests.callers import AGENT, Caller, Callers, open_application
from tests.conversations.world import World


class House(NamedTuple):
    """An installation with people at their browsers."""

    world: World
    callers: Callers
    agent: Caller

    async def rate(self, score: int, queue_id: UUID | None = None) -> str:
        """A conversation of the agent's that has ended, with its rating."""
        conversation_id = await self.world.give(self.agent.id, queue_id)
        async with self.world.log.write() as unit:
            await close(unit, conversation_id, is_solved=True, disposition_code=None)
        row = await self.world.row("conversations", conversation_id)
        [address] = await self.world.fetch(
            "select channel_account_id, external_id from addresses where id = $1",
            row["address_id"],
        )
        rating = NewRating(score=score, words=f"{score} of 5")
        await rate_conversation(self.world.log, AddressKey(*address), conversation_id, rating)
        return str(conversation_id)


@pytest.fixture
async def house(world: World, tmp_path: Path) -> AsyncIterator[House]:
    async with open_application(world.log, tmp_path / "data", world.registry) as callers:
        yield House(world, callers, await callers.sign_in("Agent", AGENT))


async def test_a_supervisor_reads_every_rating_page_by_page(house: House) -> None:
    rated = [await house.rate(score) for score in (1, 2, 3, 4, 5)]
    supervisor = await house.callers.sign_in("Sara", Grant("supervisor", "all"))

    found, cursor, pages = [], "", 0
    while True:
        page = (await supervisor.ask("GET", f"/api/ratings?limit=2{cursor}")).json()
        found += [(item["conversation_id"], item["score"]) for item in page["items"]]
        pages += 1
        if page["next"] is None:
            break
        cursor = f"&after={page['next']}"

    assert found == list(zip(rated, (1, 2, 3, 4, 5), strict=True))
    assert pages == 3
    item = page["items"][0]
    assert (item["words"], item["agent_name"]) == ("5 of 5", "Agent")


async def test_a_supervisor_of_one_queue_reads_its_ratings_alone(house: House) -> None:
    own, other = await house.world.add_queue(), await house.world.add_queue()
    mine = await house.rate(4, own)
    await house.rate(1, other)
    await house.rate(2)
    supervisor = await house.callers.sign_in("Sara", Grant("supervisor", "queue", own))

    page = (await supervisor.ask("GET", "/api/ratings")).json()

    assert [item["conversation_id"] for item in page["items"]] == [mine]


async def test_an_agent_reads_no_list_of_ratings(house: House) -> None:
    await house.agent.is_refused(403, "forbidden", "GET", "/api/ratings", None)


async def test_a_cursor_that_is_none_is_refused(house: House) -> None:
    supervisor = await house.callers.sign_in("Sara", Grant("supervisor", "all"))
    await supervisor.is_refused(400, "invalid_cursor", "GET", "/api/ratings?after=-", None)
