"""How many rows each table has, and the statement that compares them where they were brought to."""

from __future__ import annotations

from collections.abc import Mapping

from halfminute.kit.database import OwnConnection
from halfminute.main.backup import tables


async def count_rows(connection: OwnConnection) -> dict[str, int]:
    """By the names of tables, with their schema; a partition's rows count with its parent's."""
    rows = await connection.fetch(tables.LIST_TABLES)
    return {row["name"]: await connection.fetchval(row["counting"]) for row in rows}


def check_counts(row_counts: Mapping[str, int]) -> str:
    """A statement that fails, naming the table, unless all have as many rows as they should."""
    return tables.check_counts(row_counts)
