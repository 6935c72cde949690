"""Makes thumbnails of pictures and films, and waveforms of sounds, once a file is ready.

What cannot be decoded is simply without. A crash repeats harmlessly: the row is claimed again after
its lease, and the bytes of a thumbnail that no row names are deleted.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, Final
from uuid import UUID

import asyncpg
import structlog

from halfminute.files.actions.end_fetch import PREVIEWS_TOPIC
from halfminute.files.actions.set_preview import set_preview
from halfminute.files.content import FILMS, PICTURES, SOUNDS
from halfminute.files.decoding.decoder import Decoder, Found, Undecodable, can_decode_films
from halfminute.files.keeping import keep_bytes
from halfminute.files.store import FileStore
from halfminute.files.tables import previews as tables
from halfminute.kit.claimed_rows import Claim, ClaimedRows
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog

ATTEMPTS: Final = 3
_AT_ONCE: Final = 2
# Longer than decoding may take, even behind another.
_LEASE_SECONDS: Final = 300.0

logger = structlog.get_logger(__name__)


class PreviewWorker:
    """The worker of the `maintenance` role that looks at what is ready. Any number may run."""

    def __init__(self, log: EventLog, store: FileStore, decoder: Decoder) -> None:
        """Works when it is woken, or when it finds something due."""
        self._log = log
        self._store = store
        self._decoder = decoder
        self._seen = PICTURES | (SOUNDS | FILMS if can_decode_films() else frozenset())
        bell = log.wakeups.subscribe(PREVIEWS_TOPIC)
        claim = Claim(
            tables.CLAIM_PREVIEWS, tables.SECONDS_TO_NEXT_PREVIEW, _LEASE_SECONDS, _AT_ONCE
        )
        self._due = ClaimedRows(log.database, bell, claim, self._work_on)

    async def run(self) -> None:
        """Work until cancelled."""
        await self._due.run()

    async def _work_on(self, row: asyncpg.Record) -> None:
        try:
            await self._preview(row)
        except Unavailable:
            logger.warning("preview_left_to_its_lease", file_id=str(row["id"]))
        except Exception:  # one file must not end the worker; its lease brings it again
            logger.exception("preview_broke", file_id=str(row["id"]))

    async def _preview(self, row: asyncpg.Record) -> None:
        file_id: UUID = row["id"]
        if row["media_type"] not in self._seen or row["preview_attempts"] > ATTEMPTS:
            await set_preview(self._log, file_id, Found(), None)
            return
        try:
            async with open_stored(self._store, row["storage_key"], row["size"]) as file:
                await self._decode(file_id, file, row["media_type"])
        except (Undecodable, FileNotFoundError):
            await set_preview(self._log, file_id, Found(), None)

    async def _decode(self, file_id: UUID, file: BinaryIO, media_type: str) -> None:
        async with self._decoder.decode("preview", file, media_type) as (found, made):
            thumbnail = None
            if found.has_thumbnail:
                thumbnail = await keep_bytes(self._log.database, self._store, made)
            await set_preview(self._log, file_id, found, thumbnail)


@asynccontextmanager
async def open_stored(store: FileStore, key: str, size: int) -> AsyncIterator[Any]:
    """A copy of what is stored, as a file without a name.

    Raises FileNotFoundError, StoreUnreachable.
    """
    with tempfile.TemporaryFile() as file:
        async for piece in store.read(key, 0, size):
            file.write(piece)
        file.flush()
        file.seek(0)
        yield file
