"""An agent ends a conversation and says how it came out."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.conversations.errors import UnknownDisposition
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import Closing, ConversationView
from halfminute.conversations.tables import messages as tables
from halfminute.conversations.transitions import choose_outcome, close, start_wrap_up
from halfminute.conversations.types import State
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit

_HELD: Final[tuple[State, ...]] = ("active",)


async def close_conversation(
    log: EventLog, principal: Principal, conversation_id: UUID, closing: Closing
) -> ConversationView:
    """Begin the wrap-up, or close at once where the queue has none.

    Where the contact has ended it, this is how it came out; the wrap-up goes on.

    The same word said twice is heard once. Raises ConversationNotFound, ConversationClosed,
    ConversationNotYours, ConversationChanged (nobody has it yet), UnknownDisposition.
    """
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id)
        if not _is_said_already(principal, locked, closing):
            require_hold(principal, "conversation.close", locked)
            await _end(unit, locked, closing)
        return await get_conversation_view(unit.connection, conversation_id)


async def _end(unit: Unit, locked: Locked, closing: Closing) -> None:
    if not await unit.connection.fetchval(tables.IS_DISPOSITION, closing.disposition_code):
        raise UnknownDisposition(disposition_code=closing.disposition_code)
    is_solved, code = closing.is_solved, closing.disposition_code
    if locked.state == "wrap_up" and locked.disposition_code is None:
        await choose_outcome(unit, locked.id, is_solved=is_solved, disposition_code=code)
    elif locked.wrap_up in (None, "none"):
        await close(unit, locked.id, is_solved=is_solved, disposition_code=code, from_states=_HELD)
    else:
        await start_wrap_up(unit, locked.id, is_solved=is_solved, disposition_code=code)


def _is_said_already(principal: Principal, locked: Locked, closing: Closing) -> bool:
    return (
        locked.state in ("wrap_up", "closed")
        and locked.agent_id == principal.user_id
        and locked.is_solved == closing.is_solved
        and locked.disposition_code == closing.disposition_code
    )
