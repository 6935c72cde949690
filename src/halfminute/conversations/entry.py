"""Decides what becomes of a conversation that a customer has begun, or begun again.

The steps are ordered and handed in by `main`. Each decides on those it knows what to do with, in
the transaction of the message, and leaves the rest to the next. What no step decides stays `new`,
and is asked about again at the customer's next message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from halfminute.channels.queries import map_queue_ids
from halfminute.conversations.transitions import queue_conversations
from halfminute.conversations.types import Conversation
from halfminute.kit.event_log import Unit

# Returns those it leaves to the next step.
EntryStep = Callable[[Unit, Sequence[Conversation]], Awaitable[Sequence[Conversation]]]


async def enter(
    unit: Unit, steps: Sequence[EntryStep], conversations: Sequence[Conversation]
) -> None:
    """Ask the steps in their order, until all are decided."""
    undecided = conversations
    for step in steps:
        if not undecided:
            return
        undecided = await step(unit, undecided)


async def queue_of_account(
    unit: Unit, conversations: Sequence[Conversation]
) -> Sequence[Conversation]:
    """Each waits in the queue of its channel account, where one is set."""
    account_ids = {conversation.channel_account_id for conversation in conversations}
    queue_ids = await map_queue_ids(unit.connection, list(account_ids))
    places = [
        (conversation.id, queue_id)
        for conversation in conversations
        if (queue_id := queue_ids.get(conversation.channel_account_id)) is not None
    ]
    await queue_conversations(unit, places)
    decided = {conversation_id for conversation_id, _ in places}
    return [conversation for conversation in conversations if conversation.id not in decided]
