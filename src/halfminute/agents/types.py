"""The words of agents: ids, presences and values."""

from __future__ import annotations

from typing import Final, Literal, NewType
from uuid import UUID

import msgspec

AgentId = NewType("AgentId", UUID)
TeamId = NewType("TeamId", UUID)
SkillId = NewType("SkillId", UUID)

Presence = Literal["available", "busy", "away", "offline"]

CONNECTION_LOST: Final = "connection_lost"
NOT_RESPONDING: Final = "not_responding"


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """One agent as it stands in its row."""

    id: AgentId
    name: str
    team_id: TeamId | None
    presence: Presence
    presence_reason: str
    capacity_units: int


class AgentAbilities(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent can be given: queues, (skill id, proficiency), (channel kind, units).

    `interrupts`: (channel kind, those that it may interrupt); `limits`: (channel kind, how many at
    once at the most). All in a fixed order, so that equal abilities are equal values. A skill goes
    by its id: renamed, it is the same for the router.
    """

    agent_id: AgentId
    queue_ids: tuple[UUID, ...]
    skills: tuple[tuple[str, int], ...]
    capacity_units: int
    units_by_kind: tuple[tuple[str, int], ...]
    presence: Presence
    presence_reason: str
    interrupts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[tuple[str, int], ...] = ()


class SkillReserve(msgspec.Struct, frozen=True, kw_only=True):
    """How many idle agents who have a skill are kept back for those who require it."""

    skill_id: SkillId
    idle_reserve: int
    reserve_wait_seconds: int
