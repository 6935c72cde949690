"""An address becomes that of another contact: on the site's word, or on that of its holder."""

from __future__ import annotations

from halfminute.contacts import tables
from halfminute.contacts.types import AddressId, ContactId, SiteWord
from halfminute.kit.database import Connection


async def prove_address(
    connection: Connection, address_id: AddressId, contact_id: ContactId, said: SiteWord
) -> ContactId | None:
    """Believe the site about an address of `contact_id`, locked by the caller; whose it is now.

    None where the contact is another customer of the site's: then nothing is changed.
    """
    await connection.execute(tables.HOLD_CONTACT, contact_id)
    rows = await connection.fetch(tables.SUBJECTS_OF_CONTACT, contact_id)
    subjects = {row["subject"] for row in rows}
    if subjects and said.subject not in subjects:
        return None
    owner = await _claim_subject(connection, said.subject, contact_id)
    await connection.execute(tables.PROVE_ADDRESS, address_id, owner)
    await connection.execute(tables.INTRODUCE, owner, said.name, said.language)
    return owner


async def join_contact(
    connection: Connection, address_id: AddressId, contact_id: ContactId, owner: ContactId
) -> ContactId | None:
    """Believe whoever holds an address of `contact_id` that they are `owner`; whose it is now.

    None where nothing is changed: the site has said who `contact_id` is, and one who has only been
    led there by a link must not become them, or the owner is erased.
    """
    if owner == contact_id:
        return owner
    await connection.execute(tables.HOLD_CONTACT, contact_id)
    if await connection.fetch(tables.SUBJECTS_OF_CONTACT, contact_id):
        return None
    if await connection.fetchval(tables.HOLD_OWNER, owner) is not False:
        return None
    await connection.execute(tables.JOIN_CONTACT, address_id, owner)
    return owner


async def _claim_subject(connection: Connection, subject: str, contact_id: ContactId) -> ContactId:
    """The contact that the site calls so, from now on the given one if there is none.

    One that is erased, or is being erased at this moment, is none.
    """
    while True:
        await connection.execute(tables.CLAIM_SUBJECT, subject, contact_id)
        owner = await connection.fetchval(tables.CONTACT_OF_SUBJECT, subject)
        if owner is None:
            continue
        if owner == contact_id or not await connection.fetchval(tables.HOLD_OWNER, owner):
            return ContactId(owner)
        await connection.execute(tables.TAKE_SUBJECT, subject, contact_id, owner)
