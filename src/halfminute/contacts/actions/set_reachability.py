"""Notes whether anything can be sent to an address."""

from __future__ import annotations

from typing import Final

from halfminute.contacts import tables
from halfminute.contacts.types import AddressId
from halfminute.kit.event_log import Unit

_REASON_LENGTH: Final = 300


async def set_reachability(
    unit: Unit, address_id: AddressId, *, is_reachable: bool, reason: str
) -> bool:
    """Write it down; False if it was so already. `reason` is empty for a reachable one.

    The caller tells the fact on the conversations it concerns.
    """
    changed = await unit.connection.fetchval(
        tables.SET_REACHABILITY, address_id, is_reachable, reason[:_REASON_LENGTH]
    )
    return changed is not None
