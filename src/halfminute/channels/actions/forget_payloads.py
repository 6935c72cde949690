"""Forgets the raw payloads in which a person speaks, or is spoken of.

A payload that we could not make sense of, or in which several speak, says in no column whose it is:
these few are read, and go if the person's name at the provider stands in them as a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from halfminute.channels import tables
from halfminute.kit.database import Database
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import first_id_at
from halfminute.kit.retention import delete_in_batches

_AT_ONCE: Final = 1000
_READ_AT_ONCE: Final = 100
_BEFORE_ALL: Final = UUID(int=0)


async def forget_payloads(unit: Unit, payload_ids: Sequence[UUID | None]) -> None:
    """Delete these."""
    ids = [each for each in payload_ids if each is not None]
    if ids:
        await unit.connection.execute(tables.FORGET_PAYLOADS, ids)


async def forget_payloads_of(
    database: Database,
    channel_account_id: UUID,
    external_id: str,
    *,
    chat: str | None = None,
    before: datetime,
) -> int:
    """Delete what came before that moment from, or of, who is called so; returns how many.

    `chat` is what the provider calls them in an owner's account, where our name for them stands in
    no payload.

    Raises DatabaseUnavailable; what was deleted until then stays deleted.
    """
    until = first_id_at(before)
    deleted = await delete_in_batches(
        database,
        tables.FORGET_PAYLOADS_OF_SENDER,
        channel_account_id,
        external_id,
        until,
        at_once=_AT_ONCE,
    )
    name = external_id if chat is None else chat
    return deleted + await _forget_by_content(database, channel_account_id, name, until)


async def _forget_by_content(
    database: Database, channel_account_id: UUID, name: str, until: UUID
) -> int:
    is_named = _pattern_of(name)
    after, deleted = _BEFORE_ALL, 0
    while True:
        async with database.transaction() as connection:
            rows = await connection.fetch(
                tables.LIST_PAYLOADS_WITHOUT_SENDER, channel_account_id, after, until, _READ_AT_ONCE
            )
            named = [
                row["id"]
                for row in rows
                if is_named.search(row["body"]) or is_named.search(row["error"].encode())
            ]
            if named:
                await connection.execute(tables.FORGET_PAYLOADS, named)
        deleted += len(named)
        if len(rows) < _READ_AT_ONCE:
            return deleted
        after = rows[-1]["id"]


def _pattern_of(name: str) -> re.Pattern[bytes]:
    """The name as a word of its own, as it is or as JSON escapes it."""
    written = {name, json.dumps(name)[1:-1]}
    words = b"|".join(re.escape(each.encode()) for each in sorted(written))
    return re.compile(rb"(?<![0-9A-Za-z_])(?:" + words + rb")(?![0-9A-Za-z_])", re.IGNORECASE)
