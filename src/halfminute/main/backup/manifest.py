"""What a backup says of itself, and the names of its members."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import msgspec

from halfminute.kit.migrations import migrations_directory
from halfminute.kit.secrets import read_secret_key
from halfminute.kit.time import Moment
from halfminute.main.backup.archive import Content
from halfminute.main.backup.errors import DamagedBackup, NewerBackup

# To be raised when an older Halfminute could not read what this one writes.
FORMAT: Final = 1

# In the order in which they are written. The media lie between the dump and their list.
FORMAT_MEMBER: Final = "halfminute-backup.json"
DUMP_MEMBER: Final = "database.dump"
MEDIA_PREFIX: Final = "media/"
MEDIA_LIST_MEMBER: Final = "media.jsonl"
KEY_MEMBER: Final = "secret.key"
MANIFEST_MEMBER: Final = "manifest.json"
SEAL_MEMBER: Final = "manifest.sha256"


class MediaFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The media of the backup. `missing` were named by the database and are not in the store.

    `altered` are in it, as they were found: other bytes than were once received.
    """

    files: int
    bytes: int
    missing: int
    altered: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the backup holds.

    `migration` is the number of the newest one applied. `server_major` is the PostgreSQL that was
    backed up, `dump_major` the pg_dump that did it. `row_counts` name tables with their schema.
    `members` are the hashes of all members but the media, whose hashes the list of media holds. An
    empty `key_fingerprint` says that there was no key, and so nothing sealed by it.
    """

    format: int
    version: str
    migration: int
    made_at: Moment
    server_major: int
    dump_major: int
    row_counts: dict[str, int]
    members: dict[str, Content]
    media: MediaFigures
    key_fingerprint: str

    @property
    def has_key(self) -> bool:
        """Whether the secret key is in the backup."""
        return KEY_MEMBER in self.members


class MediaLine(msgspec.Struct, frozen=True):
    """One line of the list of media."""

    key: str
    size: int
    sha256: str


def encode_line(key: str, content: Content) -> bytes:
    """A line of the list of media: the same medium gives the same bytes."""
    return msgspec.json.encode(MediaLine(key, content.size, content.sha256)) + b"\n"


def encode_format(version: str) -> bytes:
    """The first member: it tells a reader whether it can read the others."""
    return msgspec.json.encode({"format": FORMAT, "version": version})


def require_known_format(document: bytes) -> None:
    """Raises NewerBackup, DamagedBackup."""
    told = _decode(document, dict[str, Any])
    number, version = told.get("format"), told.get("version")
    if not isinstance(number, int):
        raise DamagedBackup("The backup does not say which format it has.")
    if number > FORMAT:
        raise NewerBackup(
            f"The backup was made by Halfminute {version} (format {number}; this one reads "
            f"{FORMAT}): upgrade Halfminute first."
        )


def decode_manifest(document: bytes, seal: bytes) -> Manifest:
    """Raises DamagedBackup, NewerBackup where its schema is newer than ours."""
    if hashlib.sha256(document).hexdigest().encode() != seal.strip():
        raise DamagedBackup("The backup is damaged: its manifest is not what was written.")
    manifest: Manifest = _decode(document, Manifest)
    if manifest.migration > newest_migration():
        raise NewerBackup(
            f"The backup was made by Halfminute {manifest.version} (schema {manifest.migration}; "
            f"this one knows {newest_migration()}): upgrade Halfminute first."
        )
    return manifest


def migration_number(name: str) -> int:
    """13 of `0013_read_ahead.sql`."""
    return int(name.partition("_")[0])


def newest_migration() -> int:
    """The schema that this Halfminute needs."""
    names = [path.name for path in migrations_directory().glob("[0-9]*.sql")]
    return max(map(migration_number, names))


def find_fingerprint(key_file: Path) -> str:
    """Sixteen digits that tell keys apart and give none away; empty where there is no key.

    Raises UnreadableSecret, OSError.
    """
    return fingerprint_of(read_secret_key(key_file)) if key_file.exists() else ""


def fingerprint_of(key: bytes) -> str:
    """The key has 256 random bits, so a hash of it tells nothing of it."""
    return hashlib.sha256(b"halfminute secret key" + key).hexdigest()[:16]


def _decode(document: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.MsgspecError as error:
        raise DamagedBackup(f"The backup is damaged: {error}.") from None
