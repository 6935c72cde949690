"""Listening sockets that outlive who serves on them: whoever calls meanwhile waits in the kernel.

A port that closes with its process refuses callers until the next one is up, and callers who are
refused come back ever later. So the parent holds the port, and its children serve on it by turns.
"""

from __future__ import annotations

import socket
from typing import Final

# The kernel holds no more than net.core.somaxconn of them (listen(2)).
BACKLOG: Final = 65535


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


def adopt_listener(descriptor: int) -> socket.socket:
    """The listening socket that was handed to this process. Raises OSError where it is none."""
    listener = socket.socket(fileno=descriptor)
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        listener.detach()
        raise OSError(f"descriptor {descriptor} does not listen")
    # What this process starts has no business with it.
    listener.set_inheritable(False)
    return listener
