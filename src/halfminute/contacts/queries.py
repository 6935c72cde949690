"""Reads of contacts and their addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts import tables
from halfminute.contacts.errors import ContactNotFound
from halfminute.contacts.schemas import AddressView, ContactView, address_of, contact_of
from halfminute.contacts.types import (
    AddressId,
    AddressKey,
    ContactId,
    ErasedAddress,
    Erasure,
    Proof,
)
from halfminute.kit.database import Connection

_ADDRESSES_AT_ONCE: Final = 1000
_BEFORE_ALL: Final = UUID(int=0)


class StandingAddress(NamedTuple):
    """An address that is not erased, known since `created_at`."""

    contact_id: ContactId
    key: AddressKey
    created_at: datetime


class KnownAddress(NamedTuple):
    """An address, whose it is, and why we believe so."""

    id: AddressId
    contact_id: ContactId
    proof: Proof


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


async def list_addresses(connection: Connection, contact_id: UUID) -> list[AddressView]:
    """All addresses of a contact, oldest first."""
    return [
        address_of(row) for row in await connection.fetch(tables.ADDRESSES_OF_CONTACT, contact_id)
    ]


async def find_address(
    connection: Connection, key: AddressKey, *, is_locked: bool = False
) -> KnownAddress | None:
    """An address by the provider's name for it; until the commit, if it is to be locked."""
    statement = tables.LOCK_ADDRESS if is_locked else tables.GET_ADDRESS
    row = await connection.fetchrow(statement, *key)
    return None if row is None else KnownAddress(**row)


async def find_address_of_subject(
    connection: Connection, subject: str, channel_account_id: ChannelAccountId
) -> AddressKey | None:
    """The newest address at an account that the site has proven to be its customer's."""
    row = await connection.fetchrow(tables.ADDRESS_OF_SUBJECT, subject, channel_account_id)
    return None if row is None else AddressKey(channel_account_id, row["external_id"])


async def find_contact_of_subject(connection: Connection, subject: str) -> ContactId | None:
    """Whom the site calls so."""
    found: ContactId | None = await connection.fetchval(tables.CONTACT_OF_SUBJECT, subject)
    return found


async def list_subjects(connection: Connection, contact_id: UUID) -> list[str]:
    """What the site calls a contact; more than one only after a merge."""
    rows = await connection.fetch(tables.SUBJECTS_OF_CONTACT, contact_id)
    return [row["subject"] for row in rows]


async def find_erasure(connection: Connection, contact_id: UUID) -> Erasure | None:
    """How far the erasure of a contact is; None where none was asked for."""
    row = await connection.fetchrow(tables.GET_ERASURE, contact_id)
    if row is None:
        return None
    addresses = tuple(
        ErasedAddress(AddressKey(ChannelAccountId(UUID(account)), key), chat)
        # Those of an older version have no chat.
        for account, key, chat in ((*each, None)[:3] for each in row["address_keys"] or ())
    )
    return Erasure(ContactId(row["contact_id"]), row["requested_at"], row["finished_at"], addresses)


async def list_unfinished_erasures(connection: Connection) -> list[ContactId]:
    """The contacts whose erasure was begun and is not done."""
    return [ContactId(row["contact_id"]) for row in await connection.fetch(tables.LIST_UNFINISHED)]


async def iterate_standing_addresses(connection: Connection) -> AsyncIterator[StandingAddress]:
    """Every address that is not erased, a page at a time."""
    after = _BEFORE_ALL
    while True:
        rows = await connection.fetch(tables.LIST_STANDING, after, _ADDRESSES_AT_ONCE)
        for row in rows:
            key = AddressKey(row["channel_account_id"], row["external_id"])
            yield StandingAddress(row["contact_id"], key, row["created_at"])
        if len(rows) < _ADDRESSES_AT_ONCE:
            return
        after = rows[-1]["id"]
