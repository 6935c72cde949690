"""What can be wrong with a request about a conversation."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, NotFound


class ConversationNotFound(NotFound):
    """There is no such conversation, or it is not yours to see."""

    code = "conversation_not_found"


class ConversationChanged(Conflict):
    """The conversation has moved on meanwhile: read it again.

    `state` and `version` in the fields tell what it is now.
    """

    code = "conversation_changed"


class MessageNotFound(NotFound):
    """There is no such message, or it is not yours to see."""

    code = "message_not_found"
