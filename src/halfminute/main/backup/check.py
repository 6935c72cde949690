"""Reads a backup to its end and compares everything in it with what it says of itself."""

from __future__ import annotations

import asyncio
import hashlib
import re
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from halfminute.main.backup.archive import Content, Member, list_members, read_member
from halfminute.main.backup.errors import DamagedBackup, NotABackup
from halfminute.main.backup.manifest import (
    DUMP_MEMBER,
    FORMAT_MEMBER,
    KEY_MEMBER,
    MANIFEST_MEMBER,
    MEDIA_LIST_MEMBER,
    MEDIA_PREFIX,
    SEAL_MEMBER,
    Manifest,
    decode_manifest,
    encode_line,
    require_known_format,
)
from halfminute.main.backup.media import read_lines
from halfminute.main.backup.place import Tell

# What is read whole; none of them is ever near this.
_SMALL: Final = frozenset({FORMAT_MEMBER, KEY_MEMBER, MANIFEST_MEMBER, SEAL_MEMBER})
_MOST_BYTES: Final = 16 * 1024 * 1024
_KNOWN: Final = _SMALL | {DUMP_MEMBER, MEDIA_LIST_MEMBER}
# A key of the store: it must not lead out of it.
_MEDIA_NAME: Final = re.compile(rf"{MEDIA_PREFIX}[\w-]+(?:/[\w-]+)*", re.ASCII)


class Checked(NamedTuple):
    """A backup of which every byte is as it was written. `seal` is its manifest's SHA-256."""

    manifest: Manifest
    seal: str


async def check_backup(place: Path, tell: Tell) -> Manifest:
    """Needs no database. Raises NotABackup, NewerBackup, DamagedBackup, OSError."""
    with place.open("rb") as file:
        return (await check_file(file, tell)).manifest


async def check_file(file: BinaryIO, tell: Tell) -> Checked:
    """As `check_backup`, for a file that stays open."""
    _require_ours(file)
    with tempfile.TemporaryFile() as media, tempfile.TemporaryFile() as listed:
        reading = _Reading(media, listed)
        for member in list_members(file):
            await reading.read(file, member, tell)
        manifest, seal = reading.conclude()
        if reading.found != manifest.members:
            raise _damaged(_first_difference(reading.found, manifest.members))
        _compare_media(media, listed)
    if reading.media_count != manifest.media.files:
        raise _damaged("the number of media")
    return Checked(manifest, seal)


def read_document(file: BinaryIO, member: Member) -> bytes:
    """A small member, whole. Raises DamagedBackup."""
    if member.size > _MOST_BYTES:
        raise _damaged(member.name)
    return b"".join(read_member(file, member))


class _Reading:
    """What was read so far. Lines of media go to files, for there may be millions."""

    def __init__(self, media: BinaryIO, listed: BinaryIO) -> None:
        self.found: dict[str, Content] = {}
        self.media_count = 0
        self._media = media
        self._listed = listed
        self._documents: dict[str, bytes] = {}

    async def read(self, file: BinaryIO, member: Member, tell: Tell) -> None:
        is_medium = _MEDIA_NAME.fullmatch(member.name) is not None
        if not is_medium and (member.name not in _KNOWN or member.name in self.found):
            raise DamagedBackup(f"The backup holds something we never write: {member.name[:100]}.")
        if member.name in _SMALL:
            self._documents[member.name] = read_document(file, member)
        content = await self._hash(file, member, tell)
        if member.name == FORMAT_MEMBER:
            require_known_format(self._documents[FORMAT_MEMBER])
        if is_medium:
            self.media_count += 1
            self._media.write(encode_line(member.name.removeprefix(MEDIA_PREFIX), content))
        elif member.name not in (MANIFEST_MEMBER, SEAL_MEMBER):
            self.found[member.name] = content

    def conclude(self) -> tuple[Manifest, str]:
        try:
            document = self._documents[MANIFEST_MEMBER]
            seal = self._documents[SEAL_MEMBER]
        except KeyError:
            raise _damaged("its manifest") from None
        return decode_manifest(document, seal), seal.decode("ascii", "replace").strip()

    async def _hash(self, file: BinaryIO, member: Member, tell: Tell) -> Content:
        digest = hashlib.sha256()
        for piece in read_member(file, member):
            digest.update(piece)
            if member.name == MEDIA_LIST_MEMBER:
                self._listed.write(piece)
            tell("check", len(piece))
            # So that Ctrl-C is heard.
            await asyncio.sleep(0)
        return Content(member.size, digest.hexdigest())


def _require_ours(file: BinaryIO) -> None:
    try:
        first = next(list_members(file), None)
    except DamagedBackup:
        first = None
    if first is None or first.name != FORMAT_MEMBER:
        raise NotABackup("This file was not made by `halfminute backup`.")


def _first_difference(found: dict[str, Content], told: dict[str, Content]) -> str:
    return min(name for name in found.keys() | told.keys() if found.get(name) != told.get(name))


def _compare_media(media: BinaryIO, listed: BinaryIO) -> None:
    for read, written in zip_longest(read_lines(media), read_lines(listed)):
        if read != written:
            line = written or read
            raise _damaged(f"the medium {line.key if line else ''}")


def _damaged(what: str) -> DamagedBackup:
    return DamagedBackup(
        f"The backup is damaged: {what} is not what was written. Restore from another one."
    )
