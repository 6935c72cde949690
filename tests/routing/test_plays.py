"""A day at the centre, in small scenes: the router, the agents and a real database."""

from __future__ import annotations

import pytest

from halfminute.identity.principals import SYSTEM
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.errors import OfferEnded
from tests.routing.centre import Centre, agent_principal, eventually


async def test_a_conversation_is_offered_accepted_closed_and_the_next_one_is_offered(
    centre: Centre,
) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id, units_by_kind={"telegram": 100})
    async with centre.routing():
        first = await centre.queue_conversation(queue_id)
        second = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id, first)
        assert await centre.state_of(first) == "offered"

        await centre.accept(offer)
        assert await centre.state_of(first) == "active"
        assert await centre.state_of(second) == "queued"

        await centre.close(first)
        await centre.accept(await centre.offer_for(agent_id, second))
    assert await centre.state_of(second) == "active"
    assert await centre.count_told("OfferAccepted") == 2
    assert await centre.count_told("ConversationOffered") == 2


async def test_a_declined_conversation_goes_to_another_agent(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    first = await centre.add_agent(queue_id)
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(first)
        second = await centre.add_agent(queue_id)
        principal = agent_principal(first)
        await decline_offer(centre.log, principal, offer.id, epoch=offer.epoch, reason="language")

        await centre.accept(await centre.offer_for(second, conversation_id))
    assert await centre.find_offer(first) is None
    with pytest.raises(OfferEnded) as late:
        await centre.accept(offer)
    assert late.value.fields == {"state": "declined"}


async def test_an_offer_that_rings_out_keeps_its_place_and_the_agent_is_away(
    centre: Centre,
) -> None:
    queue_id = await centre.add_queue(offer_timeout_seconds=1)
    deaf = await centre.add_agent(queue_id, units_by_kind={"telegram": 100})
    async with centre.routing():
        first = await centre.queue_conversation(queue_id)
        later = await centre.queue_conversation(queue_id)
        await centre.offer_for(deaf, first)
        await centre.state_becomes(first, "queued")
        assert await centre.presence_of(deaf) == ("away", "not_responding")

        other = await centre.add_agent(queue_id, units_by_kind={"telegram": 100})
        await centre.offer_for(other, first)
    assert await centre.state_of(later) == "queued"
    assert [row["data"]["reason"] for row in await centre.told("OfferTimedOut")] == ["timed_out"]
    queued_at = await centre.fetch("select queued_at from conversations order by queued_at")
    assert queued_at[0]["queued_at"] < queued_at[1]["queued_at"]


async def test_an_agent_who_leaves_while_it_rings_gives_it_back(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        await centre.offer_for(agent_id)
        await centre.set_presence(agent_id, "busy")
        await centre.state_becomes(conversation_id, "queued")
        assert [row["data"]["reason"] for row in await centre.told("OfferWithdrawn")] == [
            "agent_unavailable"
        ]
        await centre.set_presence(agent_id, "available")
        await centre.offer_for(agent_id, conversation_id)


async def test_a_conversation_closed_while_it_rings_stops_ringing(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id, units_by_kind={"telegram": 100})
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        await centre.offer_for(agent_id)
        await centre.close(conversation_id)

        other = await centre.queue_conversation(queue_id)
        await centre.offer_for(agent_id, other)
    assert await centre.state_of(conversation_id) == "closed"


async def test_a_fixed_wrap_up_holds_the_agent_until_it_ends_by_itself(centre: Centre) -> None:
    queue_id = await centre.add_queue(wrap_up="fixed", wrap_up_seconds=1)
    agent_id = await centre.add_agent(queue_id, units_by_kind={"telegram": 100})
    async with centre.routing():
        first = await centre.queue_conversation(queue_id)
        await centre.accept(await centre.offer_for(agent_id))
        await centre.start_wrap_up(first)
        second = await centre.queue_conversation(queue_id)
        await centre.offer_for(agent_id, second)
    assert await centre.state_of(first) == "closed"


@pytest.mark.parametrize("settings", [{"wrap_up": "none"}, {"wrap_up_seconds": 0}])
async def test_a_wrap_up_that_the_queue_does_not_know_ends_at_once(
    centre: Centre, settings: dict[str, object]
) -> None:
    queue_id = await centre.add_queue(**settings)
    agent_id = await centre.add_agent(queue_id)
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        await centre.accept(await centre.offer_for(agent_id))
        await centre.start_wrap_up(conversation_id)
        await centre.state_becomes(conversation_id, "closed")


async def test_a_queue_switched_off_and_on_again_loses_nobody(centre: Centre) -> None:
    queue_id = await centre.add_queue(name="Fibre")
    async with centre.routing() as driver:
        conversation_id = await centre.queue_conversation(queue_id)
        for is_enabled in (False, True):
            settings = QueueSettings(name="Fibre", is_enabled=is_enabled)
            await configure_queue(centre.log, SYSTEM, settings, queue_id=queue_id)
        agent_id = await centre.add_agent(queue_id)
        await centre.offer_for(agent_id, conversation_id)
    assert driver.term is None


async def test_the_router_takes_in_what_was_there_before_it(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    waiting = await centre.queue_conversation(queue_id)
    async with centre.routing():
        offer = await centre.offer_for(agent_id, waiting)
        await centre.accept(offer)
    # Without the journal's cursor the rows are all there is, and a number is never used twice.
    await centre.execute("delete from router_cursors")
    another = await centre.queue_conversation(queue_id)
    async with centre.routing():
        again = await centre.offer_for(agent_id, another)
        assert again.number > offer.number

        async def is_caught_up() -> bool:
            return bool(await centre.fetchval("select count(*) = 1 from router_cursors"))

        await eventually(is_caught_up)
