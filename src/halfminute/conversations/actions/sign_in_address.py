"""The site has signed its customer in: their address joins the contact that they are."""

from __future__ import annotations

from typing import NamedTuple

from halfminute.contacts.actions.meet_addresses import meet_addresses
from halfminute.contacts.actions.press_contact_links import delete_empty_contacts
from halfminute.contacts.actions.prove_address import prove_address
from halfminute.contacts.queries import find_address
from halfminute.contacts.types import AddressId, ContactId, Introduction, Pressed, SiteWord
from halfminute.conversations.actions.prove_addresses import move_with_address
from halfminute.conversations.tables import joining as tables
from halfminute.kit.event_log import Unit, stream_name


class _Standing(NamedTuple):
    """An address as it was before."""

    id: AddressId
    contact_id: ContactId
    is_proven: bool


async def sign_in_address(
    unit: Unit, introduction: Introduction, said: SiteWord
) -> ContactId | None:
    """Believe the site about an address, which is made if we do not know it; whose it is now.

    What it has said goes with it, and who follows a conversation of the same person is told. None
    where the address is another customer's: then nothing is changed.
    """
    standing = await _lock_or_make(unit, introduction)
    owner = await prove_address(unit.connection, standing.id, standing.contact_id, said)
    if owner is None:
        return None
    if owner != standing.contact_id:
        left = Pressed("proven", standing.id, owner, standing.contact_id)
        await move_with_address(unit, left)
        await delete_empty_contacts(unit, [standing.contact_id])
    if owner != standing.contact_id or not standing.is_proven:
        await _tell(unit, introduction, standing.id, owner)
    return owner


async def _lock_or_make(unit: Unit, introduction: Introduction) -> _Standing:
    key = introduction.key
    found = await find_address(unit.connection, key, is_locked=True)
    if found is None:
        met = await meet_addresses(unit, {key: introduction}, to_be_made=[key])
        return _Standing(met[key].id, met[key].contact_id, is_proven=False)
    return _Standing(found.id, found.contact_id, found.proof == "signed")


async def _tell(
    unit: Unit, introduction: Introduction, address_id: AddressId, owner: ContactId
) -> None:
    rows = await unit.connection.fetch(
        tables.CONVERSATIONS_OF_PERSON, owner, introduction.key.channel_account_id, address_id
    )
    if all(row["address_id"] != address_id for row in rows):
        return
    for row in rows:
        data = {
            "conversation_id": str(row["id"]),
            "address_id": str(row["address_id"]),
            "contact_id": str(owner),
        }
        unit.record("AddressProven", data, stream_name("conversation", row["id"]))
