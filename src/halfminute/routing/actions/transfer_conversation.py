"""Whoever has a conversation passes it on, and a supervisor has it passed on, with its age."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.conversations.noting_transfers import insert_transfer_note
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.conversations.transfers import (
    Passing,
    find_said_transfer,
    get_transfer_view,
    record_transfer,
    settle_transfer,
)
from halfminute.conversations.transitions import transfer
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit
from halfminute.queues.queries import get_queue
from halfminute.routing.errors import QueueSwitchedOff
from halfminute.routing.offer_events import withdraw_pending_offer
from halfminute.routing.schemas_transfers import NewTransfer


async def transfer_conversation(
    log: EventLog, principal: Principal, conversation_id: UUID, new: NewTransfer
) -> TransferView:
    """It waits in the queue by its age, for anybody but who had it; who had it is free at once.

    The same word said twice is heard once. Raises ConversationNotFound, ConversationClosed,
    ContactErased, ConversationNotYours, ConversationChanged (nobody answers it: it is being wrapped
    up, or has not come to wait yet), QueueNotFound, QueueSwitchedOff, InvalidText.
    """
    async with log.write() as unit:
        said = await find_said_transfer(
            unit.connection, conversation_id, new.client_id, principal.user_id
        )
        if said is not None:
            return said
        locked = await lock_conversation(unit, principal, conversation_id)
        require_hold(principal, "conversation.transfer", locked)
        await _require_queue(unit, new.queue_id)
        return await _pass_on(unit, principal, locked, new)


async def _require_queue(unit: Unit, queue_id: UUID) -> None:
    queue = await get_queue(unit.connection, queue_id)
    if not queue.is_enabled:
        raise QueueSwitchedOff


async def _pass_on(
    unit: Unit, principal: Principal, locked: Locked, new: NewTransfer
) -> TransferView:
    await withdraw_pending_offer(unit, locked.id)
    await settle_transfer(unit, locked.id, "moved")
    message_id = await insert_transfer_note(
        unit, locked, principal.user_id, client_id=new.client_id, text=new.note
    )
    await transfer(unit, locked.id, new.queue_id, message_id)
    passing = Passing(locked.id, message_id, principal.user_id, locked.agent_id, new.queue_id)
    transfer_id = await record_transfer(unit, passing)
    told = {"queue_id": str(new.queue_id), "transfer_id": str(transfer_id)}
    await record_audit(unit, principal, "transfer_conversation", "conversation", locked.id, told)
    return await get_transfer_view(unit.connection, transfer_id)
