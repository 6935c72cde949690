"""Restores a backup into an empty place.

The media come first, which nobody can see yet, and the database last, in one transaction: its rows,
what another cluster needs of them, and the comparison with the manifest. So a restore that breaks
has an empty database still, and is begun again; there is no half of one to run on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import asyncpg

from halfminute.contacts import restored as contacts
from halfminute.conversations.delivery import restored as delivery
from halfminute.files.durable import sync_folder, write_file
from halfminute.files.queries import iterate_kept_files
from halfminute.files.store import FileStore
from halfminute.identity import restored as identity
from halfminute.kit.database import Database
from halfminute.kit.event_log import rebase_statement
from halfminute.kit.migrations import migrate
from halfminute.kit.partitions import make_partitions
from halfminute.kit.postgres_programs import (
    Programs,
    Script,
    choose_programs,
    open_script,
    stream_script,
)
from halfminute.kit.secrets import decode_secret_key, write_secret_key
from halfminute.main.backup import tables
from halfminute.main.backup.archive import Member, list_members, read_member
from halfminute.main.backup.check import Checked, read_document
from halfminute.main.backup.erasures import ErasedAgain, erase_again
from halfminute.main.backup.errors import (
    DamagedBackup,
    KeyNeeded,
    OlderServer,
    PlaceNotEmpty,
    WrongKey,
)
from halfminute.main.backup.manifest import (
    DUMP_MEMBER,
    KEY_MEMBER,
    MEDIA_PREFIX,
    Manifest,
    find_fingerprint,
    fingerprint_of,
)
from halfminute.main.backup.place import Installation, Tell, connect
from halfminute.main.unfinished_restore import MARK_NAME, has_unfinished_restore
from halfminute.reports import restored as reports
from halfminute.routing import restored as routing

_RESTORED_FROM: Final = "Restored from the backup "


class Restored(NamedTuple):
    """What a restore did. `missing` media are named by the database and not in the store.

    `is_begun_again`: an earlier restore into this place had been interrupted.
    """

    manifest: Manifest
    rows: int
    media: int
    missing: int
    is_begun_again: bool
    erased_again: ErasedAgain


async def require_empty_store(directory: Path, files: FileStore) -> None:
    """Refuse quickly what needs no reading of the whole backup. Raises PlaceNotEmpty."""
    if not has_unfinished_restore(directory) and not await files.is_empty():
        raise PlaceNotEmpty(
            f"There are media of an installation in {directory}: restore into an empty directory "
            "(--data)."
        )


async def restore_backup(
    installation: Installation,
    file: BinaryIO,
    checked: Checked,
    *,
    is_without_key: bool,
    tell: Tell,
) -> Restored:
    """Restore a backup that was checked. Changes nothing where it refuses.

    Raises PlaceNotEmpty, OlderServer, KeyNeeded, WrongKey, ProgramsMissing, ProgramFailed,
    DatabaseUnavailable, OSError.
    """
    manifest = checked.manifest
    await require_empty_store(installation.directory, installation.files)
    is_begun_again = has_unfinished_restore(installation.directory)
    server_major = await _require_empty_database(installation, checked, is_begun_again)
    programs = await choose_programs(max(server_major or 0, manifest.dump_major))
    members = {each.name: each for each in list_members(file) if not _is_medium(each)}
    key = _choose_key(installation, file, members.get(KEY_MEMBER), manifest, is_without_key)
    _mark_unfinished(installation.directory, checked.seal)
    if key is not None:
        write_secret_key(installation.key_file, key)
    media = await _restore_media(installation.files, file, tell)
    if server_major is not None:
        dump = _Dump(file, members[DUMP_MEMBER], server_major, tell)
        await _restore_database(programs, installation.database_url, dump, checked)
    missing, erased_again = await _finish(installation)
    (installation.directory / MARK_NAME).unlink(missing_ok=True)
    sync_folder(installation.directory)
    rows = sum(manifest.row_counts.values())
    return Restored(manifest, rows, media, missing, is_begun_again, erased_again)


async def _require_empty_database(
    installation: Installation, checked: Checked, is_begun_again: bool
) -> int | None:
    """The server's major version; None when the interrupted restore got as far as its commit."""
    connection = await connect(installation.database_url)
    try:
        server_major = connection.get_server_version().major
        is_empty = await connection.fetchval(tables.IS_EMPTY)
        mark = await connection.fetchval(tables.FIND_MARK)
    finally:
        await connection.close()
    if not is_empty and is_begun_again and mark == _RESTORED_FROM + checked.seal:
        return None
    if not is_empty:
        raise PlaceNotEmpty(
            "The database is not empty: restore into an empty one (another --data directory, or "
            "another database in HALFMINUTE_DATABASE_URL)."
        )
    if server_major < checked.manifest.server_major:
        raise OlderServer(
            f"The backup was made on PostgreSQL {checked.manifest.server_major} and this is "
            f"{server_major}: restore into {checked.manifest.server_major} or newer."
        )
    return server_major


def _choose_key(
    installation: Installation,
    file: BinaryIO,
    member: Member | None,
    manifest: Manifest,
    is_without_key: bool,
) -> bytes | None:
    """The key to write down; None when the right one is there, or none is needed."""
    needed, place = manifest.key_fingerprint, installation.key_file
    present = find_fingerprint(place)
    if present and needed and present != needed:
        raise WrongKey(
            f"{place} is the key {present}, and this backup needs the key {needed}: put that one "
            "there, or move this one away."
        )
    if present or not needed:
        return None
    if member is not None:
        key = decode_secret_key(read_document(file, member), "The backup")
        if fingerprint_of(key) != needed:
            raise DamagedBackup("The secret key in the backup is not the one it names.")
        return key
    if is_without_key:
        return None
    raise KeyNeeded(
        f"The backup was made without its secret key {needed}: put that key at {place}, or restore "
        "--without-key and give the channel accounts their secrets anew."
    )


def _mark_unfinished(directory: Path, seal: str) -> None:
    write_file(directory.parent, f"{directory.name}/{MARK_NAME}", seal.encode() + b"\n")


async def _restore_media(files: FileStore, file: BinaryIO, tell: Tell) -> int:
    count = 0
    for member in list_members(file):
        if not _is_medium(member):
            continue
        # One at a time: no medium is larger than the limits on files.
        content = b"".join(read_member(file, member))
        await files.keep(member.name.removeprefix(MEDIA_PREFIX), content)
        tell("media", len(content))
        count += 1
    return count


class _Dump(NamedTuple):
    """The dump in the backup, for a server of `server_major`."""

    file: BinaryIO
    member: Member
    server_major: int
    tell: Tell

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in read_member(self.file, self.member):
            self.tell("database", len(piece))
            yield piece


async def _restore_database(programs: Programs, url: str, dump: _Dump, checked: Checked) -> None:
    async with open_script(programs, url) as script:
        await script.run(tables.BEGIN)
        await _run_sections(script, programs, dump, "pre-data", "data")
        await script.run(
            tables.RESET_SEARCH_PATH,
            tables.check_counts(checked.manifest.row_counts),
            # Before there are indexes to be rewritten with it.
            rebase_statement(),
        )
        await _run_sections(script, programs, dump, "post-data")
        await script.run(
            tables.RESET_SEARCH_PATH,
            *routing.list_statements(),
            *contacts.list_statements(),
            *delivery.list_statements(),
            *identity.list_statements(),
            *reports.list_statements(),
            tables.mark(_RESTORED_FROM + checked.seal),
            tables.COMMIT,
        )
        await script.end()


async def _run_sections(script: Script, programs: Programs, dump: _Dump, *sections: str) -> None:
    sql = stream_script(programs, dump.stream(), sections, dump.server_major)
    async with aclosing(sql) as pieces:
        async for piece in pieces:
            await script.write(piece)


async def _finish(installation: Installation) -> tuple[int, ErasedAgain]:
    """Bring the schema up to date and erase whom the backup brought back.

    Returns how many media the database names in vain, and whom it erased.
    """
    await migrate(installation.database_url)
    await _make_months_since(installation.database_url)
    erased_again = await erase_again(installation)
    connection = await connect(installation.database_url)
    try:
        await connection.execute(tables.ANALYSE)
        missing = 0
        async with connection.transaction(readonly=True):
            async for kept in iterate_kept_files(connection):
                missing += await installation.files.find_size(kept.storage_key) is None
        return missing, erased_again
    finally:
        await connection.close()


async def _make_months_since(url: str) -> None:
    """The backup may be older than its last partition, and nobody must write before they are made.

    In a database that never had any, what lies in a default partition is in the way: it stays so.
    """
    database = Database(url, pool_size=1)
    await database.open()
    try:
        with suppress(asyncpg.CheckViolationError):
            await make_partitions(database)
    finally:
        await database.close()


def _is_medium(member: Member) -> bool:
    return member.name.startswith(MEDIA_PREFIX)
