"""What a visitor may hand in: strangers of whom nothing is known, so less than agents may."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO, Final
from uuid import UUID

from halfminute.files.actions.take_upload import Allowance, UploadParts
from halfminute.files.content import HEAD_BYTES, media_type_of
from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.files.names import clean_name
from halfminute.files.queries import lock_uploads
from halfminute.files.receiving import Uploads
from halfminute.files.types import FileState
from halfminute.kit.database import Database
from halfminute.webchat.errors import RefusedFile

_MEGABYTE: Final = 1024 * 1024
_LARGEST: Final = 20 * _MEGABYTE
_ALLOWANCE: Final = Allowance(
    a_minute=15, unused=20, unused_bytes=100 * _MEGABYTE, day_bytes=250 * _MEGABYTE
)
# Windows, Linux (ELF) and macOS (Mach-O, both orders and widths, and fat); a script's first line.
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
)
# Pages and drawings that run scripts in whatever opens them.
_ACTIVE_TYPES: Final = ("html", "svg", "script", "/xml", "shortcut")
_ACTIVE_WORDS: Final = (b"<svg", b"<html", b"<script", b"<!doctype html")
# An agent's computer goes by the name: these it would run, or show with their scripts
# (support.microsoft.com, "Blocked attachments in Outlook").
_ACTIVE_NAME: Final = re.compile(
    r"\.(?:app|appref-ms|bat|chm|cmd|com|cpl|exe|gadget|hta|html?|jar|jse?|lnk|mht|mhtml|ms[cip]|pif"
    r"|ps1|reg|scr|sct|sh|svgz?|url|vb[es]?|ws[cfh]|xhtml|xll)",
    re.IGNORECASE,
)


def file_limit_of(uploads: UploadParts) -> int:
    """The most bytes of a visitor's file."""
    return min(_LARGEST, uploads.size_limit)


def for_visitors(uploads: UploadParts, receiving: Uploads) -> UploadParts:
    """How files of visitors are taken in; `receiving` counts theirs."""
    limit = file_limit_of(uploads)
    return replace(uploads, size_limit=limit, uploads=receiving, allowance=_ALLOWANCE)


def refuse_active(body: BinaryIO, name: str) -> None:
    """Raises RefusedFile for what runs when it is opened, by its bytes or by its name."""
    body.seek(0)
    head = body.read(HEAD_BYTES)
    body.seek(0)
    _stem, dot, extension = clean_name(name).rpartition(".")
    media_type = media_type_of(head)
    lowered = head.lower()
    if (
        _ACTIVE_NAME.fullmatch(dot + extension)
        or head.startswith(_PROGRAMS)
        or any(word in media_type for word in _ACTIVE_TYPES)
        # Within a document of another kind such words are mere words.
        or (media_type.startswith(("text/", "application/octet")) and _has_any(lowered))
    ):
        raise RefusedFile


def _has_any(lowered: bytes) -> bool:
    return any(word in lowered for word in _ACTIVE_WORDS)


async def require_own_files(database: Database, visitor_id: UUID, file_ids: Sequence[UUID]) -> None:
    """Each is an upload of the visitor's that a message may show.

    Raises FileNotFound, of another's too, and FileNotReady for what was found to be infected.
    """
    if not file_ids:
        return
    async with database.transaction() as connection:
        named = [(file_id, str(visitor_id)) for file_id in file_ids]
        uploads = await lock_uploads(connection, named)
    states: dict[UUID, FileState] = {upload.id: upload.state for upload in uploads}
    for file_id in file_ids:
        state = states.get(file_id)
        if state is None:
            raise FileNotFound(file_id=str(file_id))
        if state not in ("pending", "ready"):
            raise FileNotReady(file_id=str(file_id), state=state)
