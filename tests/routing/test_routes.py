"""The routes by which agents get conversations: to take what rings, or leave it, or what waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from halfminute.identity.principals import Grant
from halfminute.kit.ids import new_id
from halfminute.routing.schemas import OfferView
from tests.callers import AGENT, Caller, Callers, open_application
from tests.routing.centre import Centre


class Floor(NamedTuple):
    """Ada serves the queue and is there; Bea is an agent elsewhere."""

    centre: Centre
    callers: Callers
    queue_id: UUID
    ada: Caller
    bea: Caller

    async def ring(self) -> OfferView:
        """A conversation that rings at Ada."""
        async with self.centre.routing():
            conversation_id = await self.centre.queue_conversation(self.queue_id)
            await self.centre.set_presence(self.ada.id, "available")
            return await self.centre.offer_for(self.ada.id, conversation_id)


@pytest.fixture
async def floor(centre: Centre, tmp_path: Path) -> AsyncIterator[Floor]:
    queue_id = await centre.add_queue(offer_timeout_seconds=600)
    async with open_application(centre.log, tmp_path) as callers:
        ada = await callers.sign_in("Ada", AGENT, queue_ids=(queue_id,))
        bea = await callers.sign_in("Bea", AGENT)
        yield Floor(centre, callers, queue_id, ada, bea)


async def test_an_offer_is_accepted_once(floor: Floor) -> None:
    offer = await floor.ring()
    path, body = f"/api/offers/{offer.id}/accept", {"epoch": offer.epoch}

    taken = await floor.ada.ask("POST", path, body)

    assert (taken.status_code, taken.json()["state"]) == (200, "active")
    assert taken.json()["agent_id"] == str(floor.ada.id)
    assert await floor.ada.is_refused(409, "offer_ended", "POST", path, body)


async def test_an_offer_is_declined_and_keeps_its_place(floor: Floor) -> None:
    offer = await floor.ring()
    path = f"/api/offers/{offer.id}/decline"
    body = {"epoch": offer.epoch, "reason": "busy with another"}

    assert (await floor.ada.ask("POST", path, body)).status_code == 204

    assert await floor.centre.state_of(offer.conversation_id) == "queued"
    assert await floor.ada.is_refused(409, "offer_ended", "POST", path, body)


@pytest.mark.parametrize("verb", ["accept", "decline"])
async def test_what_rings_at_one_is_nothing_to_others(floor: Floor, verb: str) -> None:
    offer = await floor.ring()
    chief = await floor.callers.sign_in("Chief", Grant("supervisor", "all"))
    nobody = Caller(new_id(), await floor.callers.open_browser())
    path, body = f"/api/offers/{offer.id}/{verb}", {"epoch": offer.epoch}

    for caller in (floor.bea, chief):
        assert await caller.is_refused(404, "offer_not_found", "POST", path, body)
    assert await nobody.is_refused(401, "not_signed_in", "POST", path, body)
    missing = f"/api/offers/{new_id()}/{verb}"
    assert await floor.ada.is_refused(404, "offer_not_found", "POST", missing, body)
    assert await floor.centre.state_of(offer.conversation_id) == "offered"


@pytest.mark.parametrize("verb", ["accept", "decline"])
async def test_an_answer_to_an_older_showing_is_too_late(floor: Floor, verb: str) -> None:
    offer = await floor.ring()
    path = f"/api/offers/{offer.id}/{verb}"

    body = {"epoch": offer.epoch - 1}
    assert await floor.ada.is_refused(409, "offer_ended", "POST", path, body)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("accept", {}),
        ("accept", {"epoch": "one"}),
        ("accept", {"epoch": 1, "reason": "x"}),
        ("decline", {}),
        ("decline", {"epoch": 1, "reason": "x" * 101}),
        ("decline", {"epoch": 1, "reason": None}),
    ],
)
async def test_what_is_no_answer_is_refused(floor: Floor, verb: str, body: Any) -> None:
    path = f"/api/offers/{new_id()}/{verb}"
    assert await floor.ada.is_refused(400, "invalid_request", "POST", path, body)


async def test_an_agent_takes_what_waits_in_its_queue(floor: Floor) -> None:
    conversation_id = await floor.centre.queue_conversation(floor.queue_id)
    path = f"/api/conversations/{conversation_id}/pull"

    taken = await floor.ada.ask("POST", path)

    assert (taken.status_code, taken.json()["state"]) == (200, "active")
    assert taken.json()["agent_id"] == str(floor.ada.id)
    assert await floor.ada.is_refused(409, "conversation_changed", "POST", path, None)


async def test_who_does_not_serve_a_queue_cannot_take_from_it(floor: Floor) -> None:
    conversation_id = await floor.centre.queue_conversation(floor.queue_id)
    chief = await floor.callers.sign_in("Chief", Grant("supervisor", "all"))
    served = await floor.callers.sign_in("Dora", AGENT, Grant("supervisor", "all"))
    nobody = Caller(new_id(), await floor.callers.open_browser())
    path = f"/api/conversations/{conversation_id}/pull"

    assert await floor.bea.is_refused(404, "conversation_not_found", "POST", path, None)
    assert await chief.is_refused(404, "agent_not_found", "POST", path, None)
    assert await served.is_refused(403, "pull_not_allowed", "POST", path, None)
    assert await nobody.is_refused(401, "not_signed_in", "POST", path, None)
    assert await floor.centre.state_of(conversation_id) == "queued"


async def test_a_queue_that_deals_out_itself_lets_nobody_take(floor: Floor) -> None:
    queue_id = await floor.centre.add_queue(is_pull_allowed=False)
    served = await floor.callers.sign_in("Dora", AGENT, queue_ids=(queue_id,))
    conversation_id = await floor.centre.queue_conversation(queue_id)

    path = f"/api/conversations/{conversation_id}/pull"
    assert await served.is_refused(403, "pull_not_allowed", "POST", path, None)


async def test_what_rings_at_somebody_cannot_be_taken(floor: Floor) -> None:
    offer = await floor.ring()
    other = await floor.callers.sign_in("Dora", AGENT, queue_ids=(floor.queue_id,))

    path = f"/api/conversations/{offer.conversation_id}/pull"
    assert await other.is_refused(409, "conversation_changed", "POST", path, None)


async def test_a_conversation_that_is_not_there_is_not_found(floor: Floor) -> None:
    path = f"/api/conversations/{new_id()}/pull"
    assert await floor.ada.is_refused(404, "conversation_not_found", "POST", path, None)


async def test_an_agent_passes_on_what_it_has(floor: Floor) -> None:
    offer = await floor.ring()
    answer = {"epoch": offer.epoch}
    await floor.ada.ask("POST", f"/api/offers/{offer.id}/accept", answer)
    queue_id = await floor.centre.add_queue(name="Sales")
    path = f"/api/conversations/{offer.conversation_id}/transfer"
    body = {"client_id": str(new_id()), "queue_id": str(queue_id), "note": "Wants a plan"}

    targets = await floor.ada.ask("GET", f"{path}-targets")
    assert [each["name"] for each in targets.json()["queues"]] == ["Queue 1", "Sales"]
    assert await floor.bea.is_refused(404, "conversation_not_found", "POST", path, body)
    passed = await floor.ada.ask("POST", path, body)
    again = await floor.ada.ask("POST", path, body)

    assert (passed.status_code, passed.json()["queue_name"]) == (200, "Sales")
    assert again.json() == passed.json()
    assert await floor.centre.state_of(offer.conversation_id) == "queued"
    other = {**body, "client_id": str(new_id())}
    assert await floor.ada.is_refused(404, "conversation_not_found", "POST", path, other)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"queue_id": str(new_id())},
        {"client_id": str(new_id()), "queue_id": "sales"},
        {"client_id": str(new_id()), "agent_id": 7},
        {"client_id": str(new_id()), "queue_id": str(new_id()), "note": "x" * 4097},
        {"client_id": str(new_id()), "queue_id": str(new_id()), "note": "\0"},
    ],
)
async def test_what_is_no_transfer_is_refused(floor: Floor, body: Any) -> None:
    path = f"/api/conversations/{new_id()}/transfer"
    assert await floor.ada.is_refused(400, "invalid_request", "POST", path, body)
