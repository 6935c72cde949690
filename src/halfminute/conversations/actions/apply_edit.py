"""Applies a customer's edit: the new words stand, the old ones are kept beside them."""

from __future__ import annotations

from halfminute.conversations.arrivals import Arrival, Target
from halfminute.conversations.media import take_parts
from halfminute.conversations.quotes import tell_quoting
from halfminute.conversations.tables import albums, business
from halfminute.conversations.tables import intake as tables
from halfminute.kit.event_log import Unit, stream_name
from halfminute.sdk.channel import InboundEdit, InboundMessage
from halfminute.sdk.model import MediaPart, Part, TextPart, read_parts


async def apply_edit(unit: Unit, arrival: Arrival, update: InboundEdit, target: Target) -> None:
    """Put the new parts in the place of the old; an edit that changes nothing leaves no trace.

    Of two edits the later one stands, in whatever order they arrive. A file that is shown still
    is not fetched anew.
    """
    if target.position is not None and len(update.parts) != 1:
        return
    parts = await _stored(unit, arrival, update.parts, target)
    if parts == target.parts:
        return
    stands, aside, edited_at = parts, target.parts, update.edited_at
    if target.edited_at is not None and update.edited_at < target.edited_at:
        stands, aside, edited_at = target.parts, parts, target.edited_at
    await unit.connection.execute(
        tables.REVISE, target.id, target.revision, aside, stands, edited_at
    )
    if target.position is not None:
        await unit.connection.execute(albums.MARK_EDITED, target.id, target.position, edited_at)
    data = {
        "conversation_id": str(target.conversation_id),
        "message_id": str(target.id),
        "revision": target.revision + 1,
    }
    unit.record("MessageEdited", data, stream_name("conversation", target.conversation_id))
    await tell_quoting(unit, target.id, target.conversation_id)


async def apply_edit_of_ours(
    unit: Unit, arrival: Arrival, update: InboundEdit, target: Target
) -> None:
    """The account's owner may have changed what we sent; most often it is our own edit's echo.

    The channel adds marks of its own to words (links, mentions), so words alone are compared.
    """
    said = _words_of(update.parts)
    if said is not None:
        asked = await unit.connection.fetchval(business.FIND_ASKED_EDIT, target.id)
        if said in (_words_of(target.parts), _words_of(read_parts(asked or []))):
            return
    await apply_edit(unit, arrival, update, target)


def _words_of(parts: tuple[Part, ...]) -> str | None:
    match parts:
        case (TextPart(text=text),) | (MediaPart(caption=TextPart(text=text)),):
            return text.strip()
        case _:
            return None


async def keep_original(
    unit: Unit, arrival: Arrival, update: InboundMessage, target: Target
) -> None:
    """Keep the first words of a message whose edit came before it; a mere repetition is nothing."""
    if target.revision > 0 and target.position is None:
        parts = await _stored(unit, arrival, update.parts, target)
        await unit.connection.execute(tables.KEEP_ORIGINAL, target.id, parts)


async def _stored(
    unit: Unit, arrival: Arrival, given: tuple[Part, ...], target: Target
) -> tuple[Part, ...]:
    """The whole of the message then; of an album only the picture that is meant changes."""
    taken = await take_parts(unit, arrival.account.id, given, target)
    if target.position is None:
        return taken
    return (*target.parts[: target.position], *taken, *target.parts[target.position + 1 :])
