"""What conversations require of the agents who are offered them: where it is kept, and changed.

It is worked out when a conversation comes to wait, by `conversations.tables.transitions.QUEUE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import asyncpg

from halfminute.kit.database import Connection
from halfminute.kit.event_log import Unit
from halfminute.kit.revision import revision_of
from halfminute.queues import tables
from halfminute.queues.errors import InvalidRequirements
from halfminute.queues.schemas import AccountRequirements


async def get_account_requirements(connection: Connection, account_id: UUID) -> AccountRequirements:
    """The least proficiency by skill; nothing also for an account that is not there."""
    rows = await connection.fetch(tables.ACCOUNT_REQUIREMENTS, account_id)
    found = {row["skill_id"]: row["least_proficiency"] for row in rows}
    return AccountRequirements(requirements=found, revision=revision_of(found))


async def replace_requirements(
    unit: Unit, queue_id: UUID, requirements: Mapping[UUID, int]
) -> None:
    """These are what the queue requires, and nothing else. Raises InvalidRequirements."""
    await unit.connection.execute(tables.DELETE_REQUIREMENTS, queue_id)
    await _insert(unit, tables.INSERT_REQUIREMENTS, queue_id, requirements)


async def replace_account_requirements(
    unit: Unit, account_id: UUID, requirements: Mapping[UUID, int]
) -> None:
    """These are what the account requires, and nothing else. Raises InvalidRequirements."""
    await unit.connection.execute(tables.DELETE_ACCOUNT_REQUIREMENTS, account_id)
    await _insert(unit, tables.INSERT_ACCOUNT_REQUIREMENTS, account_id, requirements)


async def _insert(
    unit: Unit, statement: str, owner_id: UUID, requirements: Mapping[UUID, int]
) -> None:
    if not requirements:
        return
    try:
        await unit.connection.execute(
            statement, owner_id, list(requirements), list(requirements.values())
        )
    except asyncpg.ForeignKeyViolationError as error:
        raise InvalidRequirements from error
