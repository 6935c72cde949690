"""Believes the site about addresses whose customers came by its links.

Runs in the transaction of the customers' messages. A link is used by the first press: its row is
locked, so of two chats at once one is proven and the other finds it used. What proves nothing is
written down as such, and is a plain start in every other way: nobody who tries links learns why.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from halfminute.contacts import tables
from halfminute.contacts.actions.prove_address import join_contact, prove_address
from halfminute.contacts.types import (
    AddressId,
    ContactId,
    LinkId,
    Press,
    Pressed,
    PressOutcome,
    SiteWord,
)
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id


async def press_contact_links(unit: Unit, presses: Sequence[Press]) -> list[Pressed]:
    """What came of each press, in their order. The addresses are locked by the caller."""
    genuine = {press.claim.link_id for press in presses if press.claim.is_genuine}
    rows = await unit.connection.fetch(tables.LOCK_LINKS, list(genuine))
    links = {LinkId(row["id"]): row for row in rows}
    used: set[LinkId] = set()
    owners: dict[AddressId, ContactId] = {}
    outcomes: list[Pressed] = []
    for press in presses:
        address_id = press.address.id
        contact_id = owners.get(address_id, press.address.contact_id)
        link = links.get(press.claim.link_id)
        idle = _why_idle(press, link, used)
        if idle is not None or link is None:
            outcomes.append(Pressed(idle or "unknown", address_id, contact_id))
            continue
        pressed = await _believe(unit, link, address_id, contact_id)
        used.add(press.claim.link_id)
        owners[address_id] = pressed.contact_id
        outcomes.append(pressed)
    await _write_down(unit, presses, outcomes)
    return outcomes


async def delete_empty_contacts(unit: Unit, contact_ids: Sequence[ContactId]) -> None:
    """Forget those that nothing belongs to any more; whoever still holds one keeps it."""
    for contact_id in contact_ids:
        try:
            async with unit.savepoint():
                await unit.connection.execute(tables.DELETE_EMPTY_CONTACT, contact_id)
        except asyncpg.ForeignKeyViolationError:
            continue


def _why_idle(press: Press, link: asyncpg.Record | None, used: set[LinkId]) -> PressOutcome | None:
    """Why a press proves nothing; None if it does."""
    if not press.claim.is_genuine:
        return "forged"
    if link is None:
        return "unknown"
    if link["channel_account_id"] != press.channel_account_id:
        return "other_account"
    if link["is_used"] or press.claim.link_id in used:
        return "used_before"
    # Whom it was for may have become another contact meanwhile.
    is_for_nobody = link["subject"] is None and link["contact_id"] is None
    return "expired" if link["is_expired"] or is_for_nobody else None


async def _believe(
    unit: Unit, link: asyncpg.Record, address_id: AddressId, contact_id: ContactId
) -> Pressed:
    connection = unit.connection
    if link["contact_id"] is not None:
        owner = await join_contact(connection, address_id, contact_id, link["contact_id"])
    else:
        said = SiteWord(link["subject"], link["name"], link["language"])
        owner = await prove_address(connection, address_id, contact_id, said)
    if owner is None:
        if link["contact_id"] is None:
            await connection.execute(tables.DISPUTE_ADDRESS, address_id, link["subject"])
        await connection.execute(tables.USE_LINK, link["id"], "disputed", address_id)
        return Pressed("disputed", address_id, contact_id)
    await connection.execute(tables.USE_LINK, link["id"], "proven", address_id)
    return Pressed("proven", address_id, owner, None if owner == contact_id else contact_id)


async def _write_down(unit: Unit, presses: Sequence[Press], outcomes: Sequence[Pressed]) -> None:
    await unit.connection.execute(
        tables.INSERT_PRESSES,
        [new_id() for _ in presses],
        [press.claim.link_id for press in presses],
        [pressed.address_id for pressed in outcomes],
        [pressed.outcome for pressed in outcomes],
    )
