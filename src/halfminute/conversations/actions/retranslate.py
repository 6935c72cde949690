"""Translates again what could not be made sense of, or could not be applied, before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

import msgspec

from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.owe_acknowledgements import owe_acknowledgements
from halfminute.channels.business import map_known_connections
from halfminute.channels.payloads import list_failed_payloads, lock_failed_payload, mark_payload
from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations.actions.apply_business_connections import (
    apply_business_connections,
)
from halfminute.conversations.actions.take_in import (
    arrivals_of,
    connections_of,
    find_unknown_connection,
    list_connection_names,
    owed_of,
    tell_failure,
    translate,
    try_to_apply,
)
from halfminute.conversations.entry import EntryStep
from halfminute.kit.event_log import EventLog

_AT_ONCE: Final = 100
_BEFORE_ALL: Final = UUID(int=0)


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
        updates, translation, words = translate(registry.get(account.kind), payload.body)
        await owe_acknowledgements(unit, owed_of(updates, account))
        await apply_business_connections(unit, connections_of(updates, account, payload_id))
        names = list_connection_names(updates)
        known = await map_known_connections(unit.connection, account.id, names)
        error: Exception | None = find_unknown_connection(names, known)
        if error is None:
            arrivals = arrivals_of(updates, account, payload_id, known)
            error = await try_to_apply(unit, arrivals, steps)
        if error is not None:
            translation, words = "failed", f"{type(error).__name__}: {error}"
        await mark_payload(unit, payload_id, translation, words)
    if error is not None:
        tell_failure(payload_id, error)
    return translation
