"""Somebody is quicker than the router, and the router has not heard of it yet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from halfminute.agents.presence import change_presence
from halfminute.conversations import transitions
from halfminute.kit.database import Connection
from halfminute.kit.event_log import Cursor, Event, LogTail
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.journal import iterate_lines, unpack
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.schemas import OfferView
from halfminute.routing.term import Term
from halfminute_engine.routing.router import Router
from tests.routing.centre import Centre, agent_principal

ALONE = {"telegram": 100}


class Time:
    """A clock that the play moves."""

    def __init__(self) -> None:
        self.seconds = 0

    def __call__(self) -> int:
        return self.seconds * 1_000_000_000


class Play:
    """A centre whose router takes its turns when the play says so."""

    def __init__(self, centre: Centre, term: Term, time: Time) -> None:
        self.centre = centre
        self.term = term
        self.time = time

    async def turn(self) -> None:
        while await self.term.turn():
            pass

    async def ring(self, queue_id: UUID, agent_id: UUID) -> OfferView:
        await self.centre.queue_conversation(queue_id)
        await self.turn()
        offer = await self.centre.find_offer(agent_id)
        assert offer is not None
        return offer

    def place_of(self, conversation_id: UUID) -> tuple[str, str | None]:
        state = self.term.router.snapshot()["state"]
        record = dict(state["conversations"])[str(conversation_id)]
        return record["place"], record["agent_id"]

    async def check_journal(self) -> None:
        """The journal, told to a fresh engine, leads to where ours is."""
        assert (await self.centre.replay()).snapshot() == self.term.router.snapshot()

    @asynccontextmanager
    async def log_is_silent(self) -> AsyncIterator[None]:
        """What is committed from here on is in the rows, and the router has not read of it."""
        tail = self.term._tail
        async with self.centre.database.connection() as connection:
            told = await tail.read(connection)
        self.term._tail = _Silent(tail.cursor, told)
        yield
        self.term._tail = tail


class _Silent(LogTail):
    """Tells once what it was given."""

    def __init__(self, cursor: Cursor, told: list[Event]) -> None:
        super().__init__(cursor)
        self._told = told

    async def read(self, _connection: Connection, _limit: int = 1000) -> list[Event]:
        told, self._told = self._told, []
        return told


@pytest.fixture
async def play(centre: Centre) -> Play:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    time = Time()
    term = Term(centre.log, lease, monotonic_ns=time)
    await term.start()
    return Play(centre, term, time)


async def test_an_accept_that_was_granted_wins_over_the_time_out(play: Play) -> None:
    centre = play.centre
    queue_id = await centre.add_queue(offer_timeout_seconds=20)
    agent_id = await centre.add_agent(queue_id, units_by_kind=ALONE)
    offer = await play.ring(queue_id, agent_id)
    async with play.log_is_silent():
        await centre.accept(offer)
        play.time.seconds += 21
        await play.turn()
        assert await centre.presence_of(agent_id) == ("available", "")
        assert await centre.state_of(offer.conversation_id) == "active"
    await play.turn()
    assert play.place_of(offer.conversation_id) == ("assigned", str(agent_id))
    assert await centre.count_told("OfferTimedOut") == 0

    await centre.close(offer.conversation_id)
    await play.ring(queue_id, agent_id)


async def test_a_decline_wins_over_the_time_out(play: Play) -> None:
    centre = play.centre
    queue_id = await centre.add_queue(offer_timeout_seconds=20)
    agent_id = await centre.add_agent(queue_id)
    offer = await play.ring(queue_id, agent_id)
    async with play.log_is_silent():
        principal = agent_principal(agent_id)
        await decline_offer(centre.log, principal, offer.id, epoch=offer.epoch)
        play.time.seconds += 21
        await play.turn()
    await play.turn()
    assert await centre.presence_of(agent_id) == ("available", "")
    assert await centre.count_told("OfferTimedOut") == 0
    other = await centre.add_agent(queue_id)
    await play.turn()
    assert (await centre.offer_for(other)).conversation_id == offer.conversation_id


async def test_what_was_pulled_just_now_is_not_offered(play: Play) -> None:
    centre = play.centre
    queue_id = await centre.add_queue()
    puller = await centre.add_agent(queue_id, presence="away")
    conversation_id = await centre.queue_conversation(queue_id)
    await play.turn()
    agent_id = await centre.add_agent(queue_id)
    # That the agent is there has been told; the pull is in the rows, and not yet read of.
    async with play.log_is_silent():
        await pull_conversation(centre.log, agent_principal(puller), conversation_id)
        await play.turn()
        assert await centre.find_offer(agent_id) is None
        assert play.place_of(conversation_id) == ("waiting", None)
        await play.check_journal()
    await play.turn()
    assert play.place_of(conversation_id) == ("assigned", str(puller))
    assert await centre.count_told("ConversationOffered") == 0


async def test_an_agent_who_left_just_now_is_not_rung_at(play: Play) -> None:
    centre = play.centre
    queue_id = await centre.add_queue()
    leaving = await centre.add_agent(queue_id)
    await play.turn()
    conversation_id = await centre.queue_conversation(queue_id)
    # What is queued has been told; the presence is in the rows, and not yet read of.
    async with play.log_is_silent():
        await centre.set_presence(leaving, "away", "lunch")
        await play.turn()
        await play.check_journal()
    staying = await centre.add_agent(queue_id)
    await play.turn()
    assert await centre.find_offer(leaving) is None
    assert (await centre.offer_for(staying)).conversation_id == conversation_id
    assert await centre.count_told("ConversationOffered") == 1


async def test_what_is_queued_again_while_it_is_closed_is_not_lost(play: Play) -> None:
    """Who began to write first waits for who closes, and so comes before it in the log."""
    centre = play.centre
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    offer = await play.ring(queue_id, agent_id)
    await centre.accept(offer)
    await play.turn()
    async with centre.log.write() as unit:
        await unit.connection.execute("select pg_current_xact_id()")
        await centre.close(offer.conversation_id)
        await transitions.reopen_conversations(unit, [offer.conversation_id])
        await transitions.queue_conversation(unit, offer.conversation_id, queue_id)
    types = "('ConversationClosed', 'ConversationReopened')"
    told = await centre.fetch(
        f"select type from events where type in {types} and stream like 'c%' order by xid, position"  # noqa: S608
    )
    assert [row["type"] for row in told] == ["ConversationReopened", "ConversationClosed"]
    await play.turn()
    again = await centre.find_offer(agent_id)
    assert again is not None
    assert again.conversation_id == offer.conversation_id


async def test_a_presence_is_the_rows_whatever_the_logs_order(play: Play) -> None:
    centre = play.centre
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    async with centre.log.write() as unit:
        await unit.connection.execute("select pg_current_xact_id()")
        await centre.set_presence(agent_id, "busy")
        await change_presence(unit, agent_id, "available", "")
    await play.ring(queue_id, agent_id)


async def test_an_hour_on_the_wall_changes_no_decision(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre = play.centre
    queue_id = await centre.add_queue(offer_timeout_seconds=20)
    agent_id = await centre.add_agent(queue_id)
    offer = await play.ring(queue_id, agent_id)
    for hour in (3600, -3600):
        monkeypatch.setattr("time.time", lambda hour=hour: 1_763_900_000.0 + hour)
        play.time.seconds += 5
        await play.turn()
        assert await centre.find_offer(agent_id) == offer
    play.time.seconds += 11
    await play.turn()
    assert await centre.find_offer(agent_id) is None


async def test_journal_and_snapshots_lead_to_the_same_state(play: Play) -> None:
    centre = play.centre
    queue_id = await centre.add_queue(wrap_up="none")
    agent_id = await centre.add_agent(queue_id, units_by_kind=ALONE)
    for _ in range(3):
        offer = await play.ring(queue_id, agent_id)
        await centre.accept(offer)
        await centre.close(offer.conversation_id)
        await play.turn()
        await play.term.save_snapshot()
    snapshots = await centre.fetch("select seq, state from router_snapshots order by seq")
    assert len(snapshots) == 4
    router = Router.restore(unpack(snapshots[0]["state"]))
    at = {row["seq"]: unpack(row["state"]) for row in snapshots[1:]}
    async with centre.database.connection() as connection:
        async for line in iterate_lines(connection, "main", after_seq=snapshots[0]["seq"]):
            router.handle(line.event, line.now_us)
            if line.seq in at:
                assert router.snapshot() == at.pop(line.seq)
    assert not at
