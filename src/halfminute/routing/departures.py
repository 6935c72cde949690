"""Makes true that a conversation goes elsewhere, because it could not be served where it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from halfminute.conversations.overflowing import overflow_conversation
from halfminute.conversations.transitions import give_back, requeue_conversation
from halfminute.conversations.types import ConversationId
from halfminute.kit.event_log import Unit
from halfminute.queues.waiting_rules_store import map_waiting_rules
from halfminute.routing.tables import standings as tables
from halfminute_engine.routing import commands, events
from halfminute_engine.routing.queue_rules import OverflowKind
from halfminute_engine.routing.values import StrandedReason

logger = structlog.get_logger(__name__)

# Queues are never deleted: to the router one that is off is no more.
_QUEUE_IS_OFF: Final = (StrandedReason.QUEUE_REMOVED, StrandedReason.QUEUE_UNKNOWN)

stranded_total: Final = Counter(
    "halfminute_stranded_total",
    "Conversations that the router cannot route, by reason.",
    ["reason"],
)


def report_stranded(command: commands.ReportStranded) -> None:
    """Tell those who look after the installation, as an error where somebody must decide.

    What waits in a queue that is switched off is as its planner wants it: it keeps its place, and
    is offered when the queue is switched on.
    """
    reason = command.reason
    stranded_total.labels(reason=reason.value).inc()
    ids = {"conversation_id": command.conversation_id, "queue_id": command.queue_id}
    if reason in _QUEUE_IS_OFF:
        logger.info("conversation_waits_for_its_queue", **ids)
    else:
        logger.error("conversation_stranded", **ids, reason=reason.value)


async def give_back_returned(
    unit: Unit, command: commands.RequeueConversation
) -> Sequence[events.Event]:
    """Have a customer who came back wait in the queue, the agent having had no room in time.

    Returns what the engine must be told: that the agent has the conversation, where it has answered
    meanwhile. Where somebody else has it, or it has ended, the log tells the engine. The caller has
    locked its row.
    """
    conversation_id, agent_id = UUID(command.conversation_id), UUID(command.agent_id)
    if await give_back(unit, ConversationId(conversation_id), agent_id):
        return ()
    if not await unit.connection.fetchval(tables.IS_ASSIGNED_TO, conversation_id, agent_id):
        return ()
    return [
        events.ConversationAssigned(command.conversation_id, command.agent_id, command.channel_kind)
    ]


async def overflow(unit: Unit, command: commands.OverflowConversation) -> None:
    """Let it wait in the other queue, or have its contact called back or told.

    The caller has locked its row. Where it waits no more, somebody was quicker, and the log tells
    the engine who.
    """
    conversation_id = ConversationId(UUID(command.conversation_id))
    queue_id = UUID(command.queue_id)
    if command.target_queue_id is not None:
        await requeue_conversation(unit, conversation_id, UUID(command.target_queue_id))
        return
    rules = (await map_waiting_rules(unit.connection, [queue_id])).get(queue_id)
    present = None if rules is None else rules.overflow
    await overflow_conversation(
        unit,
        conversation_id,
        queue_id,
        kind="callback" if command.kind is OverflowKind.CALLBACK else "message",
        words={} if present is None else present.words,
        is_kept=command.is_kept,
    )
