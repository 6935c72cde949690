"""The lifecycle against a model: whatever is tried, only the moves of the table happen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from halfminute.conversations import transitions
from halfminute.conversations.errors import ConversationChanged, ConversationNotFound
from halfminute.conversations.lifecycle import LIFECYCLE, Verb
from halfminute.conversations.types import Conversation, ConversationId, MessageId, State
from halfminute.kit.database import Database
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from tests.plain_channel import message
from tests.scene import Scene, open_scene

T = TypeVar("T")

EVENTS: dict[Verb, str] = {
    "queue": "ConversationQueued",
    "requeue": "ConversationQueued",
    "transfer": "ConversationQueued",
    "offer": "ConversationOffered",
    "return": "ConversationReturned",
    "assign": "ConversationAssigned",
    "give_back": "ConversationQueued",
    "start_wrap_up": "WrapUpStarted",
    "resume": "ConversationAssigned",
    "finish_wrap_up": "ConversationClosed",
    "close": "ConversationClosed",
    "reopen": "ConversationReopened",
}
ALL_STATES: list[State] = ["new", "queued", "offered", "active", "wrap_up", "closed"]


class Tries:
    """Every verb as one call: (unit, conversation) -> whether it happened."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    async def queue(self, unit: Unit, id_: ConversationId) -> bool:
        return await _happens(transitions.queue_conversation(unit, id_, self.scene.queue_id))

    async def requeue(self, unit: Unit, id_: ConversationId) -> bool:
        return await transitions.requeue_conversation(unit, id_, self.scene.queue_id)

    async def transfer(self, unit: Unit, id_: ConversationId) -> bool:
        queue_id, message_id = self.scene.queue_id, MessageId(new_id())
        return await _happens(transitions.transfer(unit, id_, queue_id, message_id))

    async def offer(self, unit: Unit, id_: ConversationId) -> bool:
        agent_id = self.scene.agent_id
        return await transitions.mark_offered(
            unit, id_, offer_id=new_id(), offer_number=1, agent_id=agent_id
        )

    async def return_(self, unit: Unit, id_: ConversationId) -> bool:
        agent_id = self.scene.agent_id
        return await transitions.return_to_queue(
            unit, id_, offer_id=new_id(), agent_id=agent_id, reason="timed_out"
        )

    async def assign(self, unit: Unit, id_: ConversationId) -> bool:
        agent_id = self.scene.agent_id
        return await _happens(
            transitions.assign(unit, id_, agent_id, from_states=ALL_STATES, by="pull")
        )

    async def give_back(self, unit: Unit, id_: ConversationId) -> bool:
        return await transitions.give_back(unit, id_, self.scene.agent_id)

    async def start_wrap_up(self, unit: Unit, id_: ConversationId) -> bool:
        return await _happens(
            transitions.start_wrap_up(unit, id_, is_solved=True, disposition_code="spam")
        )

    async def resume(self, unit: Unit, id_: ConversationId) -> bool:
        return bool(await transitions.resume_conversations(unit, [id_]))

    async def finish_wrap_up(self, unit: Unit, id_: ConversationId) -> bool:
        return await _happens(transitions.finish_wrap_up(unit, id_))

    async def close(self, unit: Unit, id_: ConversationId) -> bool:
        return await _happens(transitions.close(unit, id_, is_solved=None, disposition_code=None))

    async def reopen(self, unit: Unit, id_: ConversationId) -> bool:
        return bool(await transitions.reopen_conversations(unit, [id_]))

    def call(self, verb: Verb, unit: Unit, id_: ConversationId) -> Awaitable[bool]:
        name = "return_" if verb == "return" else verb
        attempt: Callable[[Unit, ConversationId], Awaitable[bool]] = getattr(self, name)
        return attempt(unit, id_)


async def _happens(move: Coroutine[Any, Any, Conversation]) -> bool:
    try:
        await move
    except ConversationChanged:
        return False
    return True


class Lifecycle(RuleBasedStateMachine):
    """The model is the table; the rest is PostgreSQL."""

    url: str
    scene: Scene

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.opening: AbstractAsyncContextManager[Scene] | None = None
        self.state: State = "queued"
        self.has_queue = True
        self.moves = 0
        self.events: list[str] = ["ConversationOpened", "MessageReceived", "ConversationQueued"]

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self._run(self._begin())

    async def _begin(self) -> None:
        await _empty(self.url)
        self.opening = open_scene(self.url)
        self.scene = await self.opening.__aenter__()
        await self.scene.tell(message())
        row = await self.scene.row("select id, version from conversations")
        self.id: ConversationId = row["id"]
        self.first_version: int = row["version"]

    @rule(verb=st.sampled_from(sorted(EVENTS)))
    def attempt(self, verb: Verb) -> None:
        target = LIFECYCLE.get((self.state, verb))
        if verb == "give_back" and not self.has_queue:
            target = None  # there is nothing to be given back to
        assert self._run(self._attempt(verb)) is (target is not None)
        if target is not None:
            self.state = target
            gets_queue = verb in {"queue", "transfer"}
            self.has_queue = gets_queue or (self.has_queue and verb != "reopen")
            self.moves += 1
            self.events += ["ConversationTransferred"] if verb == "transfer" else []
            self.events.append(EVENTS[verb])

    async def _attempt(self, verb: Verb) -> bool:
        async with self.scene.log.write() as unit:
            return await Tries(self.scene).call(verb, unit, self.id)

    @invariant()
    def the_row_is_as_the_model_says(self) -> None:
        if self.opening is not None:
            self._run(self._check())

    async def _check(self) -> None:
        row = await self.scene.row("select * from conversations")
        assert row["state"] == self.state
        assert row["version"] == self.first_version + self.moves
        assert (row["agent_id"] is not None) >= (self.state in ("active", "wrap_up"))
        assert (row["closed_at"] is not None) is (self.state == "closed")
        assert (row["wrap_up_at"] is not None) >= (self.state == "wrap_up")
        assert (row["awaiting"] == "nobody") >= (self.state == "wrap_up")
        assert await self.scene.events() == self.events

    def teardown(self) -> None:
        if self.opening is not None:
            self._run(self.opening.__aexit__(None, None, None))
        self.loop.close()


async def _empty(url: str) -> None:
    database = Database(url)
    await database.open()
    async with database.connection() as connection:
        await connection.execute(
            "truncate conversations, messages, addresses, contacts, channel_accounts, agents,"
            " users, queues, events, streams, inbound_keys, raw_payloads cascade"
        )
    await database.close()


def test_only_the_moves_of_the_table_happen(database_url: str) -> None:
    class Here(Lifecycle):
        url = database_url

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
async def conversation_id(scene: Scene) -> ConversationId:
    await scene.tell(message())
    return ConversationId((await scene.row("select id from conversations"))["id"])


@pytest.mark.parametrize("verb", ["offer", "assign", "close"])
async def test_of_many_who_try_at_once_one_wins(
    scene: Scene, conversation_id: ConversationId, verb: Verb
) -> None:
    async def attempt() -> bool:
        async with scene.log.write() as unit:
            if verb == "assign":
                return await _happens(
                    transitions.assign(
                        unit,
                        conversation_id,
                        scene.agent_id,
                        from_states=["queued"],
                        by="pull",
                    )
                )
            return await Tries(scene).call(verb, unit, conversation_id)

    won = await asyncio.gather(*(attempt() for _ in range(20)))

    assert won.count(True) == 1
    assert (await scene.events()).count(EVENTS[verb]) == 1


async def test_a_verb_on_an_older_version_is_refused_and_told_the_present_one(
    scene: Scene, conversation_id: ConversationId
) -> None:
    async with scene.log.write() as unit:
        assigned = await transitions.assign(
            unit, conversation_id, scene.agent_id, from_states=["queued"], by="pull"
        )
    await scene.tell(message("One thing more"))

    with pytest.raises(ConversationChanged) as refused:
        async with scene.log.write() as unit:
            await transitions.start_wrap_up(
                unit,
                conversation_id,
                is_solved=True,
                disposition_code="spam",
                expected_version=assigned.version,
            )

    assert refused.value.fields == {"state": "active", "version": assigned.version + 1}


async def test_a_conversation_that_is_not_there_is_told_so(scene: Scene) -> None:
    with pytest.raises(ConversationNotFound):
        async with scene.log.write() as unit:
            await transitions.finish_wrap_up(unit, ConversationId(new_id()))


async def test_reassigning_raises_the_load_version_of_both_agents(
    scene: Scene, conversation_id: ConversationId
) -> None:
    other = new_id()
    await scene.execute(
        "insert into users (id, email, name, password_hash) values ($1, 'o@example.org', 'O', '-')",
        other,
    )
    await scene.execute("insert into agents (id) values ($1)", other)
    for agent_id in (scene.agent_id, other):
        async with scene.log.write() as unit:
            await transitions.assign(
                unit, conversation_id, agent_id, from_states=["queued", "active"], by="reassign"
            )

    rows = await scene.rows("select id, load_version from agents")
    assert {row["id"]: row["load_version"] for row in rows} == {scene.agent_id: 2, other: 1}


async def test_a_returned_conversation_keeps_its_place(
    scene: Scene, conversation_id: ConversationId
) -> None:
    before = await scene.row("select queued_at from conversations")
    tries = Tries(scene)
    async with scene.log.write() as unit:
        await tries.offer(unit, conversation_id)
    async with scene.log.write() as unit:
        await tries.return_(unit, conversation_id)

    after = await scene.row("select queued_at, state from conversations")
    assert (after["queued_at"], after["state"]) == (before["queued_at"], "queued")
