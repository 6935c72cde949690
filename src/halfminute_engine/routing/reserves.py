"""Idle reserves: general work leaves so many idle agents of a rare skill for those who need it.

An agent is idle when it is free and nothing takes any of its units. While no more agents who have
a skill are idle than its reserve, a conversation that does not require the skill is not offered to
them. Who has something already is no part of the reserve and takes general work like anybody. Nor
does a reserve keep anybody waiting for ever: after the skill's `reserve_wait_us` general work takes
anybody who is able.

So an agent with such a skill is in two groups, one of the idle and one of the loaded, of which only
the first can be kept from a line.
"""

from __future__ import annotations

from collections.abc import Mapping

from halfminute_engine.routing.agents import AgentGroup, Tier
from halfminute_engine.routing.events import SkillConfigured
from halfminute_engine.routing.state import SEQUENCE_BITS, AgentState
from halfminute_engine.routing.values import AgentId
from halfminute_engine.routing.waiting import LinePart, WaitingLine


class Reserves:
    """Who is idle of each skill with a reserve; all of it can be worked out again from the state.

    `filled` are skills of which, since they were last looked at, more have come to be idle than
    are kept back. `due_us` is, by skill, when the first conversation that was passed over since
    then may have anybody.
    """

    def __init__(self, skills: Mapping[str, SkillConfigured]) -> None:
        self._skills = skills
        self._idle: dict[str, dict[AgentId, None]] = {}
        self._masks: dict[str, int] = {}
        self.filled: dict[str, None] = {}
        self.due_us: dict[str, int] = {}

    def add_group(self, group: AgentGroup) -> None:
        """The group has come to be."""
        if group.signature.tier is Tier.IDLE:
            for skill in group.levels:
                self._masks[skill] = self._masks.get(skill, 0) | 1 << group.index

    def discard_group(self, group: AgentGroup) -> None:
        """The group is no more."""
        if group.signature.tier is Tier.IDLE:
            for skill in group.levels:
                self._masks[skill] &= ~(1 << group.index)

    def update(self, agent: AgentState) -> None:
        """The agent may have come to be idle, or have ceased to be."""
        if not self._skills:
            return
        is_idle = agent.is_idle
        for skill, _ in agent.configuration.skills:
            if skill in self._skills:
                self._count(skill, agent.agent_id, is_idle=is_idle)

    def forget(self, agent_id: AgentId) -> None:
        """The agent is no more, or has other skills."""
        for idle in self._idle.values():
            idle.pop(agent_id, None)

    def is_short(self, skill: str) -> bool:
        """Whether all who are idle of the skill are kept back."""
        setting = self._skills.get(skill)
        return setting is not None and len(self.list_idle(skill)) <= setting.idle_reserve

    def list_idle(self, skill: str) -> list[AgentId]:
        """The idle agents who have the skill."""
        return list(self._idle.get(skill, ()))

    def mask_kept_from(self, part: LinePart, key: int, now_us: int) -> int:
        """The bits of the groups that are not offered the conversation of this key."""
        mask = 0
        for skill, setting in self._skills.items():
            if not self._masks.get(skill) or skill in part.line.required_skills:
                continue
            if self.is_short(skill) and not _is_due(key, setting.reserve_wait_us, now_us):
                mask |= self._masks[skill]
        return mask

    def list_short(self, group: AgentGroup) -> list[str]:
        """The skills for whose sake the idle agents of this group are kept back."""
        if not self._skills or group.signature.tier is not Tier.IDLE:
            return []
        return [skill for skill in group.levels if self.is_short(skill)]

    def is_kept_from(self, line: WaitingLine, key: int, short: list[str], now_us: int) -> bool:
        """Whether an agent kept back for these skills does not get the conversation of this key."""
        return any(
            skill not in line.required_skills
            and not _is_due(key, self._skills[skill].reserve_wait_us, now_us)
            for skill in short
        )

    def pass_over(self, line: WaitingLine, key: int, now_us: int) -> None:
        """Idle agents did not get the conversation of this key, for the sake of reserves.

        Only those that are yet to let go count: one that has does not bring it anybody.
        """
        for skill, setting in self._skills.items():
            if skill in line.required_skills or not self._idle.get(skill):
                continue
            due_us = (key >> SEQUENCE_BITS) + setting.reserve_wait_us
            if due_us > now_us and self.is_short(skill):
                self.due_us[skill] = min(due_us, self.due_us.get(skill, due_us))

    def _count(self, skill: str, agent_id: AgentId, *, is_idle: bool) -> None:
        idle = self._idle.setdefault(skill, {})
        if not is_idle:
            idle.pop(agent_id, None)
        elif agent_id not in idle:
            was_short = self.is_short(skill)
            idle[agent_id] = None
            if was_short and not self.is_short(skill):
                self.filled[skill] = None


def _is_due(key: int, wait_us: int, now_us: int) -> bool:
    return (key >> SEQUENCE_BITS) + wait_us <= now_us
