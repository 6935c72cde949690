"""The router over a real database, driven at random: agents, customers, time and crashes.

Every example has its own queue, agents and conversations in one database. After each step the rows
must make sense by themselves; when nothing is left to do, the engine must be where the rows are,
and the journal, told to a fresh engine from its first line on, must lead to the very same state.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterator
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from halfminute.conversations.types import ConversationId
from halfminute.kit.database import Database
from halfminute.kit.errors import RequestError
from halfminute.routing import journal
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.queries import list_pending_offers
from halfminute.routing.retention import forget_old_journal
from halfminute.routing.term import Term
from tests.postgres import PostgresServer
from tests.routing.centre import Centre, agent_principal

T = TypeVar("T")

# What the rows alone must never show, whoever has just been interrupted.
WRONG_ROWS = {
    "offered without a pending offer": """
        select c.id from conversations c where c.state = 'offered' and not exists
            (select from offers o where o.conversation_id = c.id and o.state = 'pending')""",
    "a pending offer of what does not ring": """
        select o.id from offers o join conversations c on c.id = o.conversation_id
         where o.state = 'pending' and c.state not in ('offered', 'closed')""",
    "an offer beyond the capacity": """
        select a.id from agents a join offers o on o.agent_id = a.id and o.state = 'pending'
          join agent_loads l on l.agent_id = a.id
         where l.load_units + 50 > a.capacity_units and not a.id = any($1::uuid[])""",
}


class Machine(RuleBasedStateMachine):
    """Three agents with room for two conversations each, and whoever writes."""

    url = ""
    loop: asyncio.AbstractEventLoop

    def run(self, coroutine: Awaitable[T]) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(20):
                return await coroutine

        return self.loop.run_until_complete(bounded())

    @initialize(wrap_up=st.sampled_from(["none", "fixed"]))
    def open_centre(self, wrap_up: str) -> None:
        self.offset_ns = 0
        self.over_limit: set[UUID] = set()
        self.conversation_ids: list[ConversationId] = []
        self.run(self._open(wrap_up))

    async def _open(self, wrap_up: str) -> None:
        database = Database(self.url, pool_size=4)
        await database.open()
        self.centre = Centre(database)
        self.queue_id = await self.centre.add_queue(
            name=str(time.monotonic_ns()), wrap_up=wrap_up, wrap_up_seconds=20
        )
        self.agent_ids = [
            await self.centre.add_agent(self.queue_id, units_by_kind={"telegram": 50})
            for _ in range(3)
        ]
        await self._appoint()

    async def _appoint(self) -> None:
        await self.centre.execute("update router_leases set expires_at = clock_timestamp()")
        lease = await try_acquire_lease(self.centre.database, "main", "a test", seconds=600)
        assert lease is not None
        self.term = Term(self.centre.log, lease, monotonic_ns=self.monotonic_ns, snapshot_lines=40)
        await self.term.start()

    def monotonic_ns(self) -> int:
        return time.monotonic_ns() + self.offset_ns

    @rule()
    def customer_writes(self) -> None:
        self.conversation_ids.append(self.run(self.centre.queue_conversation(self.queue_id)))

    @rule()
    def router_turns(self) -> None:
        self.run(self.term.turn())

    @rule(seconds=st.sampled_from([1, 19, 25]))
    def time_passes(self, seconds: int) -> None:
        self.offset_ns += seconds * 1_000_000_000

    @rule(n=st.integers(0, 2), presence=st.sampled_from(["available", "available", "away"]))
    def agent_changes_presence(self, n: int, presence: Any) -> None:
        self.run(self.centre.set_presence(self.agent_ids[n], presence))

    @rule(n=st.integers(0, 2), is_accepted=st.booleans())
    def agent_answers(self, n: int, is_accepted: bool) -> None:
        offer = self.run(self.centre.find_offer(self.agent_ids[n]))
        if offer is None:
            return
        if is_accepted:
            self.attempt(self.centre.accept(offer))
        else:
            principal = agent_principal(self.agent_ids[n])
            self.attempt(decline_offer(self.centre.log, principal, offer.id, epoch=offer.epoch))

    @precondition(lambda self: self.conversation_ids)
    @rule(data=st.data(), n=st.integers(0, 2))
    def agent_pulls(self, data: st.DataObject, n: int) -> None:
        conversation_id = data.draw(st.sampled_from(self.conversation_ids))
        self.over_limit.add(self.agent_ids[n])
        principal = agent_principal(self.agent_ids[n])
        self.attempt(pull_conversation(self.centre.log, principal, conversation_id))

    @precondition(lambda self: self.conversation_ids)
    @rule(data=st.data(), needs_wrap_up=st.booleans())
    def conversation_ends(self, data: st.DataObject, needs_wrap_up: bool) -> None:
        conversation_id = data.draw(st.sampled_from(self.conversation_ids))
        end = self.centre.start_wrap_up if needs_wrap_up else self.centre.close
        self.attempt(end(conversation_id))

    @rule(turns_first=st.booleans())
    def router_crashes(self, turns_first: bool) -> None:
        if turns_first:
            self.run(self.term.turn())
        self.run(self._appoint())

    @rule()
    def router_fails_in_its_turn(self) -> None:
        self.run(self._fail_in_turn())

    async def _fail_in_turn(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(journal, "append_lines", _fail)
            try:
                await self.term.turn()
            except _FailedOnPurpose:
                await self.term.start()

    @invariant()
    def rows_make_sense(self) -> None:
        for wrong, statement in WRONG_ROWS.items():
            values = [list(self.over_limit)] if "$1" in statement else []
            assert not self.run(self.centre.fetch(statement, *values)), wrong

    def teardown(self) -> None:
        self.run(self._settle())
        self.run(self._compare())
        self.run(self._leave())

    async def _settle(self) -> None:
        # A fact may settle late, so nothing to do now is asked for more than once.
        idle = 0
        while idle < 3:
            idle = 0 if await self.term.turn() or self.term.is_behind else idle + 1

    async def _compare(self) -> None:
        assert (await self.centre.replay()).snapshot() == self.term.router.snapshot()
        await self._compare_rows()

    async def _compare_rows(self) -> None:
        state = self.term.router.snapshot()["state"]
        places = {
            record["conversation_id"]: record["place"] for _, record in state["conversations"]
        }
        names = {"queued": "waiting", "offered": "ringing", "active": "assigned"}
        rows = await self.centre.fetch(
            "select id, state from conversations where state not in ('new', 'closed')"
        )
        expected = {str(row["id"]): names.get(row["state"], row["state"]) for row in rows}
        assert places == expected
        async with self.centre.database.connection() as connection:
            pending = await list_pending_offers(connection)
        assert [offer.number for offer in pending] == [number for number, _ in state["offers"]]

    async def _leave(self) -> None:
        for agent_id in self.agent_ids:
            await self.centre.set_presence(agent_id, "offline")
        for conversation_id in self.conversation_ids:
            state = await self.centre.state_of(conversation_id)
            if state == "wrap_up":
                await self.centre.finish_wrap_up(conversation_id)
            elif state != "closed":
                await self.centre.close(conversation_id)
        await self._settle()
        await self.centre.database.close()

    def attempt(self, coroutine: Awaitable[object]) -> None:
        async def try_it() -> None:
            try:
                await coroutine
            except RequestError:
                return

        self.run(try_it())


class ShortenedMachine(Machine):
    """The same, while the journal is cut down to what recovery needs."""

    @rule()
    def journal_is_shortened(self) -> None:
        self.run(forget_old_journal(self.centre.database, kept_days=-1))


class _FailedOnPurpose(Exception):
    pass


async def _fail(*_: object, **__: object) -> None:
    raise _FailedOnPurpose


@pytest.fixture(params=[(Machine, 15), (ShortenedMachine, 8)], ids=["whole", "shortened"])
def machine_class(
    postgres_server: PostgresServer, request: pytest.FixtureRequest
) -> Iterator[tuple[type[Machine], int]]:
    """A machine with a database of its own, and how many histories to try."""
    kind, examples = request.param
    with postgres_server.database(is_migrated=True) as url, asyncio.Runner() as runner:
        yield type("BoundMachine", (kind,), {"url": url, "loop": runner.get_loop()}), examples


def test_no_history_brings_the_router_and_the_rows_apart(
    machine_class: tuple[type[Machine], int],
) -> None:
    bound, examples = machine_class
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
