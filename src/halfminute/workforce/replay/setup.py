"""Queues, agents and skills as they are configured, in one piece that can be changed and tried."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from halfminute.agents.queries import list_abilities
from halfminute.agents.skills import list_reserves, list_skills
from halfminute.agents.types import AgentAbilities, SkillReserve
from halfminute.kit.database import Connection
from halfminute.queues.details import list_queue_details
from halfminute.queues.errors import InvalidQueueRules, QueueNotFound
from halfminute.queues.queries import list_queues
from halfminute.queues.schemas import QueueDetails, QueueSettings
from halfminute.queues.types import Queue
from halfminute.queues.waiting_rules import WaitingRules
from halfminute.queues.waiting_rules_checks import find_problems, find_problems_together
from halfminute.queues.waiting_rules_store import name_languages
from halfminute.routing.present import agent_configured, queue_configured, skill_configured
from halfminute.workforce.errors import QueueCannotBeTried
from halfminute.workforce.replay.stays import QueueFacts
from halfminute_engine.routing.events import Event


@dataclass(frozen=True, slots=True)
class Setup:
    """All that is configured. `details` has every queue as its screen shows it."""

    queues: Mapping[UUID, Queue]
    details: Mapping[UUID, QueueDetails]
    agents: Mapping[UUID, AgentAbilities]
    reserves: Mapping[UUID, SkillReserve]
    skill_names: Mapping[UUID, str]
    language_ids: frozenset[UUID]

    def configuration(self) -> list[Event]:
        """What a router is told of all this, as at its start."""
        events: list[Event] = [queue_configured(q) for q in self.queues.values() if q.is_enabled]
        events += [skill_configured(reserve) for reserve in self.reserves.values()]
        return events + [agent_configured(agent) for agent in self.agents.values()]

    def facts(self) -> dict[str, QueueFacts]:
        """What must be known of the queues to read what was recorded."""
        return {str(queue_id): _facts(queue) for queue_id, queue in self.queues.items()}

    def with_queue(
        self, queue_id: UUID, settings: QueueSettings, agent_ids: Collection[UUID] | None
    ) -> Setup:
        """As it would be. `agent_ids`: who serves the queue; None as now.

        Raises QueueNotFound, QueueCannotBeTried, InvalidQueueRules.
        """
        if queue_id not in self.queues:
            raise QueueNotFound
        if not settings.is_enabled or not self.queues[queue_id].is_enabled:
            raise QueueCannotBeTried
        problems = find_problems(settings.rules, queue_id)
        if problems:
            raise InvalidQueueRules(problems=problems)
        queue = self._queue_of(queue_id, settings)
        details = msgspec.structs.replace(self.details[queue_id], **_fields_of(settings))
        changed = replace(
            self,
            queues={**self.queues, queue_id: queue},
            details={**self.details, queue_id: details},
        )
        changed.require_sound(queue_id)
        return changed if agent_ids is None else changed.with_members(queue_id, set(agent_ids))

    def with_agent(self, agent: AgentAbilities) -> Setup:
        """As it would be with this agent as here."""
        return replace(self, agents={**self.agents, agent.agent_id: agent})

    def with_reserve(self, reserve: SkillReserve) -> Setup:
        """As it would be with this reserve."""
        return replace(self, reserves={**self.reserves, reserve.skill_id: reserve})

    def _queue_of(self, queue_id: UUID, settings: QueueSettings) -> Queue:
        known = set(Queue.__struct_fields__) - {"id", "rules"}
        fields = {name: getattr(settings, name) for name in known}
        rules = name_languages(settings.rules, self.language_ids)
        return Queue(id=self.queues[queue_id].id, rules=rules, **fields)

    def require_sound(self, queue_id: UUID) -> None:
        """All queues that are on fit together. Raises InvalidQueueRules."""
        rules: dict[UUID, WaitingRules] = {
            each: queue.rules for each, queue in self.queues.items() if queue.is_enabled
        }
        problems, other = find_problems_together(rules, queue_id)
        if problems:
            name = None if other is None else self.queues[other].name
            raise InvalidQueueRules(problems=problems, queue_name=name)

    def with_members(self, queue_id: UUID, agent_ids: set[UUID]) -> Setup:
        """As it would be with these and no others serving the queue."""
        agents = {
            agent_id: _serving(agent, queue_id, is_member=agent_id in agent_ids)
            for agent_id, agent in self.agents.items()
        }
        return replace(self, agents=agents)


async def read_setup(connection: Connection) -> Setup:
    """All that is configured now."""
    skills = await list_skills(connection)
    return Setup(
        queues={queue.id: queue for queue in await list_queues(connection)},
        details={each.id: each for each in await list_queue_details(connection)},
        agents={agent.agent_id: agent for agent in await list_abilities(connection)},
        reserves={each.skill_id: each for each in await list_reserves(connection)},
        skill_names={skill.id: skill.name for skill in skills},
        language_ids=frozenset(skill.id for skill in skills if skill.language),
    )


def _fields_of(settings: QueueSettings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in QueueSettings.__struct_fields__}


def _serving(agent: AgentAbilities, queue_id: UUID, *, is_member: bool) -> AgentAbilities:
    others = {each for each in agent.queue_ids if each != queue_id}
    queue_ids = others | {queue_id} if is_member else others
    return msgspec.structs.replace(agent, queue_ids=tuple(sorted(queue_ids)))


def _facts(queue: Queue) -> QueueFacts:
    overflow = queue.rules.overflow
    target = None if overflow is None or overflow.queue_id is None else str(overflow.queue_id)
    return QueueFacts(
        queue.wrap_up_seconds * 1_000_000 if queue.wrap_up == "fixed" else None, target
    )
