"""Has files scanned whose bytes are ours, before anybody is given them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import asyncpg
import structlog

from halfminute.files.actions.end_fetch import SCANS_TOPIC, give_up
from halfminute.files.actions.end_scan import mark_clean, mark_infected, mark_lost
from halfminute.files.errors import ScannerUnreachable, UnscannableFile
from halfminute.files.scanning import Scanner
from halfminute.files.store import FileStore
from halfminute.files.tables import scanning as tables
from halfminute.kit.claimed_rows import Claim, ClaimedRows
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.metrics import scans_total

_AT_ONCE: Final = 2
# Longer than a scan may take.
_LEASE_SECONDS: Final = 180.0
_FIRST_PAUSE_SECONDS: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 60.0

logger = structlog.get_logger(__name__)


class ScanWorker:
    """The worker of the `delivery` role that has files scanned. Any number may run."""

    def __init__(self, log: EventLog, store: FileStore, scanner: Scanner | None) -> None:
        """Without a scanner, what still waits from the time of one is ready."""
        self._log = log
        self._store = store
        self._scanner = scanner
        bell = log.wakeups.subscribe(SCANS_TOPIC)
        claim = Claim(tables.CLAIM_SCANS, tables.SECONDS_TO_NEXT_SCAN, _LEASE_SECONDS, _AT_ONCE)
        self._due = ClaimedRows(log.database, bell, claim, self._work_on)

    async def run(self) -> None:
        """Work until cancelled."""
        await self._due.run()

    async def _work_on(self, row: asyncpg.Record) -> None:
        try:
            await self._scan(row)
        except ScannerUnreachable as error:
            await self._try_later(row, error)
        except Unavailable:
            logger.warning("scan_left_to_its_lease", file_id=str(row["id"]))
        except Exception:  # one file must not end the worker; its lease brings it again
            logger.exception("scan_broke", file_id=str(row["id"]))

    async def _scan(self, row: asyncpg.Record) -> None:
        file_id: UUID = row["id"]
        key: str = row["storage_key"]
        try:
            threat = await self._ask(key, row["size"])
        except UnscannableFile as error:
            scans_total.labels("refused").inc()
            await give_up(self._log, file_id, "failed", error.fields["reason"])
        except FileNotFoundError:
            await mark_lost(self._log, file_id, key)
        else:
            scans_total.labels("clean" if threat is None else "infected").inc()
            if threat is None:
                await mark_clean(self._log, file_id, key)
            else:
                logger.warning("file_infected", file_id=str(file_id), threat=threat)
                await mark_infected(self._log, file_id, key, threat)

    async def _ask(self, key: str, size: int) -> str | None:
        if self._scanner is None:
            return None
        return await self._scanner.scan(self._store.read(key, 0, size))

    async def _try_later(self, row: asyncpg.Record, error: ScannerUnreachable) -> None:
        scans_total.labels("unreachable").inc()
        logger.warning("scanner_unreachable", file_id=str(row["id"]), reason=error.message)
        # Not beyond what a float can hold: a scanner may be away for a long time.
        doublings = min(row["scan_attempts"] - 1, 10)
        pause = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2.0**doublings)
        try:
            async with self._log.database.transaction() as connection:
                await connection.execute(tables.POSTPONE_SCAN, row["id"], pause, error.message)
        except Unavailable:
            logger.warning("scan_left_to_its_lease", file_id=str(row["id"]))
