"""A port that is held over the change of who serves on it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from halfminute.kit.processes.listeners import adopt_listener, list_activated, open_listeners


def _port_of(listeners: list[socket.socket]) -> int:
    return int(listeners[0].getsockname()[1])


def test_who_calls_before_anybody_serves_is_served_by_who_comes() -> None:
    [held] = open_listeners("127.0.0.1", 0)
    with held, socket.create_connection(("127.0.0.1", _port_of([held])), timeout=30) as caller:
        caller.sendall(b"hello")

        with adopt_listener(os.dup(held.fileno())) as server:
            answering, _ = server.accept()
            with answering:
                assert answering.recv(5) == b"hello"


def test_a_port_is_held_for_all_addresses_of_the_host_or_for_none() -> None:
    [held] = open_listeners("127.0.0.1", 0)
    with held, pytest.raises(OSError, match="in use"):
        open_listeners("127.0.0.1", _port_of([held]))


def test_what_is_adopted_is_not_handed_on() -> None:
    [held] = open_listeners("127.0.0.1", 0)
    descriptor = os.dup(held.fileno())
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - its only form

    with held, adopt_listener(descriptor) as server:
        assert not server.get_inheritable()


def test_what_does_not_listen_is_not_adopted_and_stays_open(tmp_path: Path) -> None:
    with socket.socket() as silent:
        with pytest.raises(OSError, match="does not listen"):
            adopt_listener(silent.fileno())
        assert silent.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_STREAM
    with (tmp_path / "file").open("wb") as file, pytest.raises(OSError, match="socket"):
        adopt_listener(file.fileno())


def test_what_systemd_handed_to_another_process_is_not_ours() -> None:
    ours = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2"}

    assert list(list_activated(ours)) == [3, 4]
    assert list(list_activated(ours | {"LISTEN_PID": str(os.getpid() + 1)})) == []
    assert list(list_activated({})) == []
