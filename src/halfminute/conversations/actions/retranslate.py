"""Translates again what could not be made sense of, or could not be applied, before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

import msgspec
import structlog

from halfminute.channels.accounts import AccountBook
from halfminute.channels.payloads import list_failed_payloads, lock_failed_payload, mark_payload
from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.actions.apply_updates import apply_updates
from halfminute.conversations.actions.take_in import is_passing, translate
from halfminute.conversations.arrivals import Arrival
from halfminute.conversations.entry import EntryStep
from halfminute.kit.event_log import EventLog, Unit

_AT_ONCE: Final = 100
_BEFORE_ALL: Final = UUID(int=0)

logger = structlog.get_logger(__name__)


class Retranslated(msgspec.Struct):
    """How many payloads were tried, by how it went."""

    translated: int = 0
    ignored: int = 0
    failed: int = 0


async def retranslate(
    log: EventLog,
    book: AccountBook,
    registry: ChannelRegistry,
    *,
    steps: Sequence[EntryStep],
    account_id: UUID | None = None,
) -> Retranslated:
    """Try every failed payload once, oldest first, each in a transaction of its own.

    Of one account, or of all. May be repeated, and run beside itself. Raises DatabaseUnavailable;
    what was done until then stays done.
    """
    done = Retranslated()
    after = _BEFORE_ALL
    while True:
        async with log.database.connection() as connection:
            ids = await list_failed_payloads(
                connection, account_id=account_id, after_id=after, limit=_AT_ONCE
            )
        if not ids:
            return done
        for payload_id in ids:
            outcome = await _retranslate_one(log, book, registry, steps, payload_id)
            if outcome is not None:
                setattr(done, outcome, getattr(done, outcome) + 1)
        after = ids[-1]


async def _retranslate_one(
    log: EventLog,
    book: AccountBook,
    registry: ChannelRegistry,
    steps: Sequence[EntryStep],
    payload_id: UUID,
) -> Literal["translated", "ignored", "failed"] | None:
    async with log.write() as unit:
        payload = await lock_failed_payload(unit, payload_id)
        if payload is None:
            return None
        account = await book.get(payload.channel_account_id)
        updates, translation, error = translate(registry.get(account.kind), payload.body)
        arrivals = [Arrival(update, account, payload_id) for update in updates]
        failure = await _apply(unit, arrivals, steps)
        if failure:
            translation, error = "failed", failure
        await mark_payload(unit, payload_id, translation, error)
        return translation


async def _apply(unit: Unit, arrivals: Sequence[Arrival], steps: Sequence[EntryStep]) -> str:
    """What went wrong; empty if nothing did."""
    try:
        async with unit.savepoint():
            await apply_updates(unit, arrivals, steps)
    except Exception as error:
        if is_passing(error):
            raise
        logger.exception("payload_not_applied")
        return f"{type(error).__name__}: {error}"
    return ""
