"""The contact says that this is all."""

from __future__ import annotations

from uuid import UUID

from halfminute.contacts.types import AddressKey
from halfminute.conversations.contact_access import HeldByContact, lock_own_conversation
from halfminute.conversations.contact_views import conversation_for_contact
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import ConversationView
from halfminute.conversations.tables import thread as tables
from halfminute.conversations.transitions import close, start_wrap_up
from halfminute.kit.event_log import EventLog, Unit, stream_name


async def end_by_contact(
    log: EventLog, address: AddressKey, conversation_id: UUID
) -> ConversationView:
    """End it as solved, if anybody has answered; the conversation as its contact sees it.

    An agent who has it gets the wrap-up of its queue, to finish the notes. Whoever writes again is
    taken up as after any other end. What is over stays as it is: the same said twice is heard once.
    Raises ConversationNotFound, also for another's.
    """
    async with log.write() as unit:
        held = await lock_own_conversation(unit, address, conversation_id)
        if held.ended_at is None:
            await _end(unit, held)
        return conversation_for_contact(await get_conversation_view(unit.connection, held.id))


async def _end(unit: Unit, held: HeldByContact) -> None:
    await unit.connection.execute(tables.NOTE_END_BY_CONTACT, held.id)
    data = {"conversation_id": str(held.id)}
    unit.record("ConversationEndedByContact", data, stream_name("conversation", held.id))
    # Who leaves before anybody has answered was not helped, and has not said otherwise.
    is_solved = None if held.first_reply_at is None else True
    if held.state == "active" and held.wrap_up not in (None, "none"):
        await start_wrap_up(unit, held.id, is_solved=is_solved, disposition_code=None)
    else:
        await close(unit, held.id, is_solved=is_solved, disposition_code=None)
