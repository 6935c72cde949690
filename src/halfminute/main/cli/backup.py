"""`halfminute backup` and `halfminute restore`."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from halfminute.kit.embedded_postgres import make_directory
from halfminute.main.backup import (
    Installation,
    Restored,
    check_backup,
    make_backup,
    restore_backup,
)
from halfminute.main.backup.check import check_file
from halfminute.main.backup.manifest import Manifest
from halfminute.main.backup.place import open_installation, open_media
from halfminute.main.backup.restore import require_empty_store
from halfminute.main.cli.options import data_option
from halfminute.main.cli.telling_group import Told
from halfminute.main.installation import lock_directory, open_database_url
from halfminute.main.unfinished_restore import require_no_unfinished_restore

T = TypeVar("T")

_DRAW_SECONDS: Final = 0.2


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, resolve_path=True))
@click.option(
    "--with-key",
    "is_with_key",
    is_flag=True,
    help="Put the secret key in as well: whoever has the file can then open every secret in it.",
)
@click.option(
    "--check", "is_check", is_flag=True, help="Make nothing: read FILE and compare its hashes."
)
@data_option
def backup(file: Path, *, is_with_key: bool, is_check: bool, directory: Path) -> None:
    """Write the database and its media into FILE, while everything runs."""
    progress = _Progress()
    if is_check:
        manifest = _run(check_backup(file, progress.tell))
        progress.clear()
        click.secho(f"{file} is whole.", fg="green")
    elif not directory.is_dir():
        raise Told(f"There is no directory {directory}: name that of the installation with --data.")
    else:
        manifest = _run(_backup(directory, file, is_with_key, progress))
        progress.clear()
        click.secho(f"{file} is made ({_megabytes(file.stat().st_size)}).", fg="green")
    _tell_manifest(manifest)


@click.command()
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True)
)
@click.option(
    "--without-key",
    "is_without_key",
    is_flag=True,
    help="Go on without the secret key: channel accounts then need their secrets anew.",
)
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True),
    help="The journal of erasures, where it is not beside the data directory.",
)
@data_option
def restore(file: Path, *, is_without_key: bool, erasures: Path | None, directory: Path) -> None:
    """Restore what `backup` wrote into an empty directory or an empty database."""
    progress = _Progress()
    restored = _run(_restore(directory, file, is_without_key, erasures, progress))
    progress.clear()
    _tell_restored(restored, directory)


async def _backup(directory: Path, file: Path, is_with_key: bool, progress: _Progress) -> Manifest:
    require_no_unfinished_restore(directory)
    async with open_database_url(directory) as (url, _):
        installation = open_installation(directory, url)
        return await make_backup(installation, file, is_with_key=is_with_key, tell=progress.tell)


async def _restore(
    directory: Path,
    file: Path,
    is_without_key: bool,
    erasures: Path | None,
    progress: _Progress,
) -> Restored:
    make_directory(directory)
    lock = lock_directory(directory)
    try:
        with file.open("rb") as opened:
            await require_empty_store(directory, open_media(directory))
            checked = await check_file(opened, progress.tell)
            async with open_database_url(directory) as (url, _):
                installation: Installation = open_installation(directory, url)
                if erasures is not None:
                    installation = replace(installation, erasure_journal=erasures)
                return await restore_backup(
                    installation,
                    opened,
                    checked,
                    is_without_key=is_without_key,
                    tell=progress.tell,
                )
    finally:
        lock.release()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run it; SIGTERM undoes what is half done, as Ctrl-C does."""

    async def run() -> T:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        click.secho("\nInterrupted.", fg="yellow", err=True)
        raise SystemExit(130) from None


class _Progress:
    """One line that is written over, and only where somebody watches."""

    def __init__(self) -> None:
        self._is_watched = sys.stderr.isatty()
        self._what = ""
        self._bytes = 0
        self._drawn_at = 0.0

    def tell(self, what: str, count: int) -> None:
        """So many bytes more of it are done."""
        self._bytes = (self._bytes if what == self._what else 0) + count
        self._what = what
        if self._is_watched and time.monotonic() - self._drawn_at > _DRAW_SECONDS:
            self._drawn_at = time.monotonic()
            click.echo(f"\r\x1b[K{what}: {_megabytes(self._bytes)}", nl=False, err=True)

    def clear(self) -> None:
        """Make room for what it came to."""
        if self._is_watched:
            click.echo("\r\x1b[K", nl=False, err=True)


def _tell_manifest(manifest: Manifest) -> None:
    media = manifest.media
    click.echo(
        f"  Halfminute {manifest.version}, schema {manifest.migration}, PostgreSQL "
        f"{manifest.server_major}, made at {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    click.echo(
        f"  {sum(manifest.row_counts.values())} rows in {len(manifest.row_counts)} tables, "
        f"{media.files} media ({_megabytes(media.bytes)})"
    )
    if media.missing or media.altered:
        click.secho(
            f"  {media.missing} media were not in the store, and {media.altered} were in it with "
            "other bytes than were once received",
            fg="yellow",
        )
    if manifest.has_key:
        click.echo(f"  with the secret key {manifest.key_fingerprint}: keep the file safe")
    elif manifest.key_fingerprint:
        click.echo(
            f"  without the secret key {manifest.key_fingerprint}: keep a copy of it elsewhere"
        )


def _tell_restored(restored: Restored, directory: Path) -> None:
    if restored.is_begun_again:
        click.echo("An earlier restore into this place had been interrupted; it was begun again.")
    click.secho(
        f"Restored: {restored.rows} rows and {restored.media} media, as the manifest says.",
        fg="green",
    )
    if restored.missing:
        click.secho(f"{restored.missing} media that the database names are missing.", fg="yellow")
    _tell_erased_again(restored)
    click.echo(
        "Everybody signs in again. What waited to be sent is shown as unknown, for it may have "
        f"been sent since the backup. Start with `halfminute up --data {directory}`, or with "
        "`halfminute serve` where HALFMINUTE_DATABASE_URL names the database."
    )


def _tell_erased_again(restored: Restored) -> None:
    erased = restored.erased_again
    if not erased.is_journal_there:
        click.secho(
            "There is no journal of erasures: whoever was erased since the backup is back. If you "
            "have it elsewhere, restore again into an empty place with --erasures FILE.",
            fg="yellow",
        )
    elif erased.contacts:
        click.echo(f"{erased.contacts} contacts that the journal of erasures names were erased.")
    if erased.torn:
        click.secho(f"{erased.torn} lines of the journal of erasures cannot be read.", fg="yellow")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
