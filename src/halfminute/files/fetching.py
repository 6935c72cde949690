"""Fetches media from the providers, after their messages were acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg
import structlog

from halfminute.files.actions.end_fetch import give_up, mark_kept, mark_ready, postpone
from halfminute.files.actions.expect_files import FILES_TOPIC
from halfminute.files.errors import UnsafeFile
from halfminute.files.keeping import keep_bytes
from halfminute.files.stickers import MOVING_STICKER, check_moving_sticker
from halfminute.files.store import FileStore
from halfminute.files.tables import fetching as tables
from halfminute.files.types import SIZE_LIMIT
from halfminute.kit.claimed_rows import Claim, ClaimedRows
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.sdk.errors import FileExpired, FileTooLarge, ProviderError

# The provider's bytes of one file: (channel account, its reference) -> pieces.
FetchFile = Callable[[UUID, dict[str, Any]], AsyncIterator[bytes]]

AT_ONCE: Final = 4
ATTEMPTS: Final = 8
FETCH_TIMEOUT_SECONDS: Final = 120
# Longer than a fetch may take, so that two never fetch the same file.
_LEASE_SECONDS: Final = FETCH_TIMEOUT_SECONDS + 30.0
_FIRST_PAUSE_SECONDS: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 600.0
_REFUSED_PAUSE_SECONDS: Final = 30.0

logger = structlog.get_logger(__name__)


class FileFetcher:
    """The worker of the `delivery` role that fetches files. Any number may run."""

    def __init__(
        self,
        log: EventLog,
        store: FileStore,
        fetch: FetchFile,
        *,
        size_limit: int = SIZE_LIMIT,
        is_scanned: bool = False,
    ) -> None:
        """`fetch` is given by `channels`; a file of more than `size_limit` bytes is not kept.

        `is_scanned`: nobody sees a file before `scan_worker` has had it scanned.
        """
        self._log = log
        self._store = store
        self._fetch = fetch
        self._size_limit = size_limit
        self._is_scanned = is_scanned
        bell = log.wakeups.subscribe(FILES_TOPIC)
        claim = Claim(tables.CLAIM, tables.SECONDS_TO_NEXT, _LEASE_SECONDS, AT_ONCE)
        self._due = ClaimedRows(log.database, bell, claim, self._work_on)

    async def run(self) -> None:
        """Fetch what is due until cancelled; what is cut short is claimed again by its lease."""
        await self._due.run()

    async def _work_on(self, row: asyncpg.Record) -> None:
        try:
            await self._fetch_one(row)
        except Unavailable:
            logger.warning("file_left_to_its_lease", file_id=str(row["id"]))

    async def _fetch_one(self, row: asyncpg.Record) -> None:
        file_id: UUID = row["id"]
        try:
            async with asyncio.timeout(FETCH_TIMEOUT_SECONDS):
                content = await self._download(row["channel_account_id"], row["source"])
            if row["media_type"] == MOVING_STICKER:
                check_moving_sticker(content)
            await self._keep(file_id, content)
        except FileTooLarge as error:
            await give_up(self._log, file_id, "too_large", error.reason)
        except UnsafeFile as error:
            is_too_large = error.fields["reason"] == "unpacks_to_too_much"
            state: Literal["too_large", "failed"] = "too_large" if is_too_large else "failed"
            await give_up(self._log, file_id, state, error.fields["reason"])
        except FileExpired as error:
            await give_up(self._log, file_id, "expired", error.reason)
        except ProviderError as error:
            await self._after_refusal(row, error)
        except TimeoutError:
            await self._try_later(row, "the provider took too long", None)
        except Unavailable:
            raise
        except Exception as error:  # the file is tried again, then given up: no fault is for ever
            logger.exception("file_fetch_broke", file_id=str(file_id))
            await self._try_later(row, type(error).__name__, None)

    async def _download(self, account_id: UUID, source: dict[str, Any]) -> bytes:
        content = bytearray()
        async for piece in self._fetch(account_id, source):
            content += piece
            if len(content) > self._size_limit:
                raise FileTooLarge
        return bytes(content)

    async def _keep(self, file_id: UUID, content: bytes) -> None:
        stored = await keep_bytes(self._log.database, self._store, content)
        if self._is_scanned:
            await mark_kept(self._log, file_id, stored)
        else:
            await mark_ready(self._log, file_id, stored)

    async def _after_refusal(self, row: asyncpg.Record, error: ProviderError) -> None:
        if error.refusal == "account_refused":
            # The provider has the file still: it waits for the account's new secrets.
            await postpone(self._log, row["id"], _REFUSED_PAUSE_SECONDS, error.reason)
        elif error.is_retryable:
            await self._try_later(row, error.reason, error.retry_after_seconds)
        else:
            await give_up(self._log, row["id"], "failed", error.reason)

    async def _try_later(
        self, row: asyncpg.Record, reason: str, retry_after_seconds: float | None
    ) -> None:
        attempts: int = row["attempts"]
        if attempts >= ATTEMPTS:
            await give_up(self._log, row["id"], "failed", reason)
            return
        pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0 ** (attempts - 1))
        await postpone(self._log, row["id"], max(pause, retry_after_seconds or 0), reason)
