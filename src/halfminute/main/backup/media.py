"""Copies media into a backup.

They are copied after the database's snapshot, not within it. That is right because media never
change: what the snapshot names is, once kept, the same bytes under the same key until it is
deleted, and what was kept since then the snapshot does not name.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from halfminute.files.queries import KeptFile
from halfminute.files.store import FileStore
from halfminute.main.backup.archive import ArchiveWriter, Content
from halfminute.main.backup.manifest import (
    MEDIA_LIST_MEMBER,
    MEDIA_PREFIX,
    MediaFigures,
    MediaLine,
    encode_line,
)
from halfminute.main.backup.place import Tell

_PIECE_BYTES: Final = 1024 * 1024


async def spool_kept_files(kept: AsyncIterator[KeptFile], spool: BinaryIO) -> None:
    """Write down which media there are, so that the snapshot need not stay open to copy them."""
    async for file in kept:
        spool.write(encode_line(file.storage_key, Content(file.size, file.sha256.hex())))


class MediaCopy:
    """The copying of media into one archive, and what came of it."""

    def __init__(self, archive: ArchiveWriter, files: FileStore, tell: Tell) -> None:
        """Nothing is read before `run`."""
        self._archive = archive
        self._files = files
        self._tell = tell
        self._count = self._bytes = self._missing = self._altered = 0

    @property
    def figures(self) -> MediaFigures:
        """What was copied so far."""
        return MediaFigures(
            files=self._count, bytes=self._bytes, missing=self._missing, altered=self._altered
        )

    async def run(self, spool: BinaryIO, folder: Path) -> Content:
        """Copy what `spool` names, then the list of it. Returns what the list holds.

        `folder` takes the list meanwhile. Raises StoreUnreachable, OSError.
        """
        with tempfile.TemporaryFile(dir=folder) as lines:
            for named in read_lines(spool):
                content = await self._copy(named)
                if content is not None:
                    lines.write(encode_line(named.key, content))
            lines.seek(0)
            with self._archive.member(MEDIA_LIST_MEMBER) as writer:
                while piece := lines.read(_PIECE_BYTES):
                    writer.write(piece)
        return writer.content

    async def _copy(self, named: MediaLine) -> Content | None:
        size = await self._files.find_size(named.key)
        if size is None:
            self._missing += 1
            return None
        try:
            with self._archive.member(MEDIA_PREFIX + named.key) as writer:
                async for piece in self._files.read(named.key, 0, size):
                    writer.write(piece)
                    self._tell("media", len(piece))
        except FileNotFoundError:
            self._missing += 1
            return None
        content = writer.content
        self._count += 1
        self._bytes += content.size
        self._altered += (content.size, content.sha256) != (named.size, named.sha256)
        return content


def read_lines(spool: BinaryIO) -> Iterator[MediaLine]:
    """The lines that were written to it, from its beginning."""
    spool.seek(0)
    for line in spool:
        yield msgspec.json.decode(line, type=MediaLine)
