"""What becomes of a conversation whose queue lets nobody wait so long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from halfminute.conversations.notices import map_languages, send_notice
from halfminute.conversations.tables import notices as tables
from halfminute.conversations.transition_facts import conversation_of
from halfminute.conversations.transitions import close
from halfminute.conversations.types import Conversation, ConversationId
from halfminute.kit.event_log import Unit, stream_name
from halfminute.queues.words import choose_words


async def overflow_conversation(
    unit: Unit,
    conversation_id: ConversationId,
    queue_id: UUID,
    *,
    kind: Literal["callback", "message"],
    words: Mapping[str, str],
    is_kept: bool,
) -> None:
    """Mark it as a call-back or not, tell its contact, and close it unless it `is_kept`.

    It is told once for each stay in a queue. Where it waits there no more, nothing is done. The
    caller has locked its row.
    """
    row = await unit.connection.fetchrow(
        tables.MARK_OVERFLOWED, conversation_id, queue_id, kind == "callback"
    )
    if row is None:
        return
    if row["is_first"]:
        data = {"conversation_id": str(conversation_id), "queue_id": str(queue_id), "reason": kind}
        streams = stream_name("conversation", conversation_id), stream_name("queue", queue_id)
        unit.record("ConversationOverflowed", data, *streams)
        await _tell_contact(unit, conversation_of(row), words)
    if not is_kept:
        await close(unit, conversation_id, is_solved=None, disposition_code=None)


async def _tell_contact(unit: Unit, conversation: Conversation, words: Mapping[str, str]) -> None:
    languages = await map_languages(unit.connection, [conversation.id])
    told = choose_words(words, languages.get(conversation.id))
    if told:
        await send_notice(unit, conversation.id, conversation.channel_account_id, told)
