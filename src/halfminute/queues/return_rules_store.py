"""How the rules of those who come back are kept, and read."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import msgspec

from halfminute.kit.event_log import Unit
from halfminute.queues import tables
from halfminute.queues.return_rules import ReturnRules


def read_return_rules(row: asyncpg.Record) -> ReturnRules:
    """Out of a row of a queue with the columns of its return rules."""
    return ReturnRules(**{name: row[name] for name in ReturnRules.__struct_fields__})


async def replace_return_rules(unit: Unit, queue_id: UUID, rules: ReturnRules) -> None:
    """These are the queue's rules, and nothing else."""
    values = msgspec.structs.astuple(rules)
    await unit.connection.execute(tables.SET_RETURNS, queue_id, *values)
