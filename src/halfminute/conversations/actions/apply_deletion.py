"""Applies that messages are gone from a chat: what they said is kept, and shown as deleted.

A deletion may come before the message itself, or before we know what the provider calls a message
of ours: it is remembered for a day, until then.
"""

from __future__ import annotations

from typing import Final

from halfminute.contacts.types import MetAddress
from halfminute.conversations.arrivals import Arrival
from halfminute.conversations.deletions import delete_in_channel
from halfminute.conversations.tables import business as tables
from halfminute.conversations.tables import early as early_tables
from halfminute.kit.event_log import Unit

# Whoever deletes a whole chat names thousands that we never had. What is still to come is new.
REMEMBERED: Final = 1000


async def apply_deletion(unit: Unit, arrival: Arrival, address: MetAddress | None) -> None:
    """Mark those that we have, and remember the others."""
    wanted = sorted(arrival.deleted_keys)
    found: set[str] = set()
    if address is not None:
        found = await delete_in_channel(unit, address.id, wanted)
        if len(found) < len(wanted):
            # The end of a sending may be what tells us of the rest.
            await unit.connection.execute(early_tables.LOCK_EARLY, [address.id])
            await unit.connection.execute(early_tables.MARK_SENDINGS, [address.id])
            rest = [key for key in wanted if key not in found]
            found |= await delete_in_channel(unit, address.id, rest)
    unknown = sorted((key for key in wanted if key not in found), key=_age)[-REMEMBERED:]
    if unknown:
        await unit.connection.execute(tables.KEEP_EARLY_DELETIONS, *arrival.address_key, unknown)


def _age(key: str) -> tuple[int, str]:
    """Older first, where the provider counts its messages."""
    return len(key), key
