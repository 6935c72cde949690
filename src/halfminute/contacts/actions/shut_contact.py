"""Takes from a contact and its addresses all that says who it is, and shuts them for good."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from halfminute.contacts import tables
from halfminute.contacts.errors import ContactNotFound
from halfminute.contacts.types import ERASED, AddressId, AddressKey
from halfminute.kit.event_log import Unit

ERASURES_TOPIC = "erasures"


class StandingContact(NamedTuple):
    """A contact under its lock, with what of it is not erased."""

    name: str
    is_erased: bool
    addresses: dict[AddressId, AddressKey]


async def lock_contact(unit: Unit, contact_id: UUID) -> StandingContact:
    """The contact and its addresses; nobody meets them until the commit.

    Whoever locks its conversations as well does so afterwards. Raises ContactNotFound.
    """
    await unit.connection.fetch(tables.LOCK_ADDRESSES, contact_id)
    await unit.connection.fetch(tables.LOCK_LINKS_OF_CONTACT, contact_id)
    contact = await unit.connection.fetchrow(tables.LOCK_CONTACT, contact_id)
    if contact is None:
        raise ContactNotFound
    # Once more: another may have been joined to the contact before it was locked.
    rows = await unit.connection.fetch(tables.LOCK_ADDRESSES, contact_id)
    standing = {
        AddressId(row["id"]): AddressKey(row["channel_account_id"], row["external_id"])
        for row in rows
        if row["contact_id"] == contact_id and row["erased_at"] is None
    }
    return StandingContact(contact["name"], contact["erased_at"] is not None, standing)


async def shut_contact(
    unit: Unit, contact_id: UUID, addresses: dict[AddressId, AddressKey]
) -> None:
    """Blank it, after `lock_contact`, and note that the rest of it is to be erased.

    What the site calls it goes as well, with its links: who presses one of them is new here.
    """
    await unit.connection.execute(tables.REQUEST_ERASURE, contact_id, list(addresses))
    await unit.connection.execute(tables.BLANK_CONTACT, contact_id, ERASED)
    await unit.connection.execute(tables.FORGET_LINKS_OF_CONTACT, contact_id)
    unit.wake(ERASURES_TOPIC)


async def finish_erasure(unit: Unit, contact_id: UUID) -> bool:
    """Forget how providers named it as well; False if that was so already."""
    return await unit.connection.fetchval(tables.FINISH_ERASURE, contact_id) is not None
