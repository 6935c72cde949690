"""Forgets each class of data after its days; how many those are, the settings say.

One class after the other, what hangs on something before it: whoever is cut short is begun again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Final, NamedTuple

import structlog

from halfminute.channels.keys import (
    forget_old_acknowledgements,
    forget_old_inbound_keys,
    measure_old_inbound_keys,
)
from halfminute.channels.payloads import forget_old_payloads, measure_old_payloads
from halfminute.contacts.links import forget_old_links, measure_old_links
from halfminute.conversations.keys import forget_old_client_keys
from halfminute.conversations.retention import (
    forget_early_words,
    forget_old_drafts,
    forget_old_messages,
    measure_old_drafts,
    measure_old_messages,
)
from halfminute.feedback.retention import forget_old_rating_words, measure_old_rating_words
from halfminute.files.actions.remove_files import (
    mark_old_files,
    measure_old_files,
    remove_marked_files,
)
from halfminute.files.store import FileStore
from halfminute.identity.actions.remove_old_rows import (
    forget_old_audit,
    forget_old_sessions,
    measure_old_audit,
    measure_old_sessions,
    remove_old_rows,
)
from halfminute.kit.database import Connection, Database
from halfminute.kit.errors import Unavailable
from halfminute.kit.metrics import forgotten_rows_total, retention_seconds
from halfminute.kit.partitions import drop_behind, get_floor, measure_behind
from halfminute.kit.retention import Amount
from halfminute.kit.settings import Settings
from halfminute.kit.time import utc_now
from halfminute.reports.retention import find_oldest_uncounted_at
from halfminute.routing.retention import (
    find_oldest_unread_at,
    forget_old_journal,
    measure_old_journal,
)

logger = structlog.get_logger(__name__)


class DataClass(NamedTuple):
    """A class of data: how much of it is too old, and how that is forgotten."""

    name: str
    measure: Callable[[Connection, int], Awaitable[Amount]]
    forget: Callable[[Database, FileStore, int], Awaitable[Amount]]


class Forgotten(NamedTuple):
    """What went of a class, or would go; `days` are what it is kept for."""

    name: str
    days: int
    amount: Amount


async def measure_retention(database: Database, settings: Settings) -> AsyncIterator[Forgotten]:
    """What `forget_old` would forget, class by class; changes nothing."""
    for each in CLASSES:
        days = days_of(settings, each.name)
        async with database.connection() as connection:
            amount = await each.measure(connection, days) if days else Amount()
        yield Forgotten(each.name, days, amount)


async def forget_old(
    database: Database, files: FileStore, settings: Settings
) -> AsyncIterator[Forgotten]:
    """Forget what is too old, class by class. Safe to repeat, and from several processes.

    A class that cannot be forgotten now keeps no other from it. Raises what the last of them
    raised: DatabaseUnavailable, StoreUnreachable, OSError.
    """
    failure: Exception | None = None
    for each in CLASSES:
        days = days_of(settings, each.name)
        try:
            amount = await each.forget(database, files, days) if days else Amount()
        except (Unavailable, OSError) as error:
            logger.warning("data_class_not_forgotten", data_class=each.name)
            failure = error
            continue
        forgotten_rows_total.labels(each.name).inc(amount.rows)
        yield Forgotten(each.name, days, amount)
    await _forget_passing(database)
    if failure is not None:
        raise failure
    retention_seconds.set(utc_now().timestamp())


def days_of(settings: Settings, name: str) -> int:
    """For how many days a class is kept; 0 for ever."""
    days: int = getattr(settings, f"retention_{name}_days")
    return days


async def _forget_passing(database: Database) -> None:
    """What is of use for a moment only, and has no setting."""
    await forget_early_words(database)
    await forget_old_acknowledgements(database)
    await forget_old_client_keys(database)
    await remove_old_rows(database)


async def _measure_messages(connection: Connection, days: int) -> Amount:
    floor = await get_floor(connection, days)
    words = await measure_old_rating_words(connection, floor)
    return words + await measure_old_messages(connection, floor)


async def _forget_messages(database: Database, files: FileStore, days: int) -> Amount:
    floor = await _floor(database, days)
    forgotten = await forget_old_rating_words(database, floor)
    forgotten += await forget_old_messages(database, floor)
    return forgotten + Amount(await remove_marked_files(database, files))


async def _forget_media(database: Database, files: FileStore, days: int) -> Amount:
    await mark_old_files(database, days)
    return Amount(await remove_marked_files(database, files))


async def _measure_raw(connection: Connection, days: int) -> Amount:
    return await measure_old_payloads(connection, await get_floor(connection, days))


async def _forget_raw(database: Database, _files: FileStore, days: int) -> Amount:
    return await forget_old_payloads(database, await _floor(database, days))


async def _measure_events(connection: Connection, days: int) -> Amount:
    return await measure_behind(connection, ("events",), await get_floor(connection, days))


async def _forget_events(database: Database, _files: FileStore, days: int) -> Amount:
    floor = await _floor(database, days)
    async with database.connection() as connection:
        unread_at = await find_oldest_unread_at(connection)
        uncounted_at = await find_oldest_uncounted_at(connection)
    if unread_at is not None and unread_at < floor:
        logger.warning("events_kept_for_router", unread_at=unread_at.isoformat())
        return Amount()
    if uncounted_at is not None and uncounted_at < floor:
        logger.warning("events_kept_for_reports", uncounted_at=uncounted_at.isoformat())
        return Amount()
    return await drop_behind(database, "events", floor)


async def _floor(database: Database, days: int) -> datetime:
    async with database.connection() as connection:
        return await get_floor(connection, days)


async def _forget_keys(database: Database, _files: FileStore, days: int) -> Amount:
    return Amount(await forget_old_inbound_keys(database, kept_days=days))


async def _forget_journal(database: Database, _files: FileStore, days: int) -> Amount:
    return Amount(await forget_old_journal(database, kept_days=days))


async def _forget_drafts(database: Database, _files: FileStore, days: int) -> Amount:
    return Amount(await forget_old_drafts(database, days))


async def _forget_links(database: Database, _files: FileStore, days: int) -> Amount:
    return Amount(await forget_old_links(database, days))


async def _forget_sessions(database: Database, _files: FileStore, days: int) -> Amount:
    return Amount(await forget_old_sessions(database, days))


async def _forget_audit(database: Database, _files: FileStore, days: int) -> Amount:
    return Amount(await forget_old_audit(database, days))


CLASSES: Final = (
    DataClass("media", measure_old_files, _forget_media),
    DataClass("raw", _measure_raw, _forget_raw),
    DataClass("messages", _measure_messages, _forget_messages),
    DataClass("drafts", measure_old_drafts, _forget_drafts),
    DataClass("keys", measure_old_inbound_keys, _forget_keys),
    DataClass("journal", measure_old_journal, _forget_journal),
    DataClass("events", _measure_events, _forget_events),
    DataClass("links", measure_old_links, _forget_links),
    DataClass("sessions", measure_old_sessions, _forget_sessions),
    DataClass("audit", measure_old_audit, _forget_audit),
)
