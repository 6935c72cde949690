"""A contact says how well they were helped."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from halfminute.contacts.types import AddressKey
from halfminute.conversations.contact_access import HeldByContact, lock_own_conversation
from halfminute.conversations.contact_views import conversation_for_contact
from halfminute.conversations.queries import get_conversation_view
from halfminute.conversations.schemas import ConversationView
from halfminute.feedback import tables
from halfminute.feedback.errors import ConversationNotEnded, RatingTooLate
from halfminute.feedback.schemas import NewRating
from halfminute.kit.event_log import EventLog, stream_name
from halfminute.kit.time import utc_now

# Later than this nobody remembers who helped; until then anybody may think better of it. It is also
# how long a matter may take to come back before it counts as verified.
RATED_WITHIN: Final = timedelta(days=3)


async def rate_conversation(
    log: EventLog, address: AddressKey, conversation_id: UUID, rating: NewRating
) -> ConversationView:
    """Rate it, or rate it otherwise; the conversation as its contact sees it.

    Of whatever channel the address is. The same said twice is one fact. Raises
    ConversationNotFound (also for another's), ConversationNotEnded, RatingTooLate.
    """
    words = rating.words.strip()
    async with log.write() as unit:
        held = await lock_own_conversation(unit, address, conversation_id)
        _require_ratable(held)
        rated = await unit.connection.fetchval(
            tables.RATE, held.id, held.agent_id, held.queue_id, rating.score, words
        )
        if rated is not None:
            data = {
                "conversation_id": str(held.id),
                "agent_id": _text(held.agent_id),
                "queue_id": _text(held.queue_id),
                "score": rating.score,
            }
            unit.record("ConversationRated", data, stream_name("conversation", held.id))
        return conversation_for_contact(await get_conversation_view(unit.connection, held.id))


def _require_ratable(held: HeldByContact) -> None:
    if held.ended_at is None:
        raise ConversationNotEnded
    if utc_now() - held.ended_at > RATED_WITHIN:
        raise RatingTooLate


def _text(identifier: UUID | None) -> str | None:
    return None if identifier is None else str(identifier)
