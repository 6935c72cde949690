"""What cannot be rated, and why."""

from __future__ import annotations

from halfminute.kit.errors import Conflict


class ConversationNotEnded(Conflict):
    """The conversation goes on: it is rated when it is over."""

    code = "conversation_not_ended"


class RatingTooLate(Conflict):
    """The conversation has been over for too long to be rated, or to be rated otherwise."""

    code = "rating_too_late"
