"""Creates a queue, or changes all of its settings."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from halfminute.identity.access import Facts, require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.queues import tables
from halfminute.queues.errors import QueueNameTaken, QueueNotFound
from halfminute.queues.queries import get_queue_view
from halfminute.queues.schemas import QueueSettings, QueueView


async def configure_queue(
    log: EventLog, principal: Principal, settings: QueueSettings, *, queue_id: UUID | None = None
) -> QueueView:
    """Create it (`queue_id` None) or change it; a queue switched off offers nothing any more.

    Raises QueueNotFound, QueueNameTaken.
    """
    require(principal, "queue.configure", Facts(queue_id=queue_id))
    async with log.write() as unit:
        statement = tables.INSERT if queue_id is None else tables.UPDATE
        queue_id = queue_id or new_id()
        await _store(unit, statement, queue_id, settings)
        unit.record("QueueConfigured", {"queue_id": str(queue_id)}, stream_name("queue", queue_id))
        await record_audit(
            unit,
            principal,
            "configure_queue",
            "queue",
            queue_id,
            msgspec.to_builtins(settings),
        )
        return await get_queue_view(unit.connection, queue_id)


async def _store(unit: Unit, statement: str, queue_id: UUID, settings: QueueSettings) -> None:
    try:
        stored = await unit.connection.execute(
            statement,
            queue_id,
            settings.name,
            settings.priority_credit_seconds,
            settings.offer_timeout_seconds,
            settings.wrap_up,
            settings.wrap_up_seconds,
            settings.target_seconds,
            settings.is_pull_allowed,
            settings.is_enabled,
        )
    except asyncpg.UniqueViolationError as error:
        raise QueueNameTaken from error
    if stored == "UPDATE 0":
        raise QueueNotFound
