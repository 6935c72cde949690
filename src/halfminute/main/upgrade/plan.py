"""What an upgrade will do here: from which PostgreSQL to which, and by what way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from halfminute.kit.embedded_postgres import EmbeddedSettings
from halfminute.kit.embedded_postgres.account import choose_account
from halfminute.kit.embedded_postgres.binaries import (
    Binaries,
    choose_binaries,
    find_binaries,
    make_reachable,
    read_binaries,
)
from halfminute.kit.embedded_postgres.cluster import read_cluster_major
from halfminute.kit.processes.tied import Credentials
from halfminute.main.upgrade.errors import OldProgramsMissing, SpaceMissing, UpgradeRefused

# A new cluster, its log and a little air.
_SPARE_BYTES: Final = 256 * 1024 * 1024
# What pg_upgrade needs of the old installation (its manual, "Usage").
_NEEDED_OF_OLD: Final = ("postgres", "pg_ctl", "pg_controldata", "pg_resetwal")
# Not brought along: it is the new server's own.
_NOT_COPIED: Final = ("pg_wal", "log")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller may choose. `is_linked`: share the files; `is_dumped`: load the rows anew.

    `old_programs` is a directory with the programs of the old PostgreSQL.
    """

    is_linked: bool = False
    is_dumped: bool = False
    old_programs: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """An upgrade that can be tried. `directory` is where the new data are made.

    `needed_bytes` are what the disk must have free for it.
    """

    settings: EmbeddedSettings
    directory: Path
    account: Credentials | None
    old: Binaries
    new: Binaries
    is_linked: bool
    is_dumped: bool
    cluster_bytes: int
    needed_bytes: int
    free_bytes: int

    @property
    def way(self) -> str:
        """In words, for a person."""
        if self.is_dumped:
            return "its rows are loaded anew"
        return "its files are shared" if self.is_linked else "its files are copied"

    def require_space(self) -> None:
        """Raises SpaceMissing."""
        if self.free_bytes < self.needed_bytes:
            raise SpaceMissing(
                f"{_megabytes(self.needed_bytes)} must be free on the disk of "
                f"{self.settings.directory}, and {_megabytes(self.free_bytes)} are: free some, or "
                "share the files with --link (then there is no way back)."
            )


def make_plan(
    settings: EmbeddedSettings, wishes: Wishes, directory: Path | None = None
) -> Plan | None:
    """None when there is nothing to upgrade. Starts and changes nothing of the data.

    `directory` is for new data that will be thrown away. Raises OldProgramsMissing,
    UpgradeRefused, EmbeddedPostgresError.
    """
    major = read_cluster_major(settings.cluster)
    new = choose_binaries(None)
    if major is None or major == new.major:
        return None
    if major > new.major:
        choose_binaries(major)
        return None
    if wishes.is_linked and wishes.is_dumped:
        raise UpgradeRefused("Files cannot be shared when the rows are loaded anew: leave one out.")
    _require_free_name(settings.kept_cluster(major))
    account = choose_account(settings.cluster)
    old = _find_old(major, wishes.old_programs)
    is_dumped = wishes.is_dumped or not _can_take_files(old, new)
    if is_dumped and wishes.is_linked:
        raise UpgradeRefused(
            f"Files can be shared only by pg_upgrade, and {old.directory} or {new.directory} lacks "
            "what it needs: leave out --link."
        )
    cluster_bytes = _count_bytes(settings.cluster)
    return Plan(
        settings=settings,
        directory=directory or settings.upgrade_directory,
        account=account,
        old=make_reachable(old, account, settings.directory),
        new=make_reachable(new, account, settings.directory),
        is_linked=wishes.is_linked,
        is_dumped=is_dumped,
        cluster_bytes=cluster_bytes,
        needed_bytes=_SPARE_BYTES + _times(wishes.is_linked, is_dumped) * cluster_bytes,
        free_bytes=shutil.disk_usage(settings.directory).free,
    )


def _times(is_linked: bool, is_dumped: bool) -> int:  # two answers about one plan
    if is_linked:
        return 0
    # The dump lies beside the new data until they are loaded.
    return 2 if is_dumped else 1


def _find_old(major: int, given: Path | None) -> Binaries:
    candidates = [read_binaries(given)] if given else find_binaries(least_major=1)
    for found in candidates:
        if found is not None and found.major == major:
            return found
    place = f"in {given} they are not" if given else "they are not on this machine"
    raise OldProgramsMissing(
        f"The data were made by PostgreSQL {major}, whose programs are needed once more to read "
        f"them, and {place}: install them (for example `apt-get install postgresql-{major}`), or "
        "name their directory with --old-programs."
    )


def _can_take_files(old: Binaries, new: Binaries) -> bool:
    needed = [*(old.directory / name for name in _NEEDED_OF_OLD), new.directory / "pg_upgrade"]
    return all(os.access(program, os.X_OK) for program in needed)


def _require_free_name(place: Path) -> None:
    if place.exists():
        raise UpgradeRefused(
            f"{place} is there already, from an earlier upgrade: remove it, or move it away."
        )


def _count_bytes(cluster: Path) -> int:
    return sum(entry.stat(follow_symlinks=False).st_size for entry in _list_files(cluster))


def _list_files(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NOT_COPIED:
                    yield from _list_files(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                yield entry


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB"
