"""What the contact in a conversation may see of it.

They see less than our own people: no notes, no ids of agents, no outcome codes.
"""

from __future__ import annotations

import msgspec

from halfminute.conversations.schemas import ConversationView, MessageView


def conversation_for_contact(view: ConversationView) -> ConversationView:
    """The conversation without what is ours alone."""
    return msgspec.structs.replace(
        view,
        address=msgspec.structs.replace(view.address, is_disputed=False),
        agent_id=None,
        queue_id=None,
        entered_queue_at=None,
        target=None,
        business=None,
        reply_until=None,
        is_solved=None,
        solved_at=None,
        disposition_code=None,
        wrap_up_at=None,
        wrap_up_seconds=None,
        wrap_up_extension_seconds=0,
        silent_since=None,
        returned_at=None,
    )


def message_for_contact(view: MessageView) -> MessageView | None:
    """The message without what is ours alone; None for a note."""
    if view.direction not in ("in", "out"):
        return None
    is_theirs = view.author_kind == "contact"
    return msgspec.structs.replace(
        view,
        author_id=view.author_id if is_theirs else None,
        parts=view.parts if view.deleted_at is None else (),
        delivery_code="",
        delivery_reason="",
        is_retryable=False,
        change=None,
    )
