"""Makes a backup while everything runs."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import asyncpg
import msgspec

from halfminute import __version__
from halfminute.files.queries import iterate_kept_files
from halfminute.kit.database import OwnConnection
from halfminute.kit.partitions import keep_partitions
from halfminute.kit.postgres_programs import Programs, choose_programs, stream_dump
from halfminute.kit.time import utc_now
from halfminute.main.backup import tables
from halfminute.main.backup.archive import ArchiveWriter, Content
from halfminute.main.backup.errors import KeyNeeded, NotABackup
from halfminute.main.backup.manifest import (
    DUMP_MEMBER,
    FORMAT,
    FORMAT_MEMBER,
    KEY_MEMBER,
    MANIFEST_MEMBER,
    MEDIA_LIST_MEMBER,
    SEAL_MEMBER,
    Manifest,
    encode_format,
    find_fingerprint,
    migration_number,
)
from halfminute.main.backup.media import MediaCopy, spool_kept_files
from halfminute.main.backup.place import Installation, Tell, connect
from halfminute.main.backup.row_counts import count_rows
from halfminute.main.backup.target import open_target


class _Snapshot(NamedTuple):
    """One state of the database, held still while others write."""

    connection: OwnConnection
    id: str
    migration: int

    @property
    def server_major(self) -> int:
        return self.connection.get_server_version().major


class _Dumped(NamedTuple):
    """What the snapshot held, and the dump of it."""

    migration: int
    server_major: int
    dump_major: int
    row_counts: dict[str, int]
    content: Content


async def make_backup(
    installation: Installation, target: Path, *, is_with_key: bool, tell: Tell
) -> Manifest:
    """Write `target`; returns what it holds. A backup that breaks leaves nothing.

    Raises TargetTaken, KeyNeeded, NotABackup where there is nothing to back up, ProgramsMissing,
    ProgramFailed, StoreUnreachable, DatabaseUnavailable, OSError.
    """
    fingerprint = find_fingerprint(installation.key_file)
    if is_with_key and not fingerprint:
        raise KeyNeeded(f"There is no key at {installation.key_file}: leave out --with-key.")
    with open_target(target) as file, tempfile.TemporaryFile(dir=target.parent) as spool:
        archive = ArchiveWriter(file)
        members = {FORMAT_MEMBER: archive.add(FORMAT_MEMBER, encode_format(__version__))}
        dumped = await _dump(installation.database_url, archive, spool, tell)
        members[DUMP_MEMBER] = dumped.content
        copy = MediaCopy(archive, installation.files, tell)
        members[MEDIA_LIST_MEMBER] = await copy.run(spool, target.parent)
        if is_with_key:
            members[KEY_MEMBER] = archive.add(KEY_MEMBER, installation.key_file.read_bytes())
        manifest = Manifest(
            format=FORMAT,
            version=__version__,
            migration=dumped.migration,
            made_at=utc_now(),
            server_major=dumped.server_major,
            dump_major=dumped.dump_major,
            row_counts=dumped.row_counts,
            members=members,
            media=copy.figures,
            key_fingerprint=fingerprint,
        )
        _close(archive, manifest)
    return manifest


def _close(archive: ArchiveWriter, manifest: Manifest) -> None:
    document = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    archive.add(MANIFEST_MEMBER, document)
    archive.add(SEAL_MEMBER, hashlib.sha256(document).hexdigest().encode())
    archive.end()


async def _dump(url: str, archive: ArchiveWriter, spool: BinaryIO, tell: Tell) -> _Dumped:
    async with _open_snapshot(url) as snapshot:
        programs = await choose_programs(snapshot.server_major)
        await spool_kept_files(iterate_kept_files(snapshot.connection), spool)
        # pg_dump has a connection of its own, so this one can count meanwhile.
        counting = asyncio.create_task(count_rows(snapshot.connection))
        try:
            content = await _write_dump(programs, url, snapshot.id, archive, tell)
            row_counts = await counting
        finally:
            counting.cancel()
            await asyncio.gather(counting, return_exceptions=True)
        return _Dumped(
            snapshot.migration, snapshot.server_major, programs.major, row_counts, content
        )


async def _write_dump(
    programs: Programs, url: str, snapshot_id: str, archive: ArchiveWriter, tell: Tell
) -> Content:
    with archive.member(DUMP_MEMBER) as writer:
        async with aclosing(stream_dump(programs, url, snapshot_id)) as pieces:
            async for piece in pieces:
                writer.write(piece)
                tell("database", len(piece))
    return writer.content


@asynccontextmanager
async def _open_snapshot(url: str) -> AsyncIterator[_Snapshot]:
    """Readers of the log need not wait for it: a transaction that only reads has no xid."""
    connection = await connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            await keep_partitions(connection)
            snapshot_id = await connection.fetchval(tables.EXPORT_SNAPSHOT)
            yield _Snapshot(connection, snapshot_id, await _find_migration(connection))
    finally:
        await connection.close()


async def _find_migration(connection: OwnConnection) -> int:
    try:
        rows = await connection.fetch(tables.APPLIED_MIGRATIONS)
    except asyncpg.UndefinedTableError:
        rows = []
    if not rows:
        raise NotABackup("There is nothing to back up: Halfminute has never run on this database.")
    return max(migration_number(row["name"]) for row in rows)
