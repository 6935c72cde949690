"""An installation to back up and an empty one to restore into, for plays of both."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from halfminute.channels.fetching import ProviderFiles
from halfminute.files.fetching import FileFetcher
from halfminute.files.store import FileStore
from halfminute.main.backup import Installation, Restored, make_backup, restore_backup
from halfminute.main.backup.check import check_file
from halfminute.main.backup.manifest import Manifest
from halfminute.sdk.model import MediaPart
from tests.plain_channel import message
from tests.scene import Scene

# Of these a restore changes rows on purpose.
CHANGED = ("public.router_cursors", "public.router_leases", "public.sessions")


def untold(_what: str, _count: int) -> None:
    """Nobody watches."""


async def back_up(source: Installation, target: Path, *, is_with_key: bool = False) -> Manifest:
    return await make_backup(source, target, is_with_key=is_with_key, tell=untold)


async def restore(target: Installation, archive: Path, *, is_without_key: bool = False) -> Restored:
    with archive.open("rb") as file:
        checked = await check_file(file, untold)
        return await restore_backup(
            target, file, checked, is_without_key=is_without_key, tell=untold
        )


@asynccontextmanager
async def fetching(scene: Scene, store: FileStore) -> AsyncIterator[None]:
    """A delivery process that fetches media."""
    fetch = ProviderFiles(scene.book, scene.clients).fetch
    task = asyncio.create_task(FileFetcher(scene.log, store, fetch).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def picture(scene: Scene, number: int, **more: Any) -> Any:
    """A message with a picture that the provider has."""
    scene.channel.files[f"picture-{number}"] = b"GIF89a" + number.to_bytes(4, "big") * 500
    part = MediaPart(
        kind="image",
        file_state="pending",
        source={"file": f"picture-{number}"},
        name=f"picture-{number}",
    )
    return message(parts=(part,), **more)


async def until_fetched(scene: Scene) -> None:
    async with asyncio.timeout(20):
        while await scene.rows("select from files where state = 'pending'"):  # noqa: ASYNC110 - the fetcher works
            await asyncio.sleep(0.02)


async def ask(url: str, statement: str, *values: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def digests(url: str, tables: dict[str, int]) -> dict[str, str]:
    """What is in each table, whatever order its rows lie in; an event without its transaction."""
    told = {}
    for table in tables:
        columns = "position, stream, seq, at, type, data" if table == "public.events" else "t.*"
        [row] = await ask(
            url,
            f"select string_agg(row_text, '|' order by row_text) as rows"  # noqa: S608
            f"  from (select row({columns})::text as row_text from {table} t) as r",
        )
        told[table] = hashlib.sha256((row["rows"] or "").encode()).hexdigest()
    return told


async def contents(url: str, files: FileStore) -> dict[str, bytes]:
    """Every medium that the database names, and whose hash it has, by its key."""
    rows = await ask(url, "select storage_key, size, sha256 from files where state = 'ready'")
    kept = {}
    for row in rows:
        pieces = files.read(row["storage_key"], 0, row["size"])
        kept[row["storage_key"]] = b"".join([piece async for piece in pieces])
        assert hashlib.sha256(kept[row["storage_key"]]).digest() == row["sha256"]
    return kept


def read(place: Path) -> bytes:
    return place.read_bytes()


def write(place: Path, content: bytes) -> None:
    place.write_bytes(content)


def mode_of(place: Path) -> int:
    return place.stat().st_mode & 0o777


def names_in(folder: Path) -> list[str]:
    """The files in it, the folders not."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())
