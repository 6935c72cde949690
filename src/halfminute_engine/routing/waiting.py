"""The waiting conversations, in lines of interchangeable ones, so that no head blocks a stranger.

Two conversations are in one line when the same agents can take them: the same queue, channel kind
and requirements as they are at present; in which rings they are does not matter. Within a line the
earliest key goes first, so only heads are ever compared. Those who exclude some agents stand in a
part of the line of their own: it comes and goes with them, while what a line has to do with all its
groups of agents is done once. Leaving a line is lazy: the entry stays in the heap until it comes up
or is compacted.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import NamedTuple

from halfminute_engine.routing.ordering import EVEN_PACE, Pace
from halfminute_engine.routing.queue_rules import Requirements
from halfminute_engine.routing.state import SEQUENCE_BITS, ConversationState
from halfminute_engine.routing.values import AgentId, ConversationId, QueueId, Requirement

NOBODY_WAITS = 1 << 200
"""The head of an empty line: later than any key."""

SPARE_ENTRIES = 64
SPARE_LINES = 4_096


class LineSignature(NamedTuple):
    """What makes conversations interchangeable for the choice of an agent.

    `compared_skills` are those by whose levels able agents are told apart, if they are.
    `dropped_skills` are required no more, but still keep a reserve of them open.
    """

    queue_id: QueueId
    channel_kind: str
    requirements: Requirements
    compared_skills: tuple[str, ...] = ()
    dropped_skills: tuple[str, ...] = ()


class LinePart:
    """Those of a line who exclude the same agents."""

    __slots__ = ("entries", "excluded_agent_ids", "keys", "line")

    def __init__(self, line: WaitingLine, excluded_agent_ids: tuple[AgentId, ...]) -> None:
        self.line = line
        self.excluded_agent_ids = excluded_agent_ids
        self.keys: dict[ConversationId, int] = {}
        self.entries: list[tuple[int, ConversationId]] = []

    def add(self, conversation_id: ConversationId, key: int) -> None:
        """Put the conversation in line by its key."""
        self.keys[conversation_id] = key
        heappush(self.entries, (key, conversation_id))

    def discard(self, conversation_id: ConversationId) -> None:
        """Take the conversation out of line."""
        del self.keys[conversation_id]
        if len(self.entries) > 2 * len(self.keys) + SPARE_ENTRIES:
            self.entries = [(key, waiting_id) for waiting_id, key in self.keys.items()]
            heapify(self.entries)

    def head_key(self) -> int:
        """Key of the first, `NOBODY_WAITS` when there is none."""
        while self.entries:
            key, conversation_id = self.entries[0]
            if self.keys.get(conversation_id) == key:
                return key
            heappop(self.entries)
        return NOBODY_WAITS

    def head_id(self) -> ConversationId:
        """The first; only to be asked when there is one, right after `head_key`."""
        return self.entries[0][1]


class WaitingLine:
    """The conversations of one signature; a part is there while somebody waits in it.

    `group_indexes` are the groups able to serve the line, `groups_mask` has their bits, and, where
    levels are compared, `level_masks` has them by level.
    `keep_after_us` is that of its queue; `keeping_id` is the one of it for whom an agent is kept.
    """

    __slots__ = (
        "group_indexes",
        "groups_mask",
        "head_part",
        "index",
        "keep_after_us",
        "keeping_id",
        "level_masks",
        "pace",
        "parts",
        "required_skills",
        "signature",
    )

    def __init__(self, index: int, signature: LineSignature, pace: Pace = EVEN_PACE) -> None:
        self.index = index
        self.signature = signature
        self.pace = pace
        self.level_masks: dict[int, int] = {}
        present = [skill for skill, _ in signature.requirements]
        self.required_skills = frozenset([*present, *signature.dropped_skills])
        self.groups_mask = 0
        self.group_indexes: dict[int, None] = {}
        self.parts: dict[tuple[AgentId, ...], LinePart] = {}
        self.head_part: LinePart | None = None
        self.keep_after_us: int | None = None
        self.keeping_id: ConversationId | None = None

    def find_head(self) -> int:
        """Find the part with the line's head; its key, `NOBODY_WAITS` when nobody waits."""
        key, self.head_part = NOBODY_WAITS, None
        for part in self.parts.values():
            part_key = part.head_key()
            if part_key < key:
                key, self.head_part = part_key, part
        return key

    def find_part_for(self, agent_id: AgentId) -> LinePart | None:
        """The part with the first whom the agent is not excluded from."""
        if self.head_part is None or agent_id not in self.head_part.excluded_agent_ids:
            return self.head_part
        parts = [part for part in self.parts.values() if agent_id not in part.excluded_agent_ids]
        return min(parts, key=LinePart.head_key, default=None)


class WaitingLines:
    """All lines. `heads[line.index]` is always the key of that line's head.

    `starving[line.index]` is from when on an agent is to be kept for that head, in the measure of
    keys; `NOBODY_WAITS` when none is, or not another one.
    """

    def __init__(self) -> None:
        self.heads: list[int] = []
        self.starving: list[int] = []
        self.by_signature: dict[LineSignature, WaitingLine] = {}
        self.by_index: dict[int, WaitingLine] = {}
        self.part_of: dict[ConversationId, LinePart] = {}
        self._unused_indexes: list[int] = []

    def open(self, signature: LineSignature, pace: Pace = EVEN_PACE) -> WaitingLine:
        """A new, empty line."""
        if self._unused_indexes:
            index = heappop(self._unused_indexes)
        else:
            index = len(self.heads)
            self.heads.append(NOBODY_WAITS)
            self.starving.append(NOBODY_WAITS)
        line = WaitingLine(index, signature, pace)
        self.by_signature[signature] = self.by_index[index] = line
        return line

    def close(self, line: WaitingLine) -> None:
        """Forget an empty line."""
        del self.by_signature[line.signature]
        del self.by_index[line.index]
        heappush(self._unused_indexes, line.index)

    def add(self, conversation: ConversationState, line: WaitingLine) -> None:
        """Put the conversation in the line."""
        conversation_id, key = conversation.conversation_id, conversation.key
        excluded_agent_ids = excluded_of(conversation)
        part = line.parts.get(excluded_agent_ids)
        if part is None:
            part = line.parts[excluded_agent_ids] = LinePart(line, excluded_agent_ids)
        part.add(conversation_id, key)
        self.part_of[conversation_id] = part
        if key < self.heads[line.index]:
            line.head_part = part
            self.set_head(line, key)

    def discard(self, conversation_id: ConversationId) -> WaitingLine:
        """Take the conversation out of its line, which is returned."""
        part = self.part_of.pop(conversation_id)
        part.discard(conversation_id)
        line = part.line
        if not part.keys:
            del line.parts[part.excluded_agent_ids]
        if part is line.head_part:
            self.set_head(line, line.find_head())
        return line

    def set_head(self, line: WaitingLine, key: int) -> None:
        """The line's head has this key, or whom an agent is to be kept for has changed."""
        self.heads[line.index] = key
        is_content = line.keep_after_us is None or line.keeping_id is not None or not line.parts
        self.starving[line.index] = (
            NOBODY_WAITS if is_content else key + ((line.keep_after_us or 0) << SEQUENCE_BITS)
        )

    def list_spare(self) -> list[WaitingLine]:
        """Empty lines when they have become too many to keep, else nothing."""
        if len(self.by_index) < SPARE_LINES:
            return []
        empty = [line for line in self.by_index.values() if not line.parts]
        return empty if 2 * len(empty) > len(self.by_index) else []


def signature_of(conversation: ConversationState) -> LineSignature:
    """The line in which the conversation waits."""
    signature = LineSignature(
        conversation.queue_id, conversation.channel_kind, conversation.present_requirements
    )
    if conversation.relaxed_requirements is None:
        return signature
    present = dict(conversation.relaxed_requirements)
    dropped = tuple(skill for skill, _ in conversation.requirements if skill not in present)
    return signature._replace(dropped_skills=dropped)


def excluded_of(conversation: ConversationState) -> tuple[AgentId, ...]:
    """The agents to whom the conversation is not offered, for good or for now."""
    excluded = conversation.excluded_agent_ids
    if conversation.declined_agent_ids:
        excluded = tuple(sorted({*excluded, *conversation.declined_agent_ids}))
    return excluded


def sorted_requirements(required: tuple[Requirement, ...]) -> Requirements:
    """The requirements in the form in which conversations that require the same are equal."""
    return tuple(sorted((item.skill, item.least_level) for item in required))
