"""The agents, in groups of interchangeable ones, and which of them is first in its group.

Agents with the same queues, skills and capacity form a group. Within a group the free agent with
the least load comes first, then the one idle longest, then the one known longest. Since weights are
equal within a group, the group has room for a channel kind exactly when its first agent has.

That holds where the sum of units alone says what fits. An agent with limits, or of whom one kind
may interrupt another, is in one group for each of its kinds, and ranked there while it has room.
An agent who has a skill with an idle reserve is in one group while idle and in another while not.
"""

from __future__ import annotations

from collections.abc import Container
from enum import StrEnum
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from halfminute_engine.routing.capacity import counted_units
from halfminute_engine.routing.events import AgentConfigured
from halfminute_engine.routing.ordering import Pace
from halfminute_engine.routing.state import AgentState
from halfminute_engine.routing.values import AgentId, Presence, QueueId
from halfminute_engine.routing.waiting import LineSignature

SPARE_ENTRIES = 64


class Tier(StrEnum):
    """Which of the agents who are otherwise alike a group has."""

    EVERY = "every"
    IDLE = "idle"
    LOADED = "loaded"


class GroupSignature(NamedTuple):
    """What makes agents interchangeable for the choice of a conversation."""

    queue_ids: tuple[QueueId, ...]
    skills: tuple[tuple[str, int], ...]
    total_units: int
    weights: tuple[tuple[str, int], ...]
    interrupts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    only_kind: str | None = None
    tier: Tier = Tier.EVERY


class Rank(NamedTuple):
    """An agent's place among the free ones, least first; `units` are those that count."""

    load: int
    idle_since_us: int
    seq: int
    agent_id: AgentId
    units: int


NOBODY_FREE = Rank(1 << 200, 0, 0, AgentId(""), 0)
"""The first of a group without free agents: after any other."""


class AgentGroup:
    """The agents of one signature; `lines` has the indexes of the lines they serve.

    They are apart by channel kind, for which there may be room or not, and by pace, within which
    keys decide.
    """

    __slots__ = (
        "available",
        "entries",
        "index",
        "least_units",
        "levels",
        "lines",
        "member_count",
        "queue_ids",
        "ranks",
        "signature",
        "weights",
    )

    def __init__(self, index: int, signature: GroupSignature) -> None:
        self.index = index
        self.signature = signature
        self.queue_ids = frozenset(signature.queue_ids)
        self.levels = dict(signature.skills)
        self.weights = dict(signature.weights)
        if signature.only_kind is not None:
            self.weights = {signature.only_kind: self.weights[signature.only_kind]}
        self.least_units = min(self.weights.values(), default=0)
        self.member_count = 0
        self.available: dict[AgentId, None] = {}
        self.ranks: dict[AgentId, Rank] = {}
        self.entries: list[Rank] = []
        self.lines: dict[tuple[str, Pace], dict[int, None]] = {}

    def is_able(self, line: LineSignature) -> bool:
        """Whether an agent of the group, with nothing else to do, could take from this line."""
        if line.queue_id not in self.queue_ids:
            return False
        for skill, level in line.requirements:
            if self.levels.get(skill, 0) < level:
                return False
        return self.takes(line.channel_kind)

    def takes(self, channel_kind: str) -> bool:
        """Whether an agent of the group, with nothing else to do, has room for one of the kind."""
        units = self.weights.get(channel_kind)
        return units is not None and units <= self.signature.total_units

    def level_for(self, skills: tuple[str, ...]) -> int:
        """How well the group's agents know these skills, all together."""
        return sum(self.levels.get(skill, 0) for skill in skills)

    def update(self, agent: AgentState) -> bool:
        """Take over the agent's state; True when the agent has come to stand at a new rank."""
        agent_id = agent.agent_id
        if agent.presence is Presence.AVAILABLE:
            self.available[agent_id] = None
        else:
            self.available.pop(agent_id, None)
        units = self.units_of(agent)
        if not agent.is_free or self.is_full(units) or not self.is_tier_of(agent):
            self.ranks.pop(agent_id, None)
            return False
        rank = Rank(agent.load, agent.idle_since_us, agent.seq, agent_id, units)
        if self.ranks.get(agent_id) == rank:
            return False
        self.ranks[agent_id] = rank
        self._push(rank)
        return True

    def units_of(self, agent: AgentState) -> int:
        """What a free agent's load counts against the kinds of this group."""
        only_kind = self.signature.only_kind
        return agent.units if only_kind is None else counted_units(agent, only_kind)

    def is_tier_of(self, agent: AgentState) -> bool:
        """Whether a free agent, as loaded as it is now, is ranked in this group."""
        tier = self.signature.tier
        return tier is Tier.EVERY or (tier is Tier.IDLE) == (agent.units == 0)

    def forget(self, agent_id: AgentId) -> None:
        """The agent is in this group no more."""
        self.member_count -= 1
        self.available.pop(agent_id, None)
        self.ranks.pop(agent_id, None)

    def first(self) -> Rank:
        """The first free agent, `NOBODY_FREE` when there is none."""
        entries = self.entries
        while entries:
            rank = entries[0]
            if self.ranks.get(rank.agent_id) is rank:
                return rank
            heappop(entries)
        return NOBODY_FREE

    def first_but(self, excluded: tuple[AgentId, ...]) -> Rank:
        """The first free agent who is not one of these, `NOBODY_FREE` when there is none."""
        passed_over: list[Rank] = []
        rank = self.first()
        while rank.agent_id in excluded:
            passed_over.append(heappop(self.entries))
            rank = self.first()
        for passed in passed_over:
            heappush(self.entries, passed)
        return rank

    def is_full(self, units: int) -> bool:
        """Whether a member of whose units so many count has no room for anything at all."""
        return units + self.least_units > self.signature.total_units

    def has_room(self, units: int, channel_kind: str) -> bool:
        """Whether a member of whose units so many count has room for one more of the kind."""
        return units + self.weights[channel_kind] <= self.signature.total_units

    def _push(self, rank: Rank) -> None:
        if len(self.entries) > 2 * len(self.ranks) + SPARE_ENTRIES:
            self.entries = list(self.ranks.values())
            heapify(self.entries)
        else:
            heappush(self.entries, rank)


class AgentGroups:
    """All groups, each with an index that is also its bit in a mask.

    `firsts[group.index]` is always that group's `first()`.
    """

    def __init__(self) -> None:
        self.firsts: list[Rank] = []
        self.by_signature: dict[GroupSignature, AgentGroup] = {}
        self.by_index: dict[int, AgentGroup] = {}
        self.groups_of: dict[AgentId, tuple[AgentGroup, ...]] = {}
        self._unused_indexes: list[int] = []

    def open(self, signature: GroupSignature) -> AgentGroup:
        """A new group without members."""
        if self._unused_indexes:
            index = heappop(self._unused_indexes)
        else:
            index = len(self.firsts)
            self.firsts.append(NOBODY_FREE)
        group = AgentGroup(index, signature)
        self.by_signature[signature] = self.by_index[index] = group
        return group

    def update(self, group: AgentGroup, agent: AgentState) -> bool:
        """The group takes over the agent's state; True when the agent stands at a new rank."""
        has_moved = group.update(agent)
        self.firsts[group.index] = group.first()
        return has_moved

    def forget(self, agent_id: AgentId) -> tuple[AgentGroup, ...]:
        """The agent is in its groups no more, which are returned."""
        groups = self.groups_of.pop(agent_id)
        for group in groups:
            group.forget(agent_id)
            self.firsts[group.index] = group.first()
        return groups

    def close(self, group: AgentGroup) -> None:
        """Forget a group without members."""
        del self.by_signature[group.signature]
        del self.by_index[group.index]
        heappush(self._unused_indexes, group.index)


def group_signatures_of(
    configuration: AgentConfigured, reserved_skills: Container[str]
) -> tuple[GroupSignature, ...]:
    """The groups to which an agent of this configuration belongs."""
    capacity = configuration.capacity
    signature = GroupSignature(
        tuple(sorted(configuration.queue_ids)),
        tuple(sorted(configuration.skills)),
        capacity.total_units,
        tuple(sorted(capacity.weights)),
    )
    signatures = [signature]
    if not capacity.is_plain:
        signature = signature._replace(
            interrupts=tuple(sorted(capacity.interrupts)), limits=tuple(sorted(capacity.limits))
        )
        signatures = [signature._replace(only_kind=kind) for kind, _ in signature.weights]
    if any(skill in reserved_skills for skill, _ in configuration.skills):
        tiers = (Tier.IDLE, Tier.LOADED)
        signatures = [each._replace(tier=tier) for each in signatures for tier in tiers]
    return tuple(signatures)
