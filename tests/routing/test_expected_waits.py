"""Whoever looks after a queue sees the places and waits that its contacts are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from halfminute.identity.principals import Grant
from tests.callers import AGENT, Caller, open_application
from tests.routing.centre import Centre
from tests.routing.test_races import Play
from tests.routing.test_telling import Desk, desk

__all__ = ["desk"]


class Hall(NamedTuple):
    """A supervisor and an agent of the queue."""

    desk: Desk
    chief: Caller
    ada: Caller

    async def ask(self) -> list[dict[str, Any]]:
        answer = await self.chief.ask("GET", path_of(self.desk.queue_id))
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def explain(self, conversation_id: UUID) -> dict[str, Any]:
        answer = await self.chief.ask("GET", f"/api/conversations/{conversation_id}/explanation")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


def path_of(queue_id: UUID) -> str:
    return f"/api/queues/{queue_id}/expected-waits"


@pytest.fixture
async def hall(desk: Desk, tmp_path: Path) -> AsyncIterator[Hall]:
    async with open_application(desk.play.centre.log, tmp_path) as callers:
        chief = await callers.sign_in("Chief", Grant("supervisor", "all"))
        ada = await callers.sign_in("Ada", AGENT, queue_ids=(desk.queue_id,))
        yield Hall(desk, chief, ada)


async def test_a_supervisor_sees_places_and_ranges_of_a_queue(hall: Hall) -> None:
    await hall.desk.hire(handled=6)
    first, second = await hall.desk.queue(), await hall.desk.queue()

    places = await hall.ask()

    assert [(each["conversation_id"], each["position"]) for each in places] == [
        (str(first), 1),
        (str(second), 2),
    ]
    assert all(
        each["expected_wait"]["least_minutes"] < each["expected_wait"]["most_minutes"]
        for each in places
    )


async def test_the_why_of_a_conversation_says_the_same(hall: Hall) -> None:
    await hall.desk.hire(handled=6)
    await hall.desk.queue()
    conversation_id = await hall.desk.queue()

    told = await hall.explain(conversation_id)

    [_, place] = await hall.ask()
    assert (told["position"], told["expected_wait"]) == (2, place["expected_wait"])


async def test_while_nobody_routes_the_reasons_are_told_without_a_place(hall: Hall) -> None:
    conversation_id = await hall.desk.queue()
    assert (await hall.explain(conversation_id))["position"] == 1
    await _stop_routing(hall.desk.play.centre)

    told = await hall.explain(conversation_id)

    assert (told["place"], told["position"], told["expected_wait"]) == ("waiting", None, None)
    path = path_of(hall.desk.queue_id)
    assert await hall.chief.is_refused(503, "router_not_ready", "GET", path, None)


async def test_agents_may_not_ask_for_a_whole_queue(hall: Hall) -> None:
    path = path_of(hall.desk.queue_id)
    assert await hall.ada.is_refused(403, "forbidden", "GET", path, None)


async def test_what_an_agent_has_waits_no_more(hall: Hall) -> None:
    desk, play = hall.desk, hall.desk.play
    conversation_id = await desk.queue()
    agent_id = await play.centre.add_agent(desk.queue_id)
    await _accept(play, agent_id)

    assert await hall.ask() == []
    assert (await hall.explain(conversation_id))["position"] is None


async def _accept(play: Play, agent_id: UUID) -> None:
    await play.turn()
    await play.centre.accept(await play.centre.offer_for(agent_id))
    await play.turn()


async def _stop_routing(centre: Centre) -> None:
    await centre.execute(
        "update router_leases set expires_at = clock_timestamp() - interval '11 seconds'"
    )
