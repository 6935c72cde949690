"""What ratings look like on the wire."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.conversations.schemas import ContactBrief
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment

LONGEST_WORDS = 2000


class NewRating(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a contact says of a conversation: 1 (bad) to 5 (very good), and why if they like."""

    score: Annotated[int, msgspec.Meta(ge=1, le=5)]
    words: Annotated[str, msgspec.Meta(max_length=LONGEST_WORDS, pattern=STORABLE)] = ""


class RatingView(msgspec.Struct, frozen=True, kw_only=True):
    """A rating, and whom it is of: who had the conversation, and in which queue, at its end.

    The share of the scores 4 and 5 among all that were given is the CSAT; who did not answer is in
    neither number.
    """

    conversation_id: UUID
    contact: ContactBrief
    channel_kind: str
    queue_id: UUID | None
    agent_id: UUID | None
    agent_name: str | None
    score: int
    words: str
    rated_at: Moment


class RatingPage(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of ratings, the oldest first; `next` is null on the last page."""

    items: list[RatingView]
    next: str | None
