"""Finds the server that another process of ours supervises, for a command run beside it."""

from __future__ import annotations

from halfminute.kit.embedded_postgres.addresses import socket_dsn
from halfminute.kit.embedded_postgres.leftovers import READY, find_server, read_postmaster_file
from halfminute.kit.embedded_postgres.settings import EmbeddedSettings
from halfminute.kit.embedded_postgres.sockets import choose_socket_directory


def find_running_dsn(settings: EmbeddedSettings) -> str | None:
    """How to connect to the server that runs on `settings.directory` now; None when none does.

    Raises PermissionError when the directory belongs to another account.
    """
    noted = read_postmaster_file(settings.cluster)
    if noted is None or noted.status != READY or find_server(settings.cluster) is None:
        return None
    password = settings.password_file.read_text(encoding="ascii").strip()
    return socket_dsn(settings, password, choose_socket_directory(settings.directory), noted.port)
