"""Removes what nobody needs: uploads that no message shows, and bytes that no row names."""

from __future__ import annotations

from halfminute.files.actions.remove_uploads import remove_unused_uploads
from halfminute.files.keeping import delete_loose_bytes
from halfminute.files.store import FileStore
from halfminute.kit.database import Database


async def remove_leftovers(database: Database, store: FileStore) -> None:
    """Being cut short loses nothing. Raises DatabaseUnavailable, StoreUnreachable."""
    await remove_unused_uploads(database)
    await delete_loose_bytes(database, store)
