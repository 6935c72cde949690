"""Begins to forget a person: who they are goes at once, and nothing can come or go any more.

What they have said follows in batches (`conversations.erasing`). Whoever writes from one of their
addresses afterwards is a new contact.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Final
from uuid import UUID

import asyncpg

from halfminute.contacts.actions.shut_contact import lock_contact, shut_contact
from halfminute.contacts.errors import ContactNotFound, ErasureNotConfirmed
from halfminute.contacts.queries import find_erasure
from halfminute.contacts.types import ERASED, AddressId, AddressKey, Erasure
from halfminute.conversations.actions.apply_reachability import tell_reachability
from halfminute.conversations.delivery.states import EVENT_OF
from halfminute.conversations.tables import erasure as tables
from halfminute.conversations.transitions import close, finish_wrap_up
from halfminute.conversations.types import ConversationId
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import SYSTEM, Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name

# Writes down, outside of the database, that these addresses of a contact are erased; returns when
# that outlives a power cut.
KeepErasure = Callable[[UUID, Collection[AddressKey]], Awaitable[None]]

_NAMELESS: Final = "erase"


async def erase_contact(
    log: EventLog, principal: Principal, contact_id: UUID, *, confirmation: str, keep: KeepErasure
) -> Erasure:
    """Shut the contact, and have all that it has said erased; an erasure that is begun goes on.

    `confirmation` is the contact's name, or "erase" for one without a name. Raises ContactNotFound,
    ErasureNotConfirmed, and what `keep` raises: then nothing is erased.
    """
    require(principal, "contact.erase")
    async with log.write() as unit:
        contact = await lock_contact(unit, contact_id)
        if contact.addresses or not contact.is_erased:
            if not is_confirmed(contact.name, confirmation):
                raise ErasureNotConfirmed
            # Before the commit: an erasure that this database forgets is known elsewhere.
            await keep(contact_id, contact.addresses.values())
            await _shut(unit, principal, contact_id, contact.addresses)
        erasure = await find_erasure(unit.connection, contact_id)
    if erasure is None:
        raise ContactNotFound
    return erasure


async def erase_contact_again(log: EventLog, contact_id: UUID) -> None:
    """Shut a contact that a restored backup has brought back. Raises ContactNotFound."""
    async with log.write() as unit:
        contact = await lock_contact(unit, contact_id)
        if contact.addresses or not contact.is_erased:
            await _shut(unit, SYSTEM, contact_id, contact.addresses)


def is_confirmed(name: str, confirmation: str) -> bool:
    """Whether the same name is meant, however its spaces and capitals are typed."""
    return _plain(confirmation) == (_plain(name) or _NAMELESS)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


async def _shut(
    unit: Unit, principal: Principal, contact_id: UUID, addresses: dict[AddressId, AddressKey]
) -> None:
    conversations = await unit.connection.fetch(tables.LOCK_CONVERSATIONS, contact_id)
    withdrawn = await unit.connection.fetch(tables.WITHDRAW_SENDINGS, list(addresses), ERASED)
    await unit.connection.execute(
        tables.FORGET_UNSAID,
        [row["id"] for row in conversations],
        list(addresses),
        [key.channel_account_id for key in addresses.values()],
        [key.external_id for key in addresses.values()],
    )
    await shut_contact(unit, contact_id, addresses)
    await record_audit(unit, principal, "erase_contact", "contact", contact_id)
    for row in withdrawn:
        data = {"conversation_id": str(row["conversation_id"]), "message_id": str(row["id"])}
        if row["delivery"] == "failed":
            unit.record(EVENT_OF["failed"], data | {"is_retryable": False}, _stream(row))
        else:
            unit.record(EVENT_OF["unknown"], data, _stream(row))
    for row in conversations:
        await _end(unit, row)
        tell_reachability(unit, row["id"], row["address_id"], is_reachable=False)


async def _end(unit: Unit, row: asyncpg.Record) -> None:
    conversation_id = ConversationId(row["id"])
    if row["state"] == "wrap_up":
        await finish_wrap_up(unit, conversation_id)
    elif row["state"] != "closed":
        await close(unit, conversation_id, is_solved=None, disposition_code=None)


def _stream(row: asyncpg.Record) -> str:
    return stream_name("conversation", row["conversation_id"])
