"""Makes true that a conversation goes elsewhere because its queue could not serve it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from halfminute.conversations.overflowing import overflow_conversation
from halfminute.conversations.transitions import requeue_conversation
from halfminute.conversations.types import ConversationId
from halfminute.kit.event_log import Unit
from halfminute.queues.waiting_rules_store import map_waiting_rules
from halfminute_engine.routing import commands
from halfminute_engine.routing.queue_rules import OverflowKind

logger = structlog.get_logger(__name__)

stranded_total: Final = Counter(
    "halfminute_stranded_total",
    "Conversations that the router cannot route, by reason.",
    ["reason"],
)


def report_stranded(command: commands.ReportStranded) -> None:
    """Tell those who look after the installation that somebody must decide."""
    stranded_total.labels(reason=command.reason.value).inc()
    logger.error(
        "conversation_stranded",
        conversation_id=command.conversation_id,
        queue_id=command.queue_id,
        reason=command.reason.value,
    )


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
