"""Shows the pictures of an album, which come one by one, as one message.

Nobody waits for the rest of an album: the first picture is a message at once, and each that comes
after it adds a part to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from halfminute.contacts.types import AddressKey, MetAddress
from halfminute.conversations.arrivals import Arrival, Target
from halfminute.conversations.media import take_parts
from halfminute.conversations.tables import albums as tables
from halfminute.conversations.types import MessageId
from halfminute.kit.event_log import Unit, stream_name
from halfminute.sdk.channel import InboundMessage
from halfminute.sdk.model import read_parts

AlbumKey = tuple[AddressKey, str]

# The largest that a channel knows has ten (Telegram, WhatsApp); what claims more is no album.
PICTURES: Final = 50


class Picture(NamedTuple):
    """A picture of an album, in which part of which message it is shown."""

    arrival: Arrival
    address: MetAddress
    message_id: MessageId
    position: int


async def find_albums(
    unit: Unit, wave: Sequence[Arrival], met: Mapping[AddressKey, MetAddress]
) -> dict[AlbumKey, Target]:
    """The messages that pictures of this wave may be added to."""
    key_of_address = {address.id: key for key, address in met.items()}
    asked = sorted(
        {
            (met[arrival.address_key].id, arrival.album_key)
            for arrival in wave
            if arrival.album_key is not None
        }
    )
    if not asked:
        return {}
    address_ids, album_keys = zip(*asked, strict=True)
    rows = await unit.connection.fetch(tables.FIND_ALBUMS, address_ids, album_keys)
    found = {
        (key_of_address[row["address_id"]], row["album_key"]): Target(
            id=MessageId(row["id"]),
            conversation_id=row["conversation_id"],
            revision=row["revision"],
            parts=read_parts(row["parts"]),
            edited_at=None,
        )
        for row in rows
    }
    return {key: target for key, target in found.items() if len(target.parts) < PICTURES}


def find_album(arrival: Arrival, albums: Mapping[AlbumKey, Target]) -> Target | None:
    """The message that this one is to be added to."""
    if arrival.album_key is None:
        return None
    return albums.get((arrival.address_key, arrival.album_key))


async def join_album(
    unit: Unit, arrival: Arrival, update: InboundMessage, address: MetAddress, target: Target
) -> None:
    """Add its part to the message of its album."""
    added = await take_parts(unit, arrival.account.id, update.parts, target)
    await unit.connection.execute(tables.EXTEND, target.id, (*target.parts, *added))
    await note_pictures(unit, [Picture(arrival, address, target.id, len(target.parts))])
    data = {"conversation_id": str(target.conversation_id), "message_id": str(target.id)}
    unit.record("MessageExtended", data, stream_name("conversation", target.conversation_id))


async def note_pictures(unit: Unit, pictures: Iterable[Picture]) -> None:
    """Keep what leads from their names to where they are shown; those of no album are left out."""
    rows = [
        (address.id, arrival.message_key, arrival.album_key, message_id, position)
        for arrival, address, message_id, position in pictures
        if arrival.album_key is not None
    ]
    if rows:
        columns = (list(column) for column in zip(*rows, strict=True))
        await unit.connection.execute(tables.NOTE_PICTURES, *columns)
