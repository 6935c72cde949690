"""Delivery under arbitrary deaths: what may go wrong goes wrong, and four promises hold.

Nothing is sent twice but by a human's word; an address is served in order; nothing stays stuck; and
`unknown` stands only where an attempt was cut.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Coroutine
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from halfminute.channels.types import Outcome
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.delivery.attempts import (
    Attempt,
    DueMessage,
    begin_attempt,
    cut_attempts,
    end_attempt,
    list_due,
)
from halfminute.conversations.delivery.endings import Ending, ending_of
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from tests.conversations.world import World, signed_in

Run = Callable[[Coroutine[Any, Any, Any]], Any]

ADDRESSES = 3
# What the provider does, whether it took the message, and what we learn of it.
ANSWERS = {
    "taken": (True, Outcome(result="sent", external_id="out")),
    "refused": (False, Outcome(result="failed", reason="chat not found")),
    "busy": (False, Outcome(result="retry", reason="Bad Gateway")),
    "later": (False, Outcome(result="retry", reason="Too Many", retry_after_seconds=30)),
    "cut before": (False, Outcome(result="unknown", reason="cut")),
    "cut after": (True, Outcome(result="unknown", reason="cut")),
}
MOVES = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(sorted(ANSWERS))), min_size=2, max_size=12
)


class Task(NamedTuple):
    """One message in a process's hands, and how far it has come."""

    due: DueMessage
    attempt: Attempt | None = None
    ending: Ending | None = None


class Process:
    """A delivery process: alive, holding some messages."""

    def __init__(self) -> None:
        self.tasks: dict[UUID, Task] = {}


class DeliveryMachine(RuleBasedStateMachine):
    """Two processes, of which one has the account's lock; the other may not know that yet."""

    def __init__(self, world: World, run: Run) -> None:
        super().__init__()
        self.world = world
        self.run = run
        self.processes = [Process(), Process()]
        self.holder = 0
        self.written: dict[UUID, UUID] = {}
        self.taken: list[UUID] = []
        self.cut: set[UUID] = set()
        self.refused: set[UUID] = set()
        self.retried: Counter[UUID] = Counter()
        self.open: set[Attempt] = set()

    @initialize()
    def begin(self) -> None:
        async def prepare() -> tuple[Principal, list[UUID], UUID]:
            self.world.account_id = await self.world.add_account()
            agent = signed_in(await self.world.add_agent())
            assert agent.user_id is not None
            conversations = [await self.world.give(agent.user_id) for _ in range(ADDRESSES)]
            return agent, [*conversations], self.world.account_id

        self.agent, self.conversations, self.account_id = self.run(prepare())
        for which in range(ADDRESSES):
            self.reply(which, times=2)

    @rule(which=st.integers(0, ADDRESSES - 1), times=st.integers(1, 3))
    def reply(self, which: int, times: int) -> None:
        conversation_id = self.conversations[which]
        for _ in range(times):
            written = self.run(self.world.reply(self.agent, conversation_id))
            self.written[written.message.id] = conversation_id

    @rule(moves=MOVES)
    def work(self, moves: list[tuple[int, str]]) -> None:
        """The holder goes on, with whichever message."""
        for pick, answer in moves:
            self._move(self.processes[self.holder], pick, answer)

    @rule(moves=MOVES)
    def work_without_the_lock(self, moves: list[tuple[int, str]]) -> None:
        """So does the other, who may not know yet that it has lost the lock."""
        for pick, answer in moves:
            self._move(self.processes[1 - self.holder], pick, answer)

    @rule()
    def plan(self) -> None:
        for process in self.processes:
            self._plan(process)

    @rule()
    def kill_the_holder(self) -> None:
        """It dies at whatever step each of its messages is; the other has the lock now."""
        self.processes[self.holder] = Process()
        self.take_over(is_asked_again=False)

    @rule(is_asked_again=st.booleans())
    def take_over(self, is_asked_again: bool) -> None:
        """The lock is lost; the former holder lives on and does not know.

        A human may have what was cut sent again before the former holder has its answer.
        """
        self.holder = 1 - self.holder
        held = [message_id for message_id, task in self._mine().items() if task.attempt]
        for message_id in self._cut(held):
            if is_asked_again:
                self._ask_again(message_id)

    @rule()
    def let_time_pass(self) -> None:
        self.run(self.world.execute("update outbox set next_attempt_at = now()"))

    @rule(pick=st.integers(0, 5))
    def retry(self, pick: int) -> None:
        """A human has something sent again that failed, or of which nobody knows."""
        ended = [
            message_id
            for message_id in sorted(self.written)
            if self.run(self.world.delivery_of(message_id)) in ("failed", "unknown")
        ]
        if ended:
            self._ask_again(ended[pick % len(ended)])

    @invariant()
    def nothing_is_sent_twice_by_itself(self) -> None:
        for message_id, times in Counter(self.taken).items():
            assert times <= 1 + self.retried[message_id]

    @invariant()
    def addresses_are_served_in_order(self) -> None:
        for conversation_id in self.conversations:
            order = [
                message_id
                for message_id in self.taken
                if self.written[message_id] == conversation_id
                and message_id not in self.cut
                and not self.retried[message_id]
            ]
            assert order == sorted(order)

    @invariant()
    def the_message_mirrors_the_outbox(self) -> None:
        wrong = self.run(
            self.world.fetch(
                """select m.id, m.delivery, o.state
                     from messages m left join outbox o on o.message_id = m.id
                    where m.direction = 'out'
                      and case when m.delivery in ('queued', 'sending') then m.delivery end
                          is distinct from o.state"""
            )
        )
        assert wrong == []

    @invariant()
    def unknown_is_what_was_cut_and_failed_what_was_refused(self) -> None:
        for message_id in self.written:
            state = self.run(self.world.delivery_of(message_id))
            assert state != "unknown" or message_id in self.cut
            assert state != "failed" or message_id in self.refused

    def teardown(self) -> None:
        """Everybody dies; one process starts, and the provider takes all: nothing is stuck."""
        if not hasattr(self, "account_id"):
            return
        self._cut([])
        self.let_time_pass()
        while due := self.run(self._list_due([])):
            for message in due:
                attempt = self.run(begin_attempt(self.world.log, message))
                self.taken.append(message.message_id)
                ending = ending_of(ANSWERS["taken"][1], 0)
                self.run(end_attempt(self.world.log, attempt, ending))
        assert self.run(self._count_waiting()) == 0
        for message_id in self.written:
            state = self.run(self.world.delivery_of(message_id))
            assert state in ("sent", "failed", "unknown")
            if state == "sent":
                assert message_id in self.taken
        self.nothing_is_sent_twice_by_itself()
        self.addresses_are_served_in_order()

    def _move(self, process: Process, pick: int, answer: str) -> None:
        """One message one step further; what is due is looked up when there is none."""
        if not process.tasks:
            self._plan(process)
        if process.tasks:
            tasks = [task for _, task in sorted(process.tasks.items())]
            self._advance(process, tasks[pick % len(tasks)], answer)

    def _plan(self, process: Process) -> None:
        busy = [task.due.address_id for task in process.tasks.values()]
        for due in self.run(self._list_due(busy)):
            process.tasks.setdefault(due.message_id, Task(due))

    def _advance(self, process: Process, task: Task, answer: str) -> None:
        message_id = task.due.message_id
        if task.attempt is None:
            attempt = self.run(begin_attempt(self.world.log, task.due))
            if attempt is None:
                del process.tasks[message_id]
            else:
                self.open.add(attempt)
                process.tasks[message_id] = task._replace(attempt=attempt)
        elif task.ending is None:
            process.tasks[message_id] = task._replace(ending=self._call(task, answer))
        else:
            # A commit whose own answer was lost is stored twice.
            for _ in range(2):
                self.run(end_attempt(self.world.log, task.attempt, task.ending))
            self.open.discard(task.attempt)
            del process.tasks[message_id]

    def _call(self, task: Task, answer: str) -> Ending:
        is_taken, outcome = ANSWERS[answer]
        if is_taken:
            self.taken.append(task.due.message_id)
        if outcome.result == "unknown":
            self.cut.add(task.due.message_id)
        elif outcome.result != "sent":
            self.refused.add(task.due.message_id)
        return ending_of(outcome, task.due.failures)

    def _mine(self) -> dict[UUID, Task]:
        return self.processes[self.holder].tasks

    async def _list_due(self, busy: Collection[UUID]) -> list[DueMessage]:
        async with self.world.database.connection() as connection:
            return await list_due(connection, self.account_id, busy_address_ids=busy, limit=10)

    def _ask_again(self, message_id: UUID) -> None:
        conversation_id = self.written[message_id]
        self.run(retry_message(self.world.log, self.agent, conversation_id, message_id))
        self.retried[message_id] += 1

    def _cut(self, held: list[UUID]) -> list[UUID]:
        cut = self.run(cut_attempts(self.world.log, self.account_id, held=held))
        assert set(cut) <= {attempt.message_id for attempt in self.open}
        self.cut.update(cut)
        return list(cut)

    async def _count_waiting(self) -> int:
        return int(
            await self.world.fetchval(
                "select count(*) from outbox where channel_account_id = $1", self.account_id
            )
        )


def test_delivery_keeps_its_promises_under_arbitrary_deaths(database_url: str) -> None:
    with asyncio.Runner() as runner:
        database = Database(database_url, pool_size=2)
        runner.run(database.open())
        world = World(database)
        try:
            run_state_machine_as_test(
                lambda: DeliveryMachine(world, runner.run),  # type: ignore[arg-type]
                settings=settings(
                    max_examples=40,
                    stateful_step_count=30,
                    deadline=None,
                    # Every step is a transaction: a failure is told as it was found.
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    report_multiple_bugs=False,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())
