"""Which conversations the contact at an address may act in: its own, and no others."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from halfminute.contacts.types import AddressKey
from halfminute.conversations.errors import ConversationNotFound
from halfminute.conversations.tables import erasure
from halfminute.conversations.tables import thread as tables
from halfminute.conversations.types import ConversationId, State
from halfminute.kit.event_log import Unit


class HeldByContact(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation under its lock, with what a contact's verb needs to know of it."""

    id: ConversationId
    state: State
    address_id: UUID
    agent_id: UUID | None
    queue_id: UUID | None
    first_reply_at: datetime | None
    # Since when the talk is over: the wrap-up is our own business.
    ended_at: datetime | None
    # How its queue wraps up; None where it has no queue.
    wrap_up: Literal["none", "fixed", "open"] | None


async def lock_own_conversation(
    unit: Unit, address: AddressKey, conversation_id: UUID
) -> HeldByContact:
    """Lock the row until the commit. Raises ConversationNotFound, also for what is erased."""
    row = await unit.connection.fetchrow(tables.LOCK_OWN, *address, conversation_id)
    # Asked after the lock: who is erased meanwhile has nothing to say any more.
    if row is None or await unit.connection.fetchval(erasure.IS_ERASED, row["address_id"]):
        raise ConversationNotFound
    wrap_up = await unit.connection.fetchval(tables.WRAP_UP_OF_QUEUE, row["queue_id"])
    return HeldByContact(wrap_up=wrap_up, **row)
