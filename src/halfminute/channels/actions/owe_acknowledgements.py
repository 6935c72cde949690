"""Notes what providers wait to be told, to be told once their payloads are committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from halfminute.channels import tables
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id

ACKNOWLEDGEMENTS_TOPIC: Final = "acknowledgements"


class Owed(NamedTuple):
    """An account, and the plug-in's own name for what its provider waits for."""

    channel_account_id: UUID
    reference: dict[str, Any]


async def owe_acknowledgements(unit: Unit, owed: Sequence[Owed]) -> None:
    """One row each, and a ring to who tells them once this is committed."""
    if not owed:
        return
    ids = [new_id() for _ in owed]
    account_ids, references = zip(*owed, strict=True)
    await unit.connection.execute(tables.OWE, ids, account_ids, references)
    unit.wake(ACKNOWLEDGEMENTS_TOPIC)
