"""Ends an upgrade of PostgreSQL that was interrupted: back to the old data, or on to the new.

The new data are made in a directory of their own, and take the place of the old ones by two
renames. A mark beside them says whether they are whole yet, so whoever starts next knows which way
leads to a database: there is always one, and never both at work.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

import msgspec

from halfminute.kit.embedded_postgres.errors import UpgradeMarkUnreadable
from halfminute.kit.embedded_postgres.leftovers import clear_leftovers
from halfminute.kit.embedded_postgres.settings import EmbeddedSettings
from halfminute.kit.embedded_postgres.sockets import choose_socket_directory


class UpgradeMark(msgspec.Struct, frozen=True):
    """An upgrade under way. `is_ready`: the new data are whole and on the disk.

    `is_linked`: both share their files, so that the old ones are spoilt once the new ones are used.
    """

    from_major: int
    to_major: int
    is_linked: bool
    is_ready: bool


def write_mark(settings: EmbeddedSettings, mark: UpgradeMark) -> None:
    """It is on the disk when this returns. Raises OSError."""
    unfinished = settings.upgrade_mark.with_name(f"{settings.upgrade_mark.name}.new")
    with unfinished.open("wb") as file:
        file.write(msgspec.json.encode(mark))
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(settings.upgrade_mark)
    _sync(settings.directory)


def find_mark(settings: EmbeddedSettings) -> UpgradeMark | None:
    """Raises UpgradeMarkUnreadable."""
    try:
        return msgspec.json.decode(settings.upgrade_mark.read_bytes(), type=UpgradeMark)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise UpgradeMarkUnreadable(
            f"{settings.upgrade_mark} is damaged ({error}), and without it nobody knows whether an "
            f"upgrade of PostgreSQL was done. Look into {settings.cluster} and "
            f"{settings.upgrade_directory} before you remove it."
        ) from error


def settle_upgrade(settings: EmbeddedSettings) -> UpgradeMark | None:
    """End what was begun, and return its mark; None where nothing was.

    To be called with the directory's lock held. Raises UpgradeMarkUnreadable, OSError.
    """
    mark = find_mark(settings)
    if mark is None:
        _discard(settings)
    elif mark.is_ready:
        _take_new(settings, mark)
    else:
        _keep_old(settings, mark)
    return mark


def _take_new(settings: EmbeddedSettings, mark: UpgradeMark) -> None:
    new = settings.upgrade_directory / settings.cluster.name
    kept = settings.kept_cluster(mark.from_major)
    if new.exists():
        _end_server(settings, settings.upgrade_directory)
        if settings.cluster.exists():
            _end_server(settings, settings.directory)
            settings.cluster.rename(kept)
        new.rename(settings.cluster)
        _sync(settings.directory)
    if mark.is_linked:
        shutil.rmtree(kept, ignore_errors=True)
    _discard(settings)
    _unmark(settings)


def _keep_old(settings: EmbeddedSettings, mark: UpgradeMark) -> None:
    _end_server(settings, settings.directory)
    if mark.is_linked:
        # Renamed by pg_upgrade before it links ("Reverting to old cluster" in its manual).
        control = settings.cluster / "global" / "pg_control"
        if not control.exists():
            with suppress(FileNotFoundError):
                control.with_name("pg_control.old").rename(control)
    _discard(settings)
    _unmark(settings)


def _discard(settings: EmbeddedSettings) -> None:
    place = settings.upgrade_directory
    rubbish = place.with_name(f"{place.name}.discarded")
    if place.exists():
        _end_server(settings, place)
        shutil.rmtree(rubbish, ignore_errors=True)
        # First out of the way of what a killed program may have left writing there.
        place.rename(rubbish)
    if rubbish.exists():
        shutil.rmtree(rubbish, ignore_errors=True)


def _end_server(settings: EmbeddedSettings, directory: Path) -> None:
    cluster = directory / settings.cluster.name
    clear_leftovers(cluster, choose_socket_directory(directory), settings.stop_timeout_seconds)


def _unmark(settings: EmbeddedSettings) -> None:
    settings.upgrade_mark.unlink(missing_ok=True)
    _sync(settings.directory)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
