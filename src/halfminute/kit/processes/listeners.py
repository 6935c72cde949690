"""Listening sockets that outlive who serves on them: whoever calls meanwhile waits in the kernel.

A port that closes with its process refuses callers until the next one is up, and callers who are
refused come back ever later. So the parent holds the port, and its children serve on it by turns.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import Final

# The kernel holds no more than net.core.somaxconn of them (listen(2)).
BACKLOG: Final = 65535
# sd_listen_fds(3).
_FIRST_OF_SYSTEMD: Final = 3


def open_listeners(host: str, port: int) -> list[socket.socket]:
    """A listening socket for each address of the host. Raises OSError, and then holds none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    opened: list[socket.socket] = []
    try:
        for family, _, _, _, address in dict.fromkeys(found):
            where = (str(address[0]), int(address[1]))
            opened.append(socket.create_server(where, family=family, backlog=BACKLOG))
    except OSError:
        for listener in opened:
            listener.close()
        raise
    return opened


def list_activated(environment: Mapping[str, str]) -> range:
    """The descriptors that systemd has handed to this process (systemd.socket(5)); mostly none."""
    is_ours = environment.get("LISTEN_PID") == str(os.getpid())
    count = environment.get("LISTEN_FDS", "0") if is_ours else "0"
    return range(_FIRST_OF_SYSTEMD, _FIRST_OF_SYSTEMD + int(count))


def adopt_listener(descriptor: int) -> socket.socket:
    """The listening socket that was handed to this process. Raises OSError where it is none."""
    listener = socket.socket(fileno=descriptor)
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        listener.detach()
        raise OSError(f"descriptor {descriptor} does not listen")
    # What this process starts has no business with it.
    listener.set_inheritable(False)
    return listener
