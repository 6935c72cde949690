"""When what waits takes its next step: a wider ring, or the overflow that comes after the last.

The steps of a queue stand in one heap, and one timer runs for the first of them. A conversation
that has left, or was offered, stays in the heap until its time comes and is passed over then.
"""

from __future__ import annotations

from heapq import heappop, heappush

from halfminute_engine.routing.queue_rules import Overflow, OverflowKind
from halfminute_engine.routing.state import ConversationState, Place, RouterState
from halfminute_engine.routing.values import ConversationId, QueueId


class StepSchedule:
    """The next step of each waiting conversation, by queue; all derived from the state."""

    def __init__(self, state: RouterState) -> None:
        self._state = state
        self._heaps: dict[QueueId, list[tuple[int, int, ConversationId]]] = {}
        for conversation in state.conversations.values():
            due_us = self.next_step_at(conversation)
            if due_us is not None:
                self.add(conversation, due_us)

    def add(self, conversation: ConversationState, due_us: int) -> None:
        """The conversation takes a step then, if it still waits as it does now."""
        entry = due_us, conversation.seq, conversation.conversation_id
        heappush(self._heaps.setdefault(conversation.queue_id, []), entry)

    def find_first(self, queue_id: QueueId) -> tuple[int, ConversationState] | None:
        """The first conversation of the queue to take a step, and when."""
        heap = self._heaps.get(queue_id, [])
        while heap:
            due_us, _, conversation_id = heap[0]
            conversation = self._state.conversations.get(conversation_id)
            if (
                conversation is not None
                and conversation.queue_id == queue_id
                and self.next_step_at(conversation) == due_us
            ):
                return due_us, conversation
            heappop(heap)
        return None

    def next_step_at(self, conversation: ConversationState) -> int | None:
        """When the conversation is due for a step; None when it does not wait, or for ever here."""
        queue = self._state.queues.get(conversation.queue_id)
        if queue is None or conversation.place is not Place.WAITING:
            return None
        if conversation.ring < len(queue.rings):
            return conversation.entered_at_us + queue.rings[conversation.ring].after_us
        if queue.overflow is None or not self._may_overflow(conversation, queue.overflow):
            return None
        return conversation.entered_at_us + queue.overflow.after_us

    def _may_overflow(self, conversation: ConversationState, overflow: Overflow) -> bool:
        """Not twice, not back to where it came from; and whoever was promised a call gets it."""
        if conversation.has_overflowed:
            return False
        if overflow.kind is not OverflowKind.QUEUE:
            return not conversation.is_callback
        return (
            overflow.queue_id in self._state.queues
            and overflow.queue_id not in conversation.origin_queue_ids
        )
