"""Keeps what providers call files of ours that they have, so that none is uploaded twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from halfminute.files.tables import references as tables
from halfminute.kit.database import Connection
from halfminute.kit.event_log import Unit


async def list_references(
    connection: Connection, channel_account_id: UUID, file_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The references that hold for this account; files it has not sent are left out."""
    if not file_ids:
        return {}
    rows = await connection.fetch(tables.REFERENCES, channel_account_id, file_ids)
    return {row["file_id"]: row["reference"] for row in rows}


async def keep_references(
    unit: Unit, channel_account_id: UUID, references: Mapping[UUID, Mapping[str, Any]]
) -> None:
    """The newest word on each file; of a file that is gone nothing is kept."""
    if references:
        await unit.connection.execute(
            tables.KEEP_REFERENCES,
            channel_account_id,
            list(references),
            [dict(reference) for reference in references.values()],
        )
