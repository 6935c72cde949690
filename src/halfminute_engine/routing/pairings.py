"""Which groups of agents can serve which lines, worked out once as lines and groups come to be."""

from __future__ import annotations

from collections.abc import Mapping

from halfminute_engine.routing.abilities import Abilities, list_bits
from halfminute_engine.routing.agents import AgentGroup, AgentGroups, GroupSignature
from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.ordering import pace_of
from halfminute_engine.routing.reserves import Reserves
from halfminute_engine.routing.values import QueueId
from halfminute_engine.routing.waiting import LineSignature, WaitingLine, WaitingLines


class Pairings:
    """The lines and the groups, each of which knows those of the others with which it goes."""

    def __init__(self, queues: Mapping[QueueId, QueueConfigured], reserves: Reserves) -> None:
        self.lines = WaitingLines()
        self.groups = AgentGroups()
        self._queues = queues
        self._reserves = reserves
        self._abilities = Abilities()

    def join_group(self, signature: GroupSignature) -> AgentGroup:
        """The group of this signature has one more member."""
        group = self.groups.by_signature.get(signature)
        if group is None:
            group = self.groups.open(signature)
            self._abilities.add(group)
            self._reserves.add_group(group)
            for line in self.lines.by_index.values():
                if group.is_able(line.signature):
                    _link(group, line)
        group.member_count += 1
        return group

    def close_group(self, group: AgentGroup) -> None:
        """The group has no members any more."""
        bit = 1 << group.index
        for line in self.lines.by_index.values():
            line.groups_mask &= ~bit
            line.group_indexes.pop(group.index, None)
            for level in line.level_masks:
                line.level_masks[level] &= ~bit
        self._abilities.discard(group)
        self._reserves.discard_group(group)
        self.groups.close(group)

    def open_line(self, signature: LineSignature) -> WaitingLine:
        """A new, empty line."""
        queue = self._queues.get(signature.queue_id)
        pace = pace_of(queue)
        line = self.lines.open(signature, pace)
        line.keep_after_us = None if queue is None else queue.keep_after_us
        line.groups_mask = self._abilities.mask_for(signature)
        line.group_indexes = dict.fromkeys(list_bits(line.groups_mask))
        groups, served, index = self.groups.by_index, (signature.channel_kind, pace), line.index
        for group_index in line.group_indexes:
            lines = groups[group_index].lines
            if served in lines:
                lines[served][index] = None
            else:
                lines[served] = {index: None}
        if signature.compared_skills:
            for group_index in line.group_indexes:
                _note_level(groups[group_index], line)
        return line

    def mask_for(self, signature: LineSignature) -> int:
        """The bits of the groups able to serve such a line."""
        return self._abilities.mask_for(signature)

    def close_line(self, line: WaitingLine) -> None:
        """Nobody waits in the line, and it is forgotten."""
        served = line.signature.channel_kind, line.pace
        groups = self.groups.by_index
        for group_index in line.group_indexes:
            lines = groups[group_index].lines
            del lines[served][line.index]
            if not lines[served]:
                del lines[served]
        self.lines.close(line)


def _link(group: AgentGroup, line: WaitingLine) -> None:
    line.groups_mask |= 1 << group.index
    line.group_indexes[group.index] = None
    group.lines.setdefault((line.signature.channel_kind, line.pace), {})[line.index] = None
    if line.signature.compared_skills:
        _note_level(group, line)


def _note_level(group: AgentGroup, line: WaitingLine) -> None:
    level = group.level_for(line.signature.compared_skills)
    line.level_masks[level] = line.level_masks.get(level, 0) | 1 << group.index
