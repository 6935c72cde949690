"""Keeps what providers told us, word for word, each thing once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple
from uuid import UUID

from halfminute.channels import tables
from halfminute.channels.types import ChannelAccountId
from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log import Unit
from halfminute.kit.partitions import drop_behind, measure_behind
from halfminute.kit.retention import Amount

# `ignored`: it means nothing to us. `failed`: we could not make sense of it, or not apply it.
Translation = Literal["translated", "ignored", "failed"]

_ERROR_LENGTH: Final = 1000
_PAGE: Final = 50


class Payload(NamedTuple):
    """A raw payload under the key by which it is taken in once.

    `sender_key`: as the provider names the one person who speaks in it; None where that is nobody,
    several, or not understood.
    """

    id: UUID
    channel_account_id: ChannelAccountId
    key: str
    body: bytes
    translation: Translation
    error: str
    sender_key: str | None


class KeptPayload(NamedTuple):
    """What a provider told us, word for word."""

    id: UUID
    body: bytes


class FailedPayload(NamedTuple):
    """A payload to be translated again."""

    id: UUID
    channel_account_id: ChannelAccountId
    body: bytes


async def keep_payloads(unit: Unit, payloads: Sequence[Payload]) -> set[UUID]:
    """Store those that are new; returns their ids. No two may have the same key."""
    columns = (list(column) for column in zip(*payloads, strict=True))
    rows = await unit.connection.fetch(tables.KEEP_PAYLOADS, *columns)
    return {row["id"] for row in rows}


async def mark_payload(
    unit: Unit, payload_id: UUID, translation: Translation, error: str = ""
) -> None:
    """Say what became of it."""
    words = error.replace("\0", "").encode(errors="replace").decode()[:_ERROR_LENGTH]
    await unit.connection.execute(tables.MARK_PAYLOAD, payload_id, translation, words)


async def list_failed_payloads(
    connection: Connection, *, account_id: UUID | None, after_id: UUID, limit: int
) -> list[UUID]:
    """The ids of the failed ones, oldest first."""
    rows = await connection.fetch(tables.LIST_FAILED_PAYLOADS, account_id, after_id, limit)
    return [row["id"] for row in rows]


async def lock_failed_payload(unit: Unit, payload_id: UUID) -> FailedPayload | None:
    """The payload, for us alone; None if it is translated by now or another is at it."""
    row = await unit.connection.fetchrow(tables.LOCK_FAILED_PAYLOAD, payload_id)
    return None if row is None else FailedPayload(*row)


async def forget_old_payloads(database: Database, floor: datetime) -> Amount:
    """Drop the months of payloads before `floor`."""
    return await drop_behind(database, "raw_payloads", floor)


async def measure_old_payloads(connection: Connection, floor: datetime) -> Amount:
    """About how much that would be."""
    return await measure_behind(connection, ("raw_payloads",), floor)


async def iterate_payloads_of(
    database: Database, channel_account_id: UUID, external_id: str
) -> AsyncIterator[KeptPayload]:
    """Every payload in which who is called so speaks alone, oldest first, a page at a time."""
    after = UUID(int=0)
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(
                tables.LIST_PAYLOADS_OF_SENDER, channel_account_id, external_id, after, _PAGE
            )
        for row in rows:
            yield KeptPayload(row["id"], row["body"])
        if len(rows) < _PAGE:
            return
        after = rows[-1]["id"]
