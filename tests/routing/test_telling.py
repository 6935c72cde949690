"""Contacts who wait are told their own place and expected wait, as the router has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID

import pytest

from halfminute.identity.principals import SYSTEM
from halfminute.kit.time import to_us, utc_now
from halfminute.routing.errors import RouterNotReady
from halfminute.routing.follower import RouterFollower
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.telling import WaitTeller
from halfminute.routing.term import Term
from tests.routing.centre import Centre
from tests.routing.screens import Screens, open_screens
from tests.routing.test_races import ALONE, Play, Time

HANDLING_SECONDS = 120
UNREACHED = 0.0


class Clock:
    """The teller's, which the play moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Desk(NamedTuple):
    """One queue, the screens of who waits in it, and who tells them."""

    play: Play
    queue_id: UUID
    screens: Screens
    teller: WaitTeller
    clock: Clock

    async def tell(self, after: float = 2.0) -> None:
        """The next turn, so many seconds later."""
        self.clock.now += after
        await self.play.turn()
        await self.teller.run_once()

    async def hire(self, handled: int = 0) -> UUID:
        """An agent who has ended so many conversations, and has one."""
        centre = self.play.centre
        agent_id = await centre.add_agent(self.queue_id, units_by_kind=ALONE)
        for number in range(handled + 1):
            offer = await self.play.ring(self.queue_id, agent_id)
            await centre.accept(offer)
            await self.play.turn()
            if number < handled:
                self.play.time.seconds += HANDLING_SECONDS
                await centre.close(offer.conversation_id)
                await self.play.turn()
        return agent_id

    async def queue(self) -> UUID:
        conversation_id = await self.play.centre.queue_conversation(self.queue_id)
        await self.play.turn()
        return conversation_id


@pytest.fixture
async def desk(centre: Centre) -> AsyncIterator[Desk]:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    time, clock = Time(), Clock()
    play = Play(centre, Term(centre.log, lease, monotonic_ns=time), time)
    await play.term.start()
    queue_id = await centre.add_queue()
    await play.turn()
    async with open_screens(centre) as screens:
        follower = RouterFollower(centre.database)
        teller = WaitTeller(centre.database, follower, screens.hub, clock=clock)
        yield Desk(play, queue_id, screens, teller, clock)


async def test_each_is_told_its_own_place_and_nothing_is_said_of_an_unknown_wait(
    desk: Desk,
) -> None:
    first = await desk.screens.of_contact(await desk.queue())
    second = await desk.screens.of_contact(await desk.queue())

    await desk.tell()

    assert await first.places() == [(1, None)]
    assert await second.places() == [(2, None)]
    await desk.tell()
    # Nothing has changed, so nothing is said.
    assert await second.places() == [(2, None)]


async def test_a_wait_is_told_as_a_range_and_shrinks_as_another_agent_comes(desk: Desk) -> None:
    await desk.hire(handled=6)
    await desk.queue()
    screen = await desk.screens.of_contact(await desk.queue())
    await desk.tell()

    await desk.hire()
    await desk.tell()

    [(position, before), (next_position, after)] = await screen.places()
    assert (position, next_position) == (2, 1)
    assert before is not None
    assert after is not None
    assert after[1] < before[1]


async def test_it_is_taken_back_when_an_agent_has_it(desk: Desk) -> None:
    conversation_id = await desk.queue()
    screen = await desk.screens.of_contact(conversation_id)
    await desk.tell()
    agent_id = await desk.play.centre.add_agent(desk.queue_id)

    await desk.tell()
    # It rings: it is at its turn.
    assert await screen.places() == [(1, None)]
    await desk.play.centre.accept(await desk.play.centre.offer_for(agent_id))
    await desk.tell()

    assert await screen.places() == [(1, None), (None, None)]


async def test_nobody_at_work_is_an_unknown_wait(desk: Desk) -> None:
    agent_id = await desk.hire(handled=6)
    screen = await desk.screens.of_contact(await desk.queue())
    await desk.tell()
    assert [wait is None for _, wait in await screen.places()] == [False]

    await desk.play.centre.set_presence(agent_id, "away")
    await desk.tell(after=10)

    assert [wait is None for _, wait in await screen.places()] == [False, True]


async def test_a_range_alone_is_not_told_anew_within_ten_seconds(desk: Desk) -> None:
    agent_id = await desk.hire(handled=6)
    screen = await desk.screens.of_contact(await desk.queue())
    await desk.tell()
    await desk.play.centre.set_presence(agent_id, "away")

    await desk.tell(after=9)
    assert len(await screen.places()) == 1
    await desk.tell(after=2)
    assert len(await screen.places()) == 2


async def test_agents_who_look_on_and_other_contacts_are_told_nothing(desk: Desk) -> None:
    conversation_id, other_id = await desk.queue(), await desk.queue()
    chief = await desk.screens.of_user(SYSTEM, conversation_id)
    stranger = await desk.screens.of_contact(other_id, follows=conversation_id)

    await desk.tell()

    assert [frame["type"] for frame in stranger.heard] == ["refused"]
    assert await chief.places() == []


async def test_who_comes_back_is_told_anew(desk: Desk) -> None:
    conversation_id = await desk.queue()
    gone = await desk.screens.of_contact(conversation_id)
    await desk.tell()
    assert await gone.places() == [(1, None)]
    gone.leave()
    heard = len(gone.heard)

    back = await desk.screens.of_contact(conversation_id)
    await desk.tell()

    assert await back.places() == [(1, None)]
    assert len(gone.heard) == heard


async def test_while_nobody_routes_what_was_told_is_taken_back(desk: Desk) -> None:
    screen = await desk.screens.of_contact(await desk.queue())
    await desk.tell()
    await desk.play.centre.execute(
        "update router_leases set expires_at = clock_timestamp() - interval '11 seconds'"
    )

    await desk.teller.run_once()
    desk.clock.now += 29
    await desk.teller.run_once()
    assert await screen.places() == [(1, None)]
    desk.clock.now += 2
    await desk.teller.run_once()
    assert await screen.places() == [(1, None), (None, None)]

    await desk.play.centre.execute(
        "update router_leases set expires_at = clock_timestamp() + interval '1 hour'"
    )
    desk.clock.now += 2
    await desk.teller.run_once()
    assert (await screen.places())[-1] == (1, None)


async def test_a_take_over_changes_nothing(desk: Desk) -> None:
    await desk.hire(handled=6)
    screen = await desk.screens.of_contact(await desk.queue())
    await desk.tell()
    centre = desk.play.centre
    await desk.play.term.save_snapshot()
    await centre.execute("update router_leases set expires_at = clock_timestamp()")
    lease = await try_acquire_lease(centre.database, "main", "another", seconds=600)
    assert lease is not None
    successor = Play(centre, Term(centre.log, lease, monotonic_ns=desk.play.time), desk.play.time)
    await successor.term.start()
    await successor.turn()

    desk.clock.now += 11
    await desk.teller.run_once()

    # A router that was restored has forgotten how fast it goes; who follows the journal has not.
    [(position, wait)] = await screen.places()
    assert position == 1
    assert wait is not None


async def test_a_process_that_begins_learns_the_pace_from_the_lines_before_the_snapshot(
    desk: Desk,
) -> None:
    await desk.hire(handled=6)
    conversation_id = await desk.queue()
    await desk.play.term.save_snapshot()
    now_us = to_us(utc_now())

    fresh = RouterFollower(desk.play.centre.database)
    found = await fresh.expect([conversation_id], now_us, most_seconds=60)

    wait = found[conversation_id]
    assert wait is not None
    assert wait.range is not None


async def test_what_time_does_not_allow_comes_first_in_the_next_turn(desk: Desk) -> None:
    follower = RouterFollower(desk.play.centre.database)
    ids = [await desk.queue() for _ in range(3)]

    found = await follower.expect(ids, to_us(utc_now()), most_seconds=UNREACHED)

    assert list(found) == ids[:1]
    with pytest.raises(RouterNotReady):
        await RouterFollower(desk.play.centre.database, domain="none").expect(
            ids, to_us(utc_now()), most_seconds=60
        )
