"""The last step of a conversation that nobody has taken for too long: it goes elsewhere."""

from __future__ import annotations

from halfminute_engine.routing.commands import OverflowConversation
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.places import change_queue, enter_line, leave_line, let_go
from halfminute_engine.routing.queue_rules import Overflow, OverflowKind
from halfminute_engine.routing.state import ConversationState
from halfminute_engine.routing.transitions import Step


def overflow_conversation(
    floor: Floor, conversation: ConversationState, overflow: Overflow
) -> bool:
    """True when it has come to stand in another queue's line; else it waits on, or has left."""
    floor.command(
        OverflowConversation(
            conversation_id=conversation.conversation_id,
            queue_id=conversation.queue_id,
            kind=overflow.kind,
            target_queue_id=overflow.queue_id,
            is_kept=overflow.is_kept,
        )
    )
    if overflow.queue_id is not None:
        leave_line(floor, conversation)
        conversation.origin_queue_ids += (conversation.queue_id,)
        change_queue(floor, conversation, overflow.queue_id, floor.now_us)
        return enter_line(floor, conversation)
    conversation.has_overflowed = True
    conversation.is_callback = overflow.kind is OverflowKind.CALLBACK
    if not overflow.is_kept:
        let_go(floor, conversation, Step.OVERFLOWED)
    return False
