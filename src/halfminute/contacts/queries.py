"""Reads of contacts and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.contacts import tables
from halfminute.contacts.errors import AddressNotFound, ContactNotFound
from halfminute.contacts.schemas import AddressView, ContactView, address_of, contact_of
from halfminute.kit.database import Connection


async def get_contact(connection: Connection, contact_id: UUID) -> ContactView:
    """One contact. Raises ContactNotFound."""
    found = await map_contacts(connection, [contact_id])
    if contact_id not in found:
        raise ContactNotFound
    return found[contact_id]


async def map_contacts(
    connection: Connection, contact_ids: Sequence[UUID]
) -> dict[UUID, ContactView]:
    """Those of the contacts that exist, by id."""
    rows = await connection.fetch(tables.CONTACTS, contact_ids)
    return {row["id"]: contact_of(row) for row in rows}


async def get_address(connection: Connection, address_id: UUID) -> AddressView:
    """One address. Raises AddressNotFound."""
    found = await map_addresses(connection, [address_id])
    if address_id not in found:
        raise AddressNotFound
    return found[address_id]


async def map_addresses(
    connection: Connection, address_ids: Sequence[UUID]
) -> dict[UUID, AddressView]:
    """Those of the addresses that exist, by id."""
    rows = await connection.fetch(tables.ADDRESSES, address_ids)
    return {row["id"]: address_of(row) for row in rows}


async def list_addresses(connection: Connection, contact_id: UUID) -> list[AddressView]:
    """All addresses of a contact, oldest first."""
    return [
        address_of(row) for row in await connection.fetch(tables.ADDRESSES_OF_CONTACT, contact_id)
    ]


async def find_address(
    connection: Connection, channel_account_id: UUID, external_id: str
) -> AddressView | None:
    """The address that a provider names so, if it ever wrote."""
    row = await connection.fetchrow(tables.FIND_ADDRESS, channel_account_id, external_id)
    return None if row is None else address_of(row)
