"""Answers to an offer: one wins, and only from whom it rings at."""

from __future__ import annotations

import asyncio

import pytest

from halfminute.conversations.errors import ConversationChanged, ConversationNotFound
from halfminute.kit.errors import RequestError
from halfminute.routing.actions.accept_offer import accept_offer
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.errors import OfferEnded, OfferNotFound, PullNotAllowed
from tests.routing.centre import Centre, agent_principal


async def test_of_a_hundred_accepts_at_once_one_wins(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id)
        outcomes = await asyncio.gather(
            *(centre.accept(offer) for _ in range(100)), return_exceptions=True
        )
    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, OfferEnded) for outcome in outcomes) == 99
    assert await centre.count_told("OfferAccepted") == 1
    assert await centre.state_of(conversation_id) == "active"


async def test_of_an_accept_and_a_decline_at_once_one_wins(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    principal = agent_principal(agent_id)
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id)
        outcomes = await asyncio.gather(
            centre.accept(offer),
            decline_offer(centre.log, principal, offer.id, epoch=offer.epoch),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes].count(OfferEnded) == 1
        is_accepted = outcomes[0] is None
        assert await centre.state_of(conversation_id) == ("active" if is_accepted else "queued")


async def test_nobody_else_may_answer_and_nobody_by_another_epoch(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    stranger = await centre.add_agent()
    async with centre.routing():
        await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id)
        with pytest.raises(OfferNotFound):
            await accept_offer(centre.log, agent_principal(stranger), offer.id, epoch=offer.epoch)
        with pytest.raises(OfferEnded):
            await accept_offer(
                centre.log, agent_principal(agent_id), offer.id, epoch=offer.epoch + 1
            )
        assert await centre.find_offer(agent_id) == offer


async def test_a_pull_takes_what_waits_and_counts_as_load(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id, presence="away", units_by_kind={"telegram": 100})
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        view = await pull_conversation(centre.log, agent_principal(agent_id), conversation_id)
        assert (view.state, view.agent_id) == ("active", agent_id)

        other = await centre.queue_conversation(queue_id)
        await centre.set_presence(agent_id, "available")
        await centre.close(conversation_id)
        await centre.offer_for(agent_id, other)
    assert await centre.count_told("ConversationOffered") == 1


async def test_of_many_pulls_at_once_one_wins(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agents = [await centre.add_agent(queue_id, presence="away") for _ in range(5)]
    conversation_id = await centre.queue_conversation(queue_id)
    outcomes = await asyncio.gather(
        *(pull_conversation(centre.log, agent_principal(a), conversation_id) for a in agents),
        return_exceptions=True,
    )
    # Who comes later finds it taken, or does not see it any more, for it waits no longer.
    assert sum(isinstance(outcome, RequestError) for outcome in outcomes) == 4
    assert await centre.count_told("ConversationAssigned") == 1


async def test_what_rings_or_waits_elsewhere_cannot_be_pulled(centre: Centre) -> None:
    open_queue = await centre.add_queue()
    closed_queue = await centre.add_queue(is_pull_allowed=False)
    agent_id = await centre.add_agent(open_queue)
    other = await centre.add_agent(open_queue, closed_queue, presence="away")
    stranger = await centre.add_agent(presence="away")
    async with centre.routing():
        ringing = await centre.queue_conversation(open_queue)
        await centre.offer_for(agent_id, ringing)
        with pytest.raises(ConversationChanged):
            await pull_conversation(centre.log, agent_principal(other), ringing)
    waiting = await centre.queue_conversation(closed_queue)
    with pytest.raises(PullNotAllowed):
        await pull_conversation(centre.log, agent_principal(other), waiting)
    with pytest.raises(ConversationNotFound):
        await pull_conversation(centre.log, agent_principal(stranger), waiting)
