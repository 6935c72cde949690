"""Finds the addresses that providers speak of, or makes them, each with its contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import asyncpg

from halfminute.contacts import tables
from halfminute.contacts.types import AddressKey, Introduction, MetAddress
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id


async def meet_addresses(
    unit: Unit,
    introductions: Mapping[AddressKey, Introduction],
    *,
    to_be_made: Collection[AddressKey],
) -> dict[AddressKey, MetAddress]:
    """The addresses, locked until the commit, their names as they are told now.

    Those in `to_be_made` are made if we do not know them; others are then left out of the answer.
    One that had shut us out counts as reachable again, for it is heard of. Whoever locks a
    conversation as well locks its address first.
    """
    met = await _lock_known(unit, introductions)
    missing = [introductions[key] for key in to_be_made if key not in met]
    if missing:
        met.update(await _make(unit, missing))
        raced = {given.key: given for given in missing if given.key not in met}
        if raced:
            met.update(await _lock_known(unit, raced))
    return met


async def _lock_known(
    unit: Unit, introductions: Mapping[AddressKey, Introduction]
) -> dict[AddressKey, MetAddress]:
    accounts, external_ids = zip(*introductions, strict=True)
    rows = await unit.connection.fetch(tables.MEET, accounts, external_ids)
    met: dict[AddressKey, MetAddress] = {}
    changed: list[tuple[asyncpg.Record, Introduction]] = []
    for row in rows:
        key = AddressKey(row["channel_account_id"], row["external_id"])
        met[key] = MetAddress(row["id"], row["contact_id"], not row["is_reachable"])
        if _has_changed(row, introductions[key]):
            changed.append((row, introductions[key]))
    if changed:
        await unit.connection.execute(
            tables.RENAME,
            [row["id"] for row, _ in changed],
            [given.name for _, given in changed],
            [given.username for _, given in changed],
            [given.language_hint for _, given in changed],
        )
    return met


def _has_changed(row: asyncpg.Record, given: Introduction) -> bool:
    return (
        not row["is_reachable"]
        or row["name"] != given.name
        or row["username"] != given.username
        or (given.language_hint is not None and row["language_hint"] != given.language_hint)
    )


async def _make(unit: Unit, missing: Sequence[Introduction]) -> dict[AddressKey, MetAddress]:
    rows = await unit.connection.fetch(
        tables.MAKE,
        [new_id() for _ in missing],
        [new_id() for _ in missing],
        [given.key.channel_account_id for given in missing],
        [given.key.external_id for given in missing],
        [given.channel_kind for given in missing],
        [given.name for given in missing],
        [given.username for given in missing],
        [given.language_hint for given in missing],
        [given.business_connection_id for given in missing],
    )
    return {
        AddressKey(row["channel_account_id"], row["external_id"]): MetAddress(
            row["id"], row["contact_id"], was_unreachable=False
        )
        for row in rows
    }
