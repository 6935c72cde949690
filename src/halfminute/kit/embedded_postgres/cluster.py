"""Makes the data directory and writes its settings; half-made data are never taken for good."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from halfminute.kit.embedded_postgres.addresses import DEFAULT_PORT
from halfminute.kit.embedded_postgres.binaries import Binaries
from halfminute.kit.embedded_postgres.errors import InitialiseFailed, PasswordMissing
from halfminute.kit.embedded_postgres.settings import SUPERUSER, EmbeddedSettings
from halfminute.kit.processes.tied import Credentials

_OWN_SETTINGS = "halfminute.conf"
_LEAST_FREE_BYTES = 256 * 1024 * 1024
_WAL_SEGMENT_MEGABYTES = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """What of a cluster is decided when it is made, and cannot be changed in its settings."""

    wal_segment_megabytes: int = _WAL_SEGMENT_MEGABYTES
    has_checksums: bool = True


def read_cluster_major(cluster: Path) -> int | None:
    """The major version that made `cluster`; None when there is no cluster yet."""
    try:
        return int((cluster / "PG_VERSION").read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None


def ensure_password(settings: EmbeddedSettings, account: Credentials | None) -> str:
    """The superuser's password, made at the first start. Raises PasswordMissing."""
    place = settings.password_file
    if place.exists():
        return place.read_text(encoding="ascii").strip()
    if settings.cluster.exists():
        raise PasswordMissing(
            f"{place} is gone, and without it the database in {settings.cluster} cannot be opened: "
            "restore the file from a backup."
        )
    password = secrets.token_urlsafe(24)
    unfinished = place.with_name(f"{place.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        # initdb reads it as the database's account.
        if account is not None:
            os.fchown(descriptor, account.uid, account.gid)
        file.write(password + "\n")
        file.flush()
        os.fsync(descriptor)
    unfinished.rename(place)
    return password


def initialise(
    settings: EmbeddedSettings,
    binaries: Binaries,
    account: Credentials | None,
    layout: Layout | None = None,
) -> None:
    """Make the cluster under another name, then rename it. Raises InitialiseFailed."""
    free_bytes = shutil.disk_usage(settings.directory).free
    if free_bytes < _LEAST_FREE_BYTES:
        raise InitialiseFailed(
            f"Only {free_bytes // 1024**2} MB are free on the disk of {settings.directory}; a new "
            f"database needs {_LEAST_FREE_BYTES // 1024**2} MB. Free some, or choose another disk."
        )
    unfinished = settings.cluster.with_name(f"{settings.cluster.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        make_empty_cluster(settings, binaries, account, unfinished, layout or Layout())
        single_user = [str(binaries.postgres), "--single", "-D", str(unfinished), "postgres"]
        _run(single_user, account, typed=f'create database "{settings.database}"\n')
        unfinished.rename(settings.cluster)
    except OSError as error:
        raise InitialiseFailed(f"The database could not be made: {error}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def make_empty_cluster(
    settings: EmbeddedSettings,
    binaries: Binaries,
    account: Credentials | None,
    place: Path,
    layout: Layout,
) -> None:
    """Make a cluster with no database of ours in it. Raises InitialiseFailed, OSError."""
    place.mkdir(mode=0o700)
    if account is not None:
        os.chown(place, account.uid, account.gid)
    _run(_initdb_command(settings, binaries, place, layout), account)
    _include_own_settings(place)


def write_own_settings(
    settings: EmbeddedSettings,
    socket_directory: Path,
    tcp_port: int | None,
    account: Credentials | None,
) -> None:
    """Write halfminute.conf anew; what an administrator sets by ALTER SYSTEM stands above it."""
    values = {
        "listen_addresses": "127.0.0.1" if tcp_port is not None else "",
        "port": str(tcp_port or DEFAULT_PORT),
        # A list in which a path with a space must stand in double quotes.
        "unix_socket_directories": f'"{socket_directory}"',
        "unix_socket_permissions": "0700",
        "max_connections": str(settings.max_connections),
        "shared_buffers": f"{settings.shared_buffers_megabytes}MB",
        "fsync": _switch(is_on=settings.is_durable),
        "full_page_writes": _switch(is_on=settings.is_durable),
        "synchronous_commit": "on",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "idle_in_transaction_session_timeout": "5s",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A file for each weekday, so that the log cannot grow for ever.
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        # Without the rows that a refused statement quotes: a log cannot forget a person.
        "log_error_verbosity": "terse",
    }
    text = "".join(f"{name} = {_quoted(value)}\n" for name, value in values.items())
    place = settings.cluster / _OWN_SETTINGS
    place.write_text(f"# Written anew at each start.\n{text}", encoding="utf-8")
    if account is not None:
        os.chown(place, account.uid, account.gid)


def _initdb_command(
    settings: EmbeddedSettings, binaries: Binaries, place: Path, layout: Layout
) -> list[str]:
    command = [str(binaries.initdb), f"--pgdata={place}", f"--username={SUPERUSER}"]
    command += ["--auth=scram-sha-256", f"--pwfile={settings.password_file}"]
    if layout.has_checksums:
        command.append("--data-checksums")
    elif binaries.major >= 18:
        command.append("--no-data-checksums")
    # lc_ctype is what full-text search folds case with; the builtin collation of 17 and newer
    # cannot change under the indexes when the machine's C library is upgraded.
    command += ["--encoding=UTF8", "--locale=C.UTF-8"]
    # A young cluster has no old segments to use again, and every commit waits while a new one is
    # filled with zeros and synced: 16 MB, the default, were seen to take forty milliseconds.
    command.append(f"--wal-segsize={layout.wal_segment_megabytes}")
    if binaries.major >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return command if settings.is_durable else [*command, "--no-sync"]


def _include_own_settings(cluster: Path) -> None:
    with (cluster / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(f"\ninclude_if_exists = '{_OWN_SETTINGS}'\n")


def _run(command: list[str], account: Credentials | None, typed: str = "") -> None:
    answer = subprocess.run(  # noqa: S603  # programs of the installation that we chose
        command,
        check=False,
        input=typed,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    # A single-user server tells of a refused statement, and still ends well.
    if answer.returncode != 0 or "ERROR:" in answer.stderr:
        told = (answer.stderr or answer.stdout).strip()[-2000:]
        raise InitialiseFailed(f"The database could not be made: {Path(command[0]).name}: {told}")


def _switch(*, is_on: bool) -> str:
    return "on" if is_on else "off"


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
