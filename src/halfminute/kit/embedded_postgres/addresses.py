"""How to connect to an embedded server."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from halfminute.kit.embedded_postgres.settings import SUPERUSER, EmbeddedSettings

# On a unix socket the port is only a part of the file's name.
DEFAULT_PORT = 5432


def socket_dsn(settings: EmbeddedSettings, password: str, socket_directory: Path, port: int) -> str:
    """Over the unix socket in `socket_directory`."""
    host = quote(str(socket_directory), safe="")
    return f"{_head(password)}@/{settings.database}?host={host}&port={port}"


def tcp_dsn(settings: EmbeddedSettings, password: str, port: int) -> str:
    """Over 127.0.0.1."""
    return f"{_head(password)}@127.0.0.1:{port}/{settings.database}"


def _head(password: str) -> str:
    return f"postgresql://{SUPERUSER}:{quote(password, safe='')}"
