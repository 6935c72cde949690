"""Whoever was asked says yes or no, and either side ends the help."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.access import Locked, lock_conversation
from halfminute.conversations.consults import find_consult, list_consult_views, move_consult
from halfminute.conversations.errors import ConversationNotFound
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.identity.access import allows
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit
from halfminute.routing.errors import ConsultEnded, ConsultNotFound


async def accept_consult(log: EventLog, principal: Principal, consult_id: UUID) -> ConsultView:
    """The agent helps from now on, above its limit if need be: it decides for itself.

    Raises ConsultNotFound, and ConsultEnded when too late.
    """
    async with log.write() as unit:
        await _lock(unit, principal, consult_id, is_asked_one=True)
        if not await move_consult(unit, consult_id, "active", ["asked"]):
            await _require_state(unit, consult_id, "active")
        return await _view(unit, consult_id)


async def decline_consult(log: EventLog, principal: Principal, consult_id: UUID) -> ConsultView:
    """The agent does not help. Raises as `accept_consult`."""
    async with log.write() as unit:
        await _lock(unit, principal, consult_id, is_asked_one=True)
        if not await move_consult(unit, consult_id, "declined", ["asked"]):
            await _require_state(unit, consult_id, "declined")
        return await _view(unit, consult_id)


async def end_consult(log: EventLog, principal: Principal, consult_id: UUID) -> ConsultView:
    """The helper, or who has the conversation, ends it; what was only asked is taken back.

    What has ended stays as it is. Raises ConsultNotFound.
    """
    async with log.write() as unit:
        await _lock(unit, principal, consult_id, is_asked_one=False)
        if not await move_consult(unit, consult_id, "ended", ["active"]):
            await move_consult(unit, consult_id, "withdrawn", ["asked"])
        return await _view(unit, consult_id)


async def _lock(unit: Unit, principal: Principal, consult_id: UUID, *, is_asked_one: bool) -> None:
    """Raises ConsultNotFound for who has no part in it, and ConsultEnded for who has no more."""
    row = await find_consult(unit.connection, consult_id)
    if row is None:
        raise ConsultNotFound
    is_helper = row["agent_id"] == principal.user_id
    if is_asked_one and not is_helper:
        raise ConsultNotFound
    try:
        locked = await lock_conversation(unit, principal, row["conversation_id"])
    except ConversationNotFound:
        # Who was asked sees the conversation no more when that is over.
        if is_helper:
            raise ConsultEnded(state=(await _view(unit, consult_id)).state) from None
        raise ConsultNotFound from None
    if not is_helper and not _has_it(principal, locked):
        raise ConsultNotFound


def _has_it(principal: Principal, locked: Locked) -> bool:
    return allows(principal, "conversation.reply", locked.facts)


async def _require_state(unit: Unit, consult_id: UUID, state: str) -> None:
    """The same answer twice is heard once."""
    view = await _view(unit, consult_id)
    if view.state != state:
        raise ConsultEnded(state=view.state)


async def _view(unit: Unit, consult_id: UUID) -> ConsultView:
    return (await list_consult_views(unit.connection, [consult_id]))[consult_id]
