"""A planner who cannot leave a running floor alone: rings, priorities, skills, capacities, queues.

What is changed is remembered where the log tells only that something was.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any, Final
from uuid import UUID

from bench.live_floor import CAPACITY_UNITS, CHANNEL_KIND, LiveFloor
from bench.stack import Stack
from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.identity.principals import SYSTEM
from halfminute.kit.errors import Unavailable
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from halfminute.queues.waiting_rules import QueueRing, WaitingRules

PAUSE_SECONDS: Final = (0.05, 0.35)
OFF_SECONDS: Final = (0.2, 1.0)
RETRY_SECONDS: Final = 0.1
SKILLS: Final = ("tariffs", "devices")


class Planner:
    """Changes one thing after the other by the real verbs, and counts what it changed."""

    def __init__(
        self, stack: Stack, floor: LiveFloor, chance: random.Random, still: asyncio.Lock
    ) -> None:
        """`prepare` before `work`. Nothing is changed while somebody else holds `still`."""
        self._still = still
        self._stack = stack
        self._floor = floor
        self._chance = chance
        self._skill_ids: list[UUID] = []
        self._numbers = {queue_id: n for n, queue_id in enumerate(stack.queue_ids, start=1)}
        # What one conversation takes of each agent, configuration by configuration.
        self.units: dict[UUID, list[int]] = {each: [CAPACITY_UNITS] for each in floor.agent_ids}
        self.changes = 0

    async def prepare(self) -> None:
        """Give every agent skills, so that queues can require them."""
        for agent_id in self._floor.agent_ids:
            await self._configure_agent(agent_id)
        async with self._stack.parts.database.connection() as connection:
            rows = await connection.fetch("select id from skills order by name")
        self._skill_ids = [row["id"] for row in rows]

    async def work(self) -> None:
        """Go on until cancelled."""
        while True:
            async with self._still:
                await self.change()
            await asyncio.sleep(self._chance.uniform(*PAUSE_SECONDS))

    async def change(self) -> None:
        """Change something, whole; a queue that is switched off is switched on again."""
        act = self._chance.choices((self._change_agent, self._change_queue, self._rest), (5, 4, 2))
        await act[0]()

    async def settle(self) -> None:
        """All queues on, asking everybody in the end, and every agent with room for one."""
        for queue_id in self._stack.queue_ids:
            await self._configure_queue(queue_id)

    async def _change_agent(self) -> None:
        await self._configure_agent(self._chance.choice(self._floor.agent_ids))

    async def _change_queue(self) -> None:
        await self._configure_queue(self._chance.choice(self._stack.queue_ids))

    async def _rest(self) -> None:
        """Switch a queue off for a moment; meanwhile it may be given another priority."""
        queue_id = self._chance.choice(self._stack.queue_ids)
        await self._configure_queue(queue_id, is_enabled=False)
        await asyncio.sleep(self._chance.uniform(*OFF_SECONDS))
        await self._configure_queue(queue_id)

    async def _configure_agent(self, agent_id: UUID) -> None:
        units = self._chance.choice((CAPACITY_UNITS, CAPACITY_UNITS // 2))
        skills = {name: self._chance.randint(1, 5) for name in SKILLS}
        settings = AgentSettings(
            capacity_units=CAPACITY_UNITS, units_by_kind={CHANNEL_KIND: units}, skills=skills
        )
        self.units[agent_id].append(units)
        try:
            await configure_agent(self._stack.parts.log, SYSTEM, agent_id, settings)
            self.changes += 1
        except Unavailable:
            # A router that was stopped in its turn has the agent locked: nothing was changed.
            self.units[agent_id].pop()

    async def _configure_queue(self, queue_id: UUID, **more: Any) -> None:
        required = dict.fromkeys(self._skill_ids[:1], self._chance.randint(1, 4))
        settings = QueueSettings(
            name=f"Support {self._numbers[queue_id]}",
            wrap_up="none",
            priority_credit_seconds=self._chance.choice((0, 5, 60)),
            offer_timeout_seconds=self._chance.choice((15, 20, 25)),
            target_seconds=self._chance.choice((1, 10, 30)),
            requirements=required,
            rules=self._waiting_rules(),
            **more,
        )
        while True:
            try:
                await configure_queue(self._stack.parts.log, SYSTEM, settings, queue_id=queue_id)
            except Unavailable:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            self.changes += 1
            return

    def _waiting_rules(self) -> WaitingRules:
        first = self._chance.randint(1, 2)
        lowered = dict.fromkeys(self._skill_ids[:1], self._chance.randint(0, 1))
        rings = (
            QueueRing(after_seconds=first, requirements=lowered),
            QueueRing(after_seconds=first + self._chance.randint(1, 2), is_any_agent=True),
        )
        return WaitingRules(rings=rings, slope_per_mille=self._chance.choice((500, 1000, 2000)))
