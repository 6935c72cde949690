"""The archive file: a plain tar, written and read as a stream, whose members carry their hashes.

A tar, so that it can be looked into without us (`tar tf`). Sizes are known only after a member was
written, so its header is filled in afterwards: nothing needs to be held in memory or written twice.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, NamedTuple

import msgspec

from halfminute.main.backup.errors import DamagedBackup

_BLOCK: Final = tarfile.BLOCKSIZE
_END: Final = bytes(2 * _BLOCK)
_PIECE_BYTES: Final = 1024 * 1024
# What a header without extensions holds.
_LONGEST_NAME: Final = 100


class Content(msgspec.Struct, frozen=True):
    """What a member holds: its size in bytes, and its SHA-256 in hexadecimal digits."""

    size: int
    sha256: str


class MemberWriter:
    """One member that is being written."""

    def __init__(self, file: BinaryIO) -> None:
        """Made by `ArchiveWriter.member`."""
        self._file = file
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, piece: bytes) -> None:
        """The next bytes. Raises OSError."""
        self._file.write(piece)
        self._hash.update(piece)
        self._size += len(piece)

    @property
    def content(self) -> Content:
        """What was written so far."""
        return Content(self._size, self._hash.hexdigest())


class ArchiveWriter:
    """Writes members one after the other into an empty file that can be sought in."""

    def __init__(self, file: BinaryIO) -> None:
        """The file stays the caller's."""
        self._file = file

    @contextmanager
    def member(self, name: str) -> Iterator[MemberWriter]:
        """A member; it is as long as what is written in the block, and none when that raises."""
        start = self._file.tell()
        self._file.write(bytes(_BLOCK))
        writer = MemberWriter(self._file)
        try:
            yield writer
        except BaseException:
            self._file.seek(start)
            self._file.truncate()
            raise
        size = writer.content.size
        self._file.write(bytes(-size % _BLOCK))
        end = self._file.tell()
        self._file.seek(start)
        self._file.write(_header(name, size))
        self._file.seek(end)

    def add(self, name: str, content: bytes) -> Content:
        """A whole small member."""
        with self.member(name) as writer:
            writer.write(content)
        return writer.content

    def end(self) -> None:
        """Close the archive: it is on the disk when this returns. Raises OSError."""
        self._file.write(_END)
        self._file.flush()
        os.fsync(self._file.fileno())


class Member(NamedTuple):
    """Where a member's bytes lie in the file."""

    name: str
    offset: int
    size: int


def list_members(file: BinaryIO) -> Iterator[Member]:
    """The members in their order; the caller may seek meanwhile. Raises DamagedBackup."""
    offset = 0
    while True:
        file.seek(offset)
        header = file.read(_BLOCK)
        if header == bytes(_BLOCK):
            return
        member = _read_header(header, offset + _BLOCK)
        yield member
        offset = member.offset + member.size + -member.size % _BLOCK


def read_member(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """Its bytes in pieces. Raises DamagedBackup where the file ends too early."""
    start, end = member.offset, member.offset + member.size
    while start < end:
        file.seek(start)
        piece = file.read(min(_PIECE_BYTES, end - start))
        if not piece:
            raise _cut_short()
        yield piece
        start += len(piece)


def _read_header(header: bytes, offset: int) -> Member:
    if len(header) < _BLOCK:
        raise _cut_short()
    try:
        told = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, ValueError):
        raise DamagedBackup(
            "The backup is damaged: where a member should begin there is something else. "
            "Restore from another one."
        ) from None
    if not told.isreg() or told.size < 0:
        raise DamagedBackup("The backup holds a member of a kind that we never write.")
    return Member(told.name, offset, told.size)


def _header(name: str, size: int) -> bytes:
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"a member's name is too long: {name}")
    told = tarfile.TarInfo(name)
    told.size = size
    told.mode = 0o600
    return told.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def _cut_short() -> DamagedBackup:
    return DamagedBackup(
        "The backup is cut short: its end is missing. Copy it again, or restore from another one."
    )
