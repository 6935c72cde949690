"""With whom a conversation competes for its agents: what was compared when another was chosen."""

from __future__ import annotations

from dataclasses import dataclass

from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.state import ConversationState
from halfminute_engine.routing.values import ConversationId, QueueId

MOST_RIVALS = 10


@dataclass(frozen=True, slots=True)
class Rival:
    """The first of a line which some of the same agents serve.

    The greater `score` goes first, and of equal ones the earlier `order_at_us`.
    """

    conversation_id: ConversationId
    queue_id: QueueId
    slope_per_mille: int
    order_at_us: int
    score: int


def list_rivals(floor: Floor, conversation: ConversationState, now_us: int) -> tuple[Rival, ...]:
    """The first ten in the order in which they go; none for what waits for one agent alone."""
    if conversation.preferred_until_us is not None:
        return ()
    ranked = []
    for line in floor.matching.list_rival_lines(conversation):
        key = line.find_head()
        if line.head_part is None:
            continue
        head = floor.state.conversations[line.head_part.head_id()]
        if head is not conversation:
            score = line.pace.score(key, now_us)
            slope = line.pace.slope_per_mille
            rival = Rival(head.conversation_id, head.queue_id, slope, head.order_at_us, score)
            ranked.append((-score, key, rival))
    return tuple(rival for _, _, rival in sorted(ranked, key=lambda item: item[:2])[:MOST_RIVALS])
