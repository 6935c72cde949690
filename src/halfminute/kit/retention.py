"""Deletes what is kept no longer, however much it is, in short transactions."""

from __future__ import annotations

from typing import NamedTuple

from halfminute.kit.database import Connection, Database


class Amount(NamedTuple):
    """So many rows or files, and about so many bytes."""

    rows: int = 0
    bytes: int = 0

    def __add__(self, other: object) -> Amount:
        """Both together."""
        if not isinstance(other, Amount):
            return NotImplemented
        return Amount(self.rows + other.rows, self.bytes + other.bytes)


def forget_rows(table: str, condition: str) -> str:
    """The statement that deletes rows of a table; its last parameter, $2, is how many at most."""
    return f"""
delete from {table}
 where ctid = any(array(select ctid from {table} where {condition} limit $2))
"""  # noqa: S608  of constants of our own


def count_rows(table: str, condition: str) -> str:
    """The statement that tells how many rows that are, and their bytes."""
    return f"""
select count(*) as rows, coalesce(sum(pg_column_size(t)), 0)::bigint as bytes
  from {table} t where {condition}
"""  # noqa: S608  of constants of our own


async def measure(connection: Connection, statement: str, *arguments: object) -> Amount:
    """What a statement of `count_rows` tells."""
    row = await connection.fetchrow(statement, *arguments)
    return Amount(row["rows"], row["bytes"]) if row is not None else Amount()


async def delete_in_batches(
    database: Database, statement: str, *arguments: object, at_once: int
) -> int:
    """Run a DELETE whose last parameter limits its rows until it finds no more; returns how many.

    Each batch is committed by itself, so being cut short loses nothing. Raises DatabaseUnavailable.
    """
    deleted = 0
    while True:
        async with database.transaction() as connection:
            status = await connection.execute(statement, *arguments, at_once)
        count = int(status.rpartition(" ")[2])
        deleted += count
        if count < at_once:
            return deleted
