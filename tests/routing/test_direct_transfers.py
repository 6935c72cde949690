"""A conversation is passed on to one agent: it rings there first, and is never lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from halfminute.agents.errors import AgentNotFound
from halfminute.conversations.access import may_see_conversation
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.identity.principals import Principal
from halfminute.kit.ids import new_id
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.actions.transfer_conversation import transfer_conversation
from halfminute.routing.errors import AgentCannotTake, InvalidTransfer
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.schemas import OfferView
from halfminute.routing.schemas_transfers import NewTransfer
from halfminute.routing.targets import get_transfer_targets
from halfminute.routing.term import Term
from tests.routing.centre import Centre, agent_principal
from tests.routing.test_races import Time
from tests.routing.test_transfers import TransferPlay


class DirectPlay(TransferPlay):
    """As there; Bob serves another queue, and Cid the one that the conversation is in."""

    async def open(self, bob_is: Any = "available", **queue: Any) -> None:
        await super().open(bob_is, **queue)
        self.cid = await self.centre.add_agent(self.first, name="Cid", presence="away")
        await self.turn()

    async def give(self, agent_id: UUID, *, by: Principal | None = None) -> TransferView:
        new = NewTransfer(client_id=new_id(), agent_id=agent_id)
        principal = by or agent_principal(self.ann)
        view = await transfer_conversation(self.centre.log, principal, self.conversation_id, new)
        await self.turn()
        return view

    async def rings_at(self, agent_id: UUID) -> OfferView | None:
        offer = await self.centre.find_offer(agent_id)
        is_it = offer is not None and offer.conversation_id == self.conversation_id
        return offer if is_it else None

    async def sees(self, agent_id: UUID) -> bool:
        async with self.centre.database.connection() as connection:
            return await may_see_conversation(
                connection, agent_principal(agent_id), self.conversation_id
            )


@pytest.fixture
async def play(centre: Centre) -> DirectPlay:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    time = Time()
    term = Term(centre.log, lease, monotonic_ns=time)
    await term.start()
    return DirectPlay(centre, term, time)


async def test_it_rings_at_that_agent_though_others_of_the_queue_are_free(
    play: DirectPlay,
) -> None:
    await play.open()
    await play.centre.set_presence(play.cid, "available")
    await play.turn()

    view = await play.give(play.bob)

    assert (view.target_agent_name, view.queue_name, view.outcome) == ("Bob", "Support", "waiting")
    assert view.target_until is not None
    offer = await play.rings_at(play.bob)
    assert offer is not None
    assert await play.rings_at(play.cid) is None
    assert await play.sees(play.bob)
    async with play.centre.database.connection() as connection:
        target = (await get_conversation_view(connection, play.conversation_id)).target
    assert target is not None
    assert (target.agent_id, target.agent_name) == (play.bob, "Bob")

    await play.centre.accept(offer)
    await play.turn()

    assert await play.outcome() == ("taken", play.bob)
    assert play.place_of(play.conversation_id) == ("assigned", str(play.bob))
    assert (await play.row())["target_agent_id"] is None
    await play.check_journal()


async def test_declined_it_goes_to_the_queue_by_its_age(play: DirectPlay) -> None:
    await play.open()
    await play.give(play.bob)
    await play.centre.queue_conversation(play.first)
    offer = await play.rings_at(play.bob)
    assert offer is not None

    await decline_offer(
        play.centre.log, agent_principal(play.bob), offer.id, epoch=offer.epoch, reason="busy"
    )
    await play.turn()

    assert await play.outcome() == ("declined", None)
    assert not await play.sees(play.bob)
    # Cid gets the older one first. (Ann has the younger one by now.)
    await play.centre.set_presence(play.cid, "available")
    await play.turn()
    assert await play.rings_at(play.cid) is not None
    await play.centre.accept(await play.centre.offer_for(play.cid))
    assert await play.outcome() == ("taken", play.cid)
    await play.check_journal()


async def test_what_rings_out_goes_to_the_queue(play: DirectPlay) -> None:
    await play.open()
    await play.centre.set_presence(play.cid, "available")
    await play.give(play.bob)

    play.time.seconds += 21
    await play.turn()

    assert await play.outcome() == ("timed_out", None)
    assert await play.rings_at(play.cid) is not None
    assert await play.centre.presence_of(play.bob) == ("away", "not_responding")
    await play.check_journal()


async def test_an_agent_without_room_is_waited_for_until_the_deadline(play: DirectPlay) -> None:
    await play.open(bob_is="away")
    await play.centre.set_presence(play.cid, "available")
    await play.give(play.bob)
    assert await play.rings_at(play.cid) is None

    play.time.seconds += 50
    await play.turn()
    assert await play.rings_at(play.cid) is None
    play.time.seconds += 300
    await play.turn()

    assert await play.rings_at(play.cid) is not None
    # It was not Bob who let it be: whoever declines it now says nothing of him.
    offer = await play.rings_at(play.cid)
    assert offer is not None
    cid = agent_principal(play.cid)
    await decline_offer(play.centre.log, cid, offer.id, epoch=offer.epoch)
    assert await play.outcome() == ("waiting", None)
    await play.check_journal()


async def test_an_agent_who_comes_in_time_gets_it(play: DirectPlay) -> None:
    await play.open(bob_is="away")
    await play.give(play.bob)
    play.time.seconds += 30
    await play.centre.set_presence(play.bob, "available")
    await play.turn()

    assert await play.rings_at(play.bob) is not None


async def test_who_is_not_there_is_not_waited_for(play: DirectPlay) -> None:
    await play.open(bob_is="offline")
    await play.centre.set_presence(play.cid, "available")

    view = await play.give(play.bob)

    assert (view.target_agent_name, view.target_until) == ("Bob", None)
    assert await play.rings_at(play.cid) is not None
    await play.check_journal()


async def test_who_serves_the_queue_may_take_it_meanwhile(play: DirectPlay) -> None:
    await play.open(bob_is="away")
    await play.give(play.bob)

    await pull_conversation(play.centre.log, agent_principal(play.cid), play.conversation_id)
    await play.turn()

    assert await play.outcome() == ("taken", play.cid)
    assert play.place_of(play.conversation_id) == ("assigned", str(play.cid))
    await play.check_journal()


@pytest.mark.parametrize("is_anew", [False, True])
async def test_a_router_that_was_away_still_asks_that_agent_alone(
    play: DirectPlay, is_anew: bool
) -> None:
    await play.open()
    await play.centre.set_presence(play.cid, "available")
    new = NewTransfer(client_id=new_id(), agent_id=play.bob)
    ann = agent_principal(play.ann)
    await transfer_conversation(play.centre.log, ann, play.conversation_id, new)

    if is_anew:
        await play.term.start_anew()
    else:
        await play.term.start()
    await play.turn()

    assert await play.rings_at(play.bob) is not None
    assert await play.rings_at(play.cid) is None


async def test_who_cannot_be_given_it_is_refused(play: DirectPlay) -> None:
    await play.open()
    letters = await play.centre.add_agent(play.first, name="Eve")
    await play.centre.execute("delete from agent_capacity where agent_id = $1", letters)

    with pytest.raises(AgentCannotTake) as refused:
        await play.give(letters)
    assert refused.value.fields == {"reason": "channel"}
    with pytest.raises(AgentCannotTake) as refused:
        await play.give(play.ann)
    assert refused.value.fields == {"reason": "has_it"}
    with pytest.raises(AgentNotFound):
        await play.give(new_id())
    with pytest.raises(InvalidTransfer):
        await play.pass_on(play.first, agent_id=play.bob)
    assert (await play.row())["agent_id"] == play.ann


async def test_the_agents_who_could_have_it_are_told_with_how_they_stand(
    play: DirectPlay,
) -> None:
    await play.open()
    eve = await play.centre.add_agent(play.first, name="Eve")
    await play.centre.execute("delete from agent_capacity where agent_id = $1", eve)
    await play.centre.add_agent(name="Fay", presence="offline")
    full = await play.centre.add_agent(name="Gus", units_by_kind={"telegram": 100})
    await play.centre.execute(
        "update agent_capacity set greatest_count = 1 where agent_id = $1", full
    )
    other = await play.centre.queue_conversation(play.second)
    await play.centre.execute(
        "update conversations set state = 'active', agent_id = $1 where id = $2", full, other
    )

    targets = await get_transfer_targets(
        play.centre.log, agent_principal(play.ann), play.conversation_id
    )

    told = [(each.name, each.serves_queue, each.can_take) for each in targets.agents]
    assert told == [
        ("Bob", False, "now"),
        ("Cid", True, "away"),
        ("Eve", True, "channel"),
        ("Fay", False, "offline"),
        ("Gus", False, "full"),
    ]
