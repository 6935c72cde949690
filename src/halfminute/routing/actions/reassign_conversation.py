"""A supervisor gives a conversation to an agent, whoever has it and whatever the agent has."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.conversations.notes import insert_note, optional_note
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.conversations.transfers import (
    Passing,
    find_said_transfer,
    get_transfer_view,
    record_transfer,
    settle_transfer,
)
from halfminute.conversations.transitions import assign
from halfminute.conversations.types import State
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit
from halfminute.routing.errors import AgentCannotTake
from halfminute.routing.offer_events import withdraw_pending_offer
from halfminute.routing.schemas_transfers import NewReassignment
from halfminute.routing.targets import require_target

_FROM: Final[tuple[State, ...]] = ("queued", "offered", "active")


async def reassign_conversation(
    log: EventLog, principal: Principal, conversation_id: UUID, new: NewReassignment
) -> TransferView:
    """The agent has it at once, above its limit if need be; who had it is told and is free of it.

    The same word said twice is heard once. Raises ConversationNotFound, ConversationClosed,
    ContactErased, ConversationNotYours (it is none of the supervisor's queues or teams),
    ConversationChanged, AgentNotFound, AgentCannotTake, InvalidText.
    """
    async with log.write() as unit:
        said = await find_said_transfer(
            unit.connection, conversation_id, new.client_id, principal.user_id
        )
        if said is not None:
            return said
        locked = await lock_conversation(unit, principal, conversation_id)
        require_hold(principal, "conversation.reassign", locked)
        target = await require_target(unit.connection, locked, new.agent_id)
        if target.presence == "offline":
            raise AgentCannotTake(reason="offline")
        return await _give(unit, principal, locked, new)


async def _give(
    unit: Unit, principal: Principal, locked: Locked, new: NewReassignment
) -> TransferView:
    await withdraw_pending_offer(unit, locked.id)
    await settle_transfer(unit, locked.id, "moved")
    message_id = await insert_note(
        unit,
        locked,
        principal.user_id,
        client_id=new.client_id,
        parts=optional_note(new.note),
    )
    await assign(
        unit, locked.id, new.agent_id, from_states=_FROM, by="reassign", message_id=message_id
    )
    transfer_id = await record_transfer(
        unit,
        Passing(
            locked.id,
            message_id,
            principal.user_id,
            locked.agent_id if locked.state == "active" else None,
            locked.queue_id,
            given_to=new.agent_id,
        ),
    )
    told = {"agent_id": str(new.agent_id), "transfer_id": str(transfer_id)}
    await record_audit(unit, principal, "reassign_conversation", "conversation", locked.id, told)
    return await get_transfer_view(unit.connection, transfer_id)
