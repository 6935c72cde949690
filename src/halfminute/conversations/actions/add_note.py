"""An agent leaves a note for colleagues; the customer never sees it."""

from __future__ import annotations

from uuid import UUID

from halfminute.conversations.access import lock_conversation, require_not_erased
from halfminute.conversations.actions.reply import Written
from halfminute.conversations.errors import ConversationNotYours
from halfminute.conversations.notes import insert_note
from halfminute.conversations.queries import get_message_view
from halfminute.conversations.schemas import NewNote
from halfminute.conversations.texts import note_part
from halfminute.identity.access import allows
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, stream_name


async def add_note(
    log: EventLog, principal: Principal, conversation_id: UUID, new: NewNote
) -> Written:
    """Store the note, also on a closed conversation or a helper's, once for each client id.

    Raises ConversationNotFound, ContactErased, ConversationNotYours, InvalidText.
    """
    part = note_part(new.text)
    async with log.write() as unit:
        locked = await lock_conversation(unit, principal, conversation_id, client_id=new.client_id)
        message_id = locked.known_message_id
        if message_id is None:
            require_not_erased(locked)
            is_helper = locked.consult_state == "active"
            if not is_helper and not allows(principal, "conversation.reply", locked.facts):
                raise ConversationNotYours(agent_id=locked.agent_id)
            message_id = await insert_note(
                unit, locked, principal.user_id, client_id=new.client_id, parts=[part]
            )
            data = {
                "conversation_id": str(conversation_id),
                "message_id": str(message_id),
                "agent_id": str(principal.user_id),
            }
            unit.record("NoteAdded", data, stream_name("conversation", conversation_id))
        return Written(
            await get_message_view(unit.connection, message_id),
            is_new=locked.known_message_id is None,
        )
