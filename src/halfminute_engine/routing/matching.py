"""Finds the agent for a conversation and the conversation for an agent, without a scan of either.

Which group can serve which line is worked out once, when the line or the group comes to be. After
that a waiting conversation looks at the first agent of each group that may have room, and a free
agent at the head of each line that its group serves.
"""

from __future__ import annotations

from collections.abc import Mapping

from halfminute_engine.routing.abilities import list_bits
from halfminute_engine.routing.agents import NOBODY_FREE, AgentGroup, Rank, group_signatures_of
from halfminute_engine.routing.capacity import NO_ROOM, has_room
from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.pairings import Pairings
from halfminute_engine.routing.personal import PersonalLines
from halfminute_engine.routing.queue_rules import AgentChoice
from halfminute_engine.routing.reserves import Reserves
from halfminute_engine.routing.state import (
    SEQUENCE_BITS,
    AgentState,
    ConversationState,
    Place,
    RouterState,
)
from halfminute_engine.routing.values import AgentId, ConversationId, QueueId
from halfminute_engine.routing.waiting import (
    NOBODY_WAITS,
    LinePart,
    LineSignature,
    WaitingLine,
    excluded_of,
    signature_of,
)

FEW_GROUPS = 8
"""Up to so many groups with room are looked at one by one; more, by one pass over their firsts."""


class Matching:
    """Indexes over the state; all of it can be worked out again from the state.

    `_room[kind]` has the bit of every group with room for the kind, and may have others: a bit is
    set when an agent of the group comes to a new rank, and cleared when the group proves full.
    """

    def __init__(self, state: RouterState) -> None:
        self._agents = state.agents
        self._skills = state.skills
        self._queues = state.queues
        self.reserves = Reserves(state.skills)
        self.pairings = Pairings(state.queues, self.reserves)
        self._lines = self.pairings.lines
        self._groups = self.pairings.groups
        self._personal = PersonalLines()
        self._room: dict[str, int] = {}
        self._has_keeps = _has_keeps(state.queues)
        for agent in state.agents.values():
            self.regroup(agent)
        for conversation in state.conversations.values():
            if conversation.place is Place.WAITING and not conversation.is_paused:
                self.enqueue(conversation)
                if conversation.keeping_agent_id is not None:
                    self.keep(conversation.conversation_id, is_kept=True)
        self.reserves.filled.clear()

    def enqueue(self, conversation: ConversationState) -> None:
        """The conversation waits in its line by its key, or for its preferred agent alone."""
        if conversation.preferred_until_us is not None:
            self._personal.add(conversation)
        else:
            self._lines.add(conversation, self._line_for(conversation))

    def dequeue(self, conversation_id: ConversationId) -> None:
        """The conversation waits no more. One that is not in a line (it is paused) is ignored."""
        if conversation_id in self._personal.place_of:
            self._personal.discard(conversation_id)
            return
        if conversation_id not in self._lines.part_of:
            return
        line = self._lines.discard(conversation_id)
        if line.parts:
            return
        for spare in self._lines.list_spare():
            self.pairings.close_line(spare)

    def regroup(self, agent: AgentState) -> None:
        """The agent is new, or its configuration changed."""
        signatures = group_signatures_of(agent.configuration, self._skills)
        old = self._groups.groups_of.get(agent.agent_id)
        if old is None or tuple(group.signature for group in old) != signatures:
            if old is not None:
                self.forget(agent.agent_id)
            groups = tuple(map(self.pairings.join_group, signatures))
            self._groups.groups_of[agent.agent_id] = groups
        self.refresh(agent)

    def forget(self, agent_id: AgentId) -> None:
        """The agent is no more."""
        self.reserves.forget(agent_id)
        for group in self._groups.forget(agent_id):
            if group.member_count == 0:
                self.pairings.close_group(group)

    def refresh(self, agent: AgentState) -> None:
        """The agent's presence, load or readiness may have changed."""
        self.reserves.update(agent)
        for group in self._groups.groups_of[agent.agent_id]:
            if self._groups.update(group, agent):
                bit, units = 1 << group.index, group.ranks[agent.agent_id].units
                for kind in group.weights:
                    if group.has_room(units, kind):
                        self._room[kind] = self._room.get(kind, 0) | bit

    def close_lines_of(self, queue_id: QueueId) -> None:
        """Nothing waits in the queue's lines at this moment, and its settings have changed."""
        for line in list(self._lines.by_index.values()):
            if line.signature.queue_id == queue_id:
                self.pairings.close_line(line)

    def find_agent(self, conversation: ConversationState, now_us: int) -> AgentState | None:
        """The agent to whom the waiting conversation should be offered now, if there is one.

        It need not stand in its line yet: most who come find somebody free.
        """
        if conversation.preferred_until_us is not None:
            return self._find_preferred(conversation)
        part = self._part_for(conversation)
        kept = self.reserves.mask_kept_from(part, conversation.key, now_us) if self._skills else 0
        mask = part.line.groups_mask & ~kept
        preferred = self._agents.get(conversation.preferred_agent_id or AgentId(""))
        if preferred is not None and self._can_take(preferred, part, mask):
            return preferred
        first = self._find_first(part, mask)
        if first is None and self._has_free(kept & part.line.groups_mask, part):
            self.reserves.pass_over(part.line, conversation.key, now_us)
        return None if first is None else self._agents[first.agent_id]

    def find_conversation(self, agent: AgentState, now_us: int) -> ConversationId | None:
        """The waiting conversation to be offered to the agent now, if there is one.

        Those that wait for the agent alone go first; others by `ordering`.
        """
        self.reserves.update(agent)
        if not agent.is_free:
            return None
        if self._personal.place_of:
            own = self._personal.find_first(agent.agent_id, lambda kind: has_room(agent, kind))
            if own is not None:
                return own
        if not self._lines.part_of:
            return None
        part = self._find_best_part(agent, now_us)
        if part is None:
            return None
        self.reserves.due_us.clear()
        return part.head_id()

    def list_waiting_for(self, agent_id: AgentId) -> list[ConversationId]:
        """The conversations that wait for this agent alone, the first first."""
        return self._personal.list_of(agent_id)

    def find_starving(
        self, agent: AgentState, conversation: ConversationState, now_us: int
    ) -> ConversationId | None:
        """Who, before this one, starves for room at the free agent and has nobody kept for it.

        Not of a kind of which the agent has reached its limit: that no room would help.
        """
        if not self._has_keeps:
            return None
        limit = (now_us + 1) << SEQUENCE_BITS
        starving = self._lines.starving
        pace = self._part_for(conversation).line.pace
        best, found_id = pace.place(conversation.key, now_us), None
        for group in self._groups.groups_of[agent.agent_id]:
            units = group.units_of(agent)
            if units == NO_ROOM or not group.is_tier_of(agent):
                continue
            for (kind, pace), indexes in group.lines.items():
                if group.has_room(units, kind):
                    continue
                if starving[min(indexes, key=starving.__getitem__)] >= limit:
                    continue
                for key, starving_id in self._list_starving(agent.agent_id, indexes, limit):
                    place = pace.place(key, now_us)
                    if place < best:
                        best, found_id = place, starving_id
        return found_id

    def keep(self, conversation_id: ConversationId, *, is_kept: bool) -> None:
        """An agent is kept for the waiting conversation, or is so no more."""
        line = self._lines.part_of[conversation_id].line
        line.keeping_id = conversation_id if is_kept else None
        self._lines.set_head(line, self._lines.heads[line.index])

    def note_queue(self, queue_id: QueueId) -> None:
        """The queue's settings changed, or it is no more."""
        self._has_keeps = _has_keeps(self._queues)
        queue = self._queues.get(queue_id)
        keep_after_us = None if queue is None else queue.keep_after_us
        for line in self._lines.by_index.values():
            if line.signature.queue_id == queue_id:
                line.keep_after_us = keep_after_us
                self._lines.set_head(line, self._lines.heads[line.index])

    def is_able(self, agent: AgentState, conversation: ConversationState) -> bool:
        """Whether the agent, with nothing else to do, could be offered the conversation."""
        if agent.agent_id in excluded_of(conversation):
            return False
        groups = self._groups.groups_of[agent.agent_id]
        if conversation.is_direct and conversation.preferred_agent_id == agent.agent_id:
            return any(group.takes(conversation.channel_kind) for group in groups)
        signature = signature_of(conversation)
        return any(group.is_able(signature) for group in groups)

    def has_other_available(self, conversation: ConversationState) -> bool:
        """Whether any agent that the waiting conversation does not exclude is available for it.

        One with no room at the moment counts, since it will have room again; so does the one for
        whom alone the conversation waits.
        """
        if conversation.conversation_id in self._personal.place_of:
            return True
        part = self._lines.part_of[conversation.conversation_id]
        excluded = part.excluded_agent_ids
        for group in self._list_groups(part.line.groups_mask):
            if len(group.available) > sum(agent_id in group.available for agent_id in excluded):
                return True
        return False

    def count_ahead(self, conversation: ConversationState) -> int | None:
        """How many of the same line go before the conversation, None when it is in no line."""
        if conversation.conversation_id in self._personal.place_of:
            return self._personal.count_ahead(conversation)
        part = self._lines.part_of.get(conversation.conversation_id)
        if part is None:
            return None
        parts = part.line.parts.values()
        return sum(key < conversation.key for each in parts for key in each.keys.values())

    def list_rival_lines(self, conversation: ConversationState) -> list[WaitingLine]:
        """The lines in which somebody waits whom an agent able to take this one could take too."""
        signature = signature_of(conversation)
        indexes = {
            index: None
            for group in self._groups.by_index.values()
            if group.is_able(signature)
            for served in group.lines.values()
            for index in served
        }
        return [line for index in indexes if (line := self._lines.by_index[index]).parts]

    def _part_for(self, conversation: ConversationState) -> LinePart:
        """The part of the line in which the conversation stands, or would stand."""
        part = self._lines.part_of.get(conversation.conversation_id)
        return part or LinePart(self._line_for(conversation), excluded_of(conversation))

    def _line_for(self, conversation: ConversationState) -> WaitingLine:
        signature = self._signature_of(conversation)
        return self._lines.by_signature.get(signature) or self.pairings.open_line(signature)

    def _signature_of(self, conversation: ConversationState) -> LineSignature:
        signature = signature_of(conversation)
        queue = self._queues.get(conversation.queue_id)
        if queue is None or queue.agent_choice is AgentChoice.LONGEST_IDLE:
            return signature
        skills = tuple(skill for skill, _ in conversation.requirements)
        return signature._replace(compared_skills=skills)

    def _find_preferred(self, conversation: ConversationState) -> AgentState | None:
        agent = self._agents.get(conversation.preferred_agent_id or AgentId(""))
        if agent is None or not agent.is_free:
            return None
        return agent if has_room(agent, conversation.channel_kind) else None

    def _find_best_part(self, agent: AgentState, now_us: int) -> LinePart | None:
        best: tuple[int, int] | None = None
        best_part = None
        for group in self._groups.groups_of[agent.agent_id]:
            if not group.is_tier_of(agent):
                continue
            units = group.units_of(agent)
            if group.is_full(units):
                continue
            short = self.reserves.list_short(group)
            for (kind, pace), indexes in group.lines.items():
                if not group.has_room(units, kind):
                    continue
                if short:
                    part = self._find_unreserved_part(agent.agent_id, indexes, short, now_us)
                else:
                    part = self._find_first_part(agent.agent_id, indexes)
                if part is None:
                    continue
                place = pace.place(part.head_key(), now_us)
                if best is None or place < best:
                    best, best_part = place, part
        return best_part

    def _can_take(self, agent: AgentState, part: LinePart, mask: int) -> bool:
        kind = part.line.signature.channel_kind
        return (
            agent.is_free
            and agent.agent_id not in part.excluded_agent_ids
            and any(
                mask >> group.index & 1
                and group.is_tier_of(agent)
                and group.has_room(group.units_of(agent), kind)
                for group in self._groups.groups_of[agent.agent_id]
            )
        )

    def _find_first(self, part: LinePart, mask: int) -> Rank | None:
        line = part.line
        kind = line.signature.channel_kind
        excluded = part.excluded_agent_ids
        is_any = mask == line.groups_mask and not excluded
        mask &= self._room.get(kind, 0)
        if line.level_masks:
            return self._find_first_by_level(part, mask)
        if is_any and mask.bit_count() > FEW_GROUPS:
            index = min(line.group_indexes, key=self._groups.firsts.__getitem__)
            rank = self._groups.firsts[index]
            if rank is not NOBODY_FREE and self._groups.by_index[index].has_room(rank.units, kind):
                return rank
        return self._find_first_of(mask, kind, excluded)

    def _find_first_by_level(self, part: LinePart, mask: int) -> Rank | None:
        line = part.line
        for level in sorted(line.level_masks, reverse=True):
            able = mask & line.level_masks[level]
            rank = self._find_first_of(able, line.signature.channel_kind, part.excluded_agent_ids)
            if rank is not None:
                return rank
        return None

    def _find_first_of(self, mask: int, kind: str, excluded: tuple[AgentId, ...]) -> Rank | None:
        best = NOBODY_FREE
        for group in self._list_groups(mask):
            rank = group.first_but(excluded) if excluded else self._groups.firsts[group.index]
            if rank is NOBODY_FREE or not group.has_room(rank.units, kind):
                if not excluded:
                    self._room[kind] &= ~(1 << group.index)
            elif rank < best:
                best = rank
        return None if best is NOBODY_FREE else best

    def _find_first_part(self, agent_id: AgentId, indexes: dict[int, None]) -> LinePart | None:
        """Of these lines the part with the first whom the agent is not excluded from."""
        lines = self._lines.by_index
        part = lines[min(indexes, key=self._lines.heads.__getitem__)].head_part
        if part is None or agent_id not in part.excluded_agent_ids:
            return part
        parts = [lines[index].find_part_for(agent_id) for index in indexes]
        return min(
            (part for part in parts if part is not None), key=LinePart.head_key, default=None
        )

    def _list_starving(
        self, agent_id: AgentId, indexes: dict[int, None], limit: int
    ) -> list[tuple[int, ConversationId]]:
        lines, starving = self._lines.by_index, self._lines.starving
        parts = [
            lines[index].find_part_for(agent_id) for index in indexes if starving[index] < limit
        ]
        return [(part.head_key(), part.head_id()) for part in parts if part is not None]

    def _has_free(self, mask: int, part: LinePart) -> bool:
        return any(
            group.first_but(part.excluded_agent_ids) is not NOBODY_FREE
            for group in self._list_groups(mask)
        )

    def _find_unreserved_part(
        self, agent_id: AgentId, indexes: dict[int, None], short: list[str], now_us: int
    ) -> LinePart | None:
        """As `_find_first_part`, for an idle agent who is kept back for these skills' sake."""
        heads, lines = self._lines.heads, self._lines.by_index
        best, best_part = NOBODY_WAITS, None
        for index in indexes:
            if heads[index] >= best:
                continue
            line = lines[index]
            part = line.find_part_for(agent_id)
            if part is None:
                continue
            key = part.head_key()
            if self.reserves.is_kept_from(line, key, short, now_us):
                self.reserves.pass_over(line, key, now_us)
            elif key < best:
                best, best_part = key, part
        return best_part

    def _list_groups(self, mask: int) -> list[AgentGroup]:
        groups = self._groups.by_index
        return [groups[index] for index in list_bits(mask)]


def _has_keeps(queues: Mapping[QueueId, QueueConfigured]) -> bool:
    return any(queue.keep_after_us is not None for queue in queues.values())
