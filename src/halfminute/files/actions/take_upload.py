"""Keeps what a person hands in, to be shown by a message of theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, Final, NamedTuple
from uuid import UUID

from halfminute.files.actions.end_fetch import PREVIEWS_TOPIC, SCANS_TOPIC
from halfminute.files.decoding.decoder import Decoder
from halfminute.files.errors import InfectedFile, ScannerUnreachable
from halfminute.files.examining import Examined, examine
from halfminute.files.keeping import claim_bytes, keep_bytes
from halfminute.files.names import clean_name
from halfminute.files.queries import FileRecord, find_upload, get_file
from halfminute.files.receiving import Uploads
from halfminute.files.scanning import Scanner, file_pieces
from halfminute.files.store import FileStore
from halfminute.files.tables import uploads as tables
from halfminute.files.types import FileId, StoredFile
from halfminute.kit.database import Connection
from halfminute.kit.errors import TooManyRequests
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id

_WINDOW_SECONDS: Final = 60.0


class Allowance(NamedTuple):
    """What one person may hand in, how much of it may lie unused, and how much they may in a day.

    The day's bytes count what messages show as well; None: no end.
    """

    a_minute: int = 30
    unused: int = 100
    unused_bytes: int = 1024 * 1024 * 1024
    day_bytes: int | None = None


@dataclass(frozen=True)
class UploadParts:
    """What taking uploads needs. `size_limit` in bytes; no `scanner`: nothing is scanned."""

    log: EventLog
    store: FileStore
    scanner: Scanner | None
    size_limit: int
    decoder: Decoder = field(default_factory=Decoder)
    uploads: Uploads = field(default_factory=Uploads)
    allowance: Allowance = field(default_factory=Allowance)


class NewUpload(NamedTuple):
    """Who hands it in (a user or a visitor), under which id of its own making, by which name."""

    uploaded_by: UUID
    client_id: UUID
    name: str


async def require_room(connection: Connection, allowance: Allowance, uploaded_by: UUID) -> None:
    """Raises TooManyRequests for who has handed in enough for now."""
    count = await connection.fetchrow(tables.COUNT_UPLOADS, uploaded_by, _WINDOW_SECONDS)
    if count is None:
        return
    if count["lately"] >= allowance.a_minute:
        raise TooManyRequests(retry_after_seconds=int(_WINDOW_SECONDS))
    if count["unused"] >= allowance.unused or count["unused_bytes"] >= allowance.unused_bytes:
        raise TooManyRequests(
            "Too many files are waiting to be sent: remove some first.", retry_after_seconds=3600
        )
    if allowance.day_bytes is not None and count["day_bytes"] >= allowance.day_bytes:
        raise TooManyRequests("So many files are enough for a day.", retry_after_seconds=3600)


async def take_upload(parts: UploadParts, upload: NewUpload, body: BinaryIO) -> FileRecord:
    """The file as it is kept; the one that is there already when the request comes again.

    Raises EmptyFile, UnsafeFile, InfectedFile, TooManyRequests, StoreUnreachable.
    """
    async with examine(parts.decoder, body) as examined:
        is_scanned = await _scan(parts.scanner, examined)
        stored = await keep_bytes(parts.log.database, parts.store, examined.body)
        return await _add(parts, upload, examined, stored, is_scanned=is_scanned)


async def _scan(scanner: Scanner | None, examined: Examined) -> bool:
    if scanner is None:
        return True
    try:
        threat = await scanner.scan(file_pieces(examined.body))
    except ScannerUnreachable:
        return False
    if threat is not None:
        raise InfectedFile(threat=threat)
    return True


async def _add(
    parts: UploadParts,
    upload: NewUpload,
    examined: Examined,
    stored: StoredFile,
    *,
    is_scanned: bool,
) -> FileRecord:
    found = examined.found
    async with parts.log.write() as unit:
        await unit.connection.execute(tables.LOCK_UPLOADER, str(upload.uploaded_by))
        known = await find_upload(unit.connection, upload.uploaded_by, upload.client_id)
        if known is not None:
            return known
        await require_room(unit.connection, parts.allowance, upload.uploaded_by)
        file_id = FileId(new_id())
        await unit.connection.execute(
            tables.ADD_UPLOAD,
            file_id,
            upload.uploaded_by,
            upload.client_id,
            examined.kind,
            clean_name(upload.name),
            examined.media_type,
            stored.size,
            stored.storage_key,
            stored.sha256,
            found.width,
            found.height,
            found.whole_seconds,
            bytes(found.waveform) if found.waveform else None,
            "ready" if is_scanned else "pending",
        )
        await claim_bytes(unit.connection, stored.storage_key)
        unit.wake(PREVIEWS_TOPIC if is_scanned else SCANS_TOPIC)
        return await get_file(unit.connection, file_id)
