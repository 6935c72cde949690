"""Erases what a forgotten contact has said, in short transactions, each of which may be the last.

The rows that say who it was are blank already (`actions.erase_contact`). Here go the messages with
all that hangs on them, the payloads they came in, and their files. Everything may be done twice, so
who dies in the middle leaves it to its lease. At the end the log is told: `ContactErased`.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
import structlog

from halfminute.channels.actions.forget_payloads import forget_payloads, forget_payloads_of
from halfminute.contacts import queries as contacts
from halfminute.contacts.actions.shut_contact import ERASURES_TOPIC, finish_erasure
from halfminute.contacts.claims import ERASURES
from halfminute.conversations.tables import erasure as tables
from halfminute.files.actions.remove_files import mark_files_of_messages, remove_marked_files
from halfminute.files.store import FileStore
from halfminute.kit.claimed_rows import ClaimedRows
from halfminute.kit.database import DatabaseBusy
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.kit.metrics import erasures_total

_AT_ONCE: Final = 200
_BUSY_TRIES: Final = 5

logger = structlog.get_logger(__name__)


class ErasureWorker:
    """The worker of the `maintenance` role that finishes erasures. Any number may run."""

    def __init__(self, log: EventLog, files: FileStore) -> None:
        """Removes the bytes of files from `files`."""
        self._log = log
        self._files = files
        bell = log.wakeups.subscribe(ERASURES_TOPIC)
        self._due = ClaimedRows(log.database, bell, ERASURES, self._work_on)

    async def run(self) -> None:
        """Finish what is due until cancelled."""
        await self._due.run()

    async def _work_on(self, row: asyncpg.Record) -> None:
        contact_id: UUID = row["contact_id"]
        try:
            await complete_erasure(self._log, self._files, contact_id)
        except Unavailable as error:
            logger.warning("erasure_left_to_its_lease", contact_id=str(contact_id), why=error.code)
        except Exception:
            logger.exception("erasure_broke", contact_id=str(contact_id))


async def complete_erasure(log: EventLog, files: FileStore, contact_id: UUID) -> None:
    """Do all that is left of an erasure that was asked for. Safe to repeat, and beside itself.

    Raises DatabaseUnavailable, StoreUnreachable, OSError: what was done until then stays done.
    """
    while await _erase_some(log, contact_id):
        pass
    async with log.database.connection() as connection:
        erasure = await contacts.find_erasure(connection, contact_id)
    if erasure is None or erasure.finished_at is not None:
        return
    for key, chat in erasure.addresses:
        await forget_payloads_of(log.database, *key, chat=chat, before=erasure.requested_at)
    await remove_marked_files(log.database, files)
    async with log.write() as unit:
        if await finish_erasure(unit, contact_id):
            await _tell(unit, contact_id)
            erasures_total.inc()


async def _erase_some(log: EventLog, contact_id: UUID) -> int:
    """One batch of messages; returns how many. Whoever is in the way is quick."""
    for _ in range(_BUSY_TRIES - 1):
        try:
            return await _erase_batch(log, contact_id)
        except DatabaseBusy:
            continue
    return await _erase_batch(log, contact_id)


async def _erase_batch(log: EventLog, contact_id: UUID) -> int:
    async with log.write() as unit:
        rows = await unit.connection.fetch(tables.LOCK_WRITTEN, contact_id, _AT_ONCE)
        ids = [row["id"] for row in rows]
        if not ids:
            return 0
        await unit.connection.execute(tables.FORGET_BESIDE, ids)
        await forget_payloads(unit, [row["raw_payload_id"] for row in rows])
        await mark_files_of_messages(unit, ids)
        await unit.connection.execute(tables.BLANK_MESSAGES, ids)
        for row in rows:
            data = {"conversation_id": str(row["conversation_id"]), "message_id": str(row["id"])}
            stream = stream_name("conversation", row["conversation_id"])
            unit.record("MessageErased", data, stream)
    return len(ids)


async def _tell(unit: Unit, contact_id: UUID) -> None:
    for row in await unit.connection.fetch(tables.LIST_CONVERSATIONS, contact_id):
        data = {"conversation_id": str(row["id"]), "contact_id": str(contact_id)}
        unit.record("ContactErased", data, stream_name("conversation", row["id"]))
