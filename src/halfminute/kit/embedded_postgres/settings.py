"""Where the embedded PostgreSQL lives and how it is dimensioned."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

SUPERUSER = "halfminute"


def default_directory() -> Path:
    """/var/lib/halfminute for root, else $XDG_DATA_HOME/halfminute (XDG Base Directory 0.8)."""
    if os.geteuid() == 0:
        return Path("/var/lib/halfminute")
    configured = os.environ.get("XDG_DATA_HOME", "")
    # The specification says that a relative path is invalid and must be ignored.
    base = Path(configured) if configured.startswith("/") else Path.home() / ".local" / "share"
    return base / "halfminute"


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """Everything the embedded server may be told.

    `directory` is ours alone: the cluster is `directory/postgresql`, beside its password, lock and
    start log. `tcp_port` None serves the unix socket only; 0 also takes any free port of 127.0.0.1;
    a number takes that port. `is_durable` False trades safety for speed: a crash of the machine may
    then destroy the data, so it is for tests alone.
    """

    directory: Path = field(default_factory=default_directory)
    database: str = "halfminute"
    tcp_port: int | None = None
    is_durable: bool = True
    shared_buffers_megabytes: int = 128
    max_connections: int = 200
    start_timeout_seconds: float = 60.0
    stop_timeout_seconds: float = 8.0

    @property
    def cluster(self) -> Path:
        return self.directory / "postgresql"

    @property
    def upgrade_directory(self) -> Path:
        """Where data for a newer PostgreSQL are made; rubbish unless the mark says otherwise."""
        return self.directory / "postgresql-upgrade"

    @property
    def upgrade_mark(self) -> Path:
        return self.directory / "postgresql-upgrade.json"

    def kept_cluster(self, major: int) -> Path:
        """Where the data of PostgreSQL `major` stay after they were upgraded."""
        return self.directory / f"postgresql-{major}-before-upgrade"

    @property
    def password_file(self) -> Path:
        return self.directory / "postgresql.password"

    @property
    def lock_file(self) -> Path:
        return self.directory / "postgresql.lock"

    @property
    def start_log(self) -> Path:
        return self.directory / "postgresql-start.log"
