"""Throws away files that nothing shows any more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.files.store import FileStore
from halfminute.files.tables import removal as tables
from halfminute.kit.event_log import Unit


async def discard_files(unit: Unit, file_ids: Sequence[UUID]) -> list[str]:
    """Forget those of them that no message shows; the keys of their bytes.

    The caller has taken its own references away before, and has the bytes deleted after its commit:
    `delete_bytes`.
    """
    if not file_ids:
        return []
    rows = await unit.connection.fetch(tables.DISCARD, file_ids)
    return [key for row in rows for key in row if key is not None]


async def delete_bytes(store: FileStore, keys: Sequence[str]) -> None:
    """Delete what `discard_files` has forgotten."""
    for key in keys:
        await store.delete(key)
