"""Settings that are tried on a recorded day, as who configures them may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from halfminute.conversations.access import Sight, sight_of
from halfminute.identity.access import Facts, allows
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.workforce.errors import ReplayNotFound
from halfminute.workforce.schemas import (
    ReplayColumns,
    ReplayedQueue,
    ReplayResult,
    ReplayView,
)
from halfminute.workforce.tables import replays as tables

# A process that has said nothing for so long is no more.
LOST_SECONDS: Final = 20.0


async def get_replay(database: Database, principal: Principal, replay_id: UUID) -> ReplayView:
    """How far it is, or what it shows of the queues in sight. Raises ReplayNotFound."""
    async with database.connection() as connection:
        await connection.execute(tables.END_LOST, LOST_SECONDS)
        row = await connection.fetchrow(tables.GET, replay_id)
    if row is None or not allows(principal, "queue.configure", Facts(queue_id=row["queue_id"])):
        raise ReplayNotFound
    return _view(row, sight_of(principal, "report.read"))


def _view(row: asyncpg.Record, sight: Sight) -> ReplayView:
    result = None if row["result"] is None else _result(row["result"], sight)
    names = set(ReplayView.__struct_fields__) - {"result"}
    return ReplayView(**{name: row[name] for name in names}, result=result)


def _result(document: Mapping[str, Any], sight: Sight) -> ReplayResult:
    queues = msgspec.convert(document["queues"], list[ReplayedQueue])
    total = msgspec.convert(document["total"], ReplayColumns) if sight.is_everything else None
    return ReplayResult(
        trust=document["trust"],
        is_whole=document["is_whole"],
        is_configured_since=any(document["configured_since"].values()),
        total=total,
        queues=[q for q in queues if sight.is_everything or q.queue_id in sight.queue_ids],
        moved_to_another_queue=document["moved_to_another_queue"] or 0,
        moved_to_another_agent=document["moved_to_another_agent"] or 0,
    )
