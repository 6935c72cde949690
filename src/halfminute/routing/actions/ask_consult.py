"""An agent asks a colleague to help in a conversation that it has, and keeps it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.conversations.consults import ask_for_help, find_said_consult, list_consult_views
from halfminute.conversations.errors import ConversationChanged
from halfminute.conversations.notes import insert_note, optional_note
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.identity.principals import Principal
from halfminute.kit.errors import Forbidden
from halfminute.kit.event_log import EventLog, Unit
from halfminute.routing.errors import AgentCannotTake, AlreadyConsulted
from halfminute.routing.schemas_consults import NewConsult
from halfminute.routing.targets import require_target

# How long a colleague has to say yes or no.
ANSWER_SECONDS: Final = 60


async def ask_consult(
    log: EventLog, principal: Principal, conversation_id: UUID, new: NewConsult
) -> ConsultView:
    """The colleague sees the conversation, and may help for as long as the asking one has it.

    The same word said twice is heard once. Raises ConversationNotFound, ConversationClosed,
    ContactErased, ConversationNotYours, ConversationChanged (nobody answers it), AgentNotFound,
    AgentCannotTake, AlreadyConsulted, InvalidText.
    """
    if principal.user_id is None:
        raise Forbidden
    async with log.write() as unit:
        consult_id = await find_said_consult(
            unit.connection, conversation_id, new.client_id, principal.user_id
        )
        if consult_id is None:
            locked = await lock_conversation(unit, principal, conversation_id)
            require_hold(principal, "conversation.reply", locked)
            consult_id = await _ask(unit, principal.user_id, locked, new)
        return (await list_consult_views(unit.connection, [consult_id]))[consult_id]


async def _ask(unit: Unit, asked_by: UUID, locked: Locked, new: NewConsult) -> UUID:
    if locked.state != "active":
        raise ConversationChanged(state=locked.state)
    target = await require_target(unit.connection, locked, new.agent_id)
    if target.presence == "offline":
        raise AgentCannotTake(reason="offline")
    message_id = await insert_note(
        unit,
        locked,
        asked_by,
        client_id=new.client_id,
        parts=optional_note(new.note),
    )
    consult_id = await ask_for_help(
        unit,
        locked.id,
        target.id,
        message_id,
        asked_by=asked_by,
        seconds=ANSWER_SECONDS,
    )
    if consult_id is None:
        raise AlreadyConsulted
    return consult_id
