"""Erases again what was erased since the backup, before anybody sees what was restored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from halfminute.contacts.erasure_journal import ErasureJournal, KeptErasure
from halfminute.contacts.errors import ContactNotFound
from halfminute.contacts.queries import iterate_standing_addresses, list_unfinished_erasures
from halfminute.conversations.actions.erase_contact import erase_contact_again
from halfminute.conversations.erasing import complete_erasure
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.secrets import read_secret_key
from halfminute.kit.wakeups import PostgresWakeups
from halfminute.main.backup.place import Installation


class ErasedAgain(NamedTuple):
    """`contacts` were erased once more; `torn` lines of the journal could not be read.

    `is_journal_there`: without one nobody knows who was erased since the backup.
    """

    contacts: int
    torn: int
    is_journal_there: bool


async def erase_again(installation: Installation) -> ErasedAgain:
    """Erase whomever the journal names, by id or by address; may be repeated.

    Raises DatabaseUnavailable, StoreUnreachable, OSError.
    """
    key_file = installation.key_file
    key = read_secret_key(key_file) if key_file.exists() else None
    journal = ErasureJournal(installation.erasure_journal, key)
    kept = journal.read()
    database = Database(installation.database_url, pool_size=2)
    await database.open()
    try:
        log = EventLog(database, PostgresWakeups(database))
        erased = 0
        for contact_id in await _list_named(log, journal, kept.lines if kept else []):
            erased += await _erase(log, installation, contact_id)
        async with database.connection() as connection:
            unfinished = await list_unfinished_erasures(connection)
        for contact_id in unfinished:
            await complete_erasure(log, installation.files, contact_id)
        return ErasedAgain(erased, kept.torn if kept else 0, kept is not None)
    finally:
        await database.close()


async def _list_named(
    log: EventLog, journal: ErasureJournal, lines: Sequence[KeptErasure]
) -> list[UUID]:
    found = {line.contact_id: None for line in lines}
    # The newest of an address stands: whoever wrote between two erasures was erased by the second.
    by_hash = {hashed: line for line in lines for hashed in line.addresses}
    async with log.database.connection() as connection:
        async for address in iterate_standing_addresses(connection):
            line = by_hash.get(journal.hash_address(address.key) or "")
            if line is not None and address.created_at <= line.erased_at:
                found[address.contact_id] = None
    return list(found)


async def _erase(log: EventLog, installation: Installation, contact_id: UUID) -> bool:
    try:
        await erase_contact_again(log, contact_id)
    except ContactNotFound:
        return False  # who came after the backup, and went
    await complete_erasure(log, installation.files, contact_id)
    return True
