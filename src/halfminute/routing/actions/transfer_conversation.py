"""Whoever has a conversation passes it on, and a supervisor has it passed on, with its age."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from halfminute.channels.queries import map_queue_ids
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
from halfminute.conversations.transitions import transfer
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit
from halfminute.queues.queries import get_queue
from halfminute.routing.errors import InvalidTransfer, QueueSwitchedOff, TransferNeedsQueue
from halfminute.routing.offer_events import withdraw_pending_offer
from halfminute.routing.schemas_transfers import NewTransfer
from halfminute.routing.targets import require_target

# As long as two offers of the usual length: who is on the phone may come to its end.
TARGET_WAIT_SECONDS: Final = 60


async def transfer_conversation(
    log: EventLog, principal: Principal, conversation_id: UUID, new: NewTransfer
) -> TransferView:
    """It waits in the queue by its age, for anybody but who had it; who had it is free at once.

    Passed on to an agent it waits in its queue, and for `TARGET_WAIT_SECONDS` for that agent alone,
    if the agent is there. The same word said twice is heard once.

    Raises ConversationNotFound, ConversationClosed, ContactErased, ConversationNotYours,
    ConversationChanged (nobody answers it: it is being wrapped up, or has not come to wait yet),
    QueueNotFound, QueueSwitchedOff, AgentNotFound, AgentCannotTake, TransferNeedsQueue,
    InvalidTransfer, InvalidText.
    """
    async with log.write() as unit:
        said = await find_said_transfer(
            unit.connection, conversation_id, new.client_id, principal.user_id
        )
        if said is not None:
            return said
        locked = await lock_conversation(unit, principal, conversation_id)
        require_hold(principal, "conversation.transfer", locked)
        goal = await _find_goal(unit, locked, new)
        return await _pass_on(unit, principal, locked, new=new, goal=goal)


class _Goal(NamedTuple):
    """The queue, and whom in it is asked alone for how long; or nobody, if that one is away."""

    queue_id: UUID
    agent_id: UUID | None = None
    seconds: int | None = None


async def _find_goal(unit: Unit, locked: Locked, new: NewTransfer) -> _Goal:
    if new.agent_id is None and new.queue_id is not None:
        return _Goal(await _require_queue(unit, new.queue_id))
    if new.agent_id is None or new.queue_id is not None:
        raise InvalidTransfer
    target = await require_target(unit.connection, locked, new.agent_id)
    is_there = target.presence != "offline"
    queue_id = await _require_queue(unit, await _present_queue(unit, locked))
    return _Goal(queue_id, target.id, TARGET_WAIT_SECONDS if is_there else None)


async def _present_queue(unit: Unit, locked: Locked) -> UUID:
    if locked.queue_id is not None:
        return locked.queue_id
    of_accounts = await map_queue_ids(unit.connection, [locked.channel_account_id])
    queue_id = of_accounts.get(locked.channel_account_id)
    if queue_id is None:
        raise TransferNeedsQueue
    return queue_id


async def _require_queue(unit: Unit, queue_id: UUID) -> UUID:
    queue = await get_queue(unit.connection, queue_id)
    if not queue.is_enabled:
        raise QueueSwitchedOff
    return queue.id


async def _pass_on(
    unit: Unit, principal: Principal, locked: Locked, *, new: NewTransfer, goal: _Goal
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
    await transfer(
        unit,
        locked.id,
        goal.queue_id,
        message_id,
        target_agent_id=goal.agent_id if goal.seconds else None,
        target_seconds=goal.seconds,
    )
    transfer_id = await record_transfer(
        unit,
        Passing(
            locked.id,
            message_id,
            principal.user_id,
            locked.agent_id,
            goal.queue_id,
            target_agent_id=goal.agent_id,
        ),
    )
    told = {"queue_id": str(goal.queue_id), "transfer_id": str(transfer_id)}
    if goal.agent_id is not None:
        told["agent_id"] = str(goal.agent_id)
    await record_audit(unit, principal, "transfer_conversation", "conversation", locked.id, told)
    return await get_transfer_view(unit.connection, transfer_id)
