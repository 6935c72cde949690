"""Run as root, the server belongs to an unprivileged account and nobody's directory is touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.embedded_postgres.account import choose_account
from halfminute.kit.embedded_postgres.binaries import Binaries, choose_binaries, make_reachable
from halfminute.kit.embedded_postgres.errors import DirectoryUnreachable
from tests.kit.embedded_postgres.asking import ask
from tests.kit.embedded_postgres.conftest import small

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as others")


def test_the_server_runs_as_an_unprivileged_account(settings: EmbeddedSettings) -> None:
    with EmbeddedPostgres(settings) as server:
        assert Path(f"/proc/{server.postmaster_pid}").stat().st_uid != 0


def test_no_directory_above_changes_its_mode(
    make_settings: Callable[..., EmbeddedSettings], server_directory: Path
) -> None:
    settings = make_settings("above/data")
    above = server_directory / "above"
    above.chmod(0o711)

    with EmbeddedPostgres(settings) as server:
        assert ask(server.dsn, "select 1") == 1

    assert above.stat().st_mode & 0o777 == 0o711


def test_the_closed_directory_is_named(server_directory: Path) -> None:
    closed = server_directory / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(DirectoryUnreachable, match=f"may not enter {closed}\\."):
        EmbeddedPostgres(small(closed / "deep" / "data")).start()

    assert closed.stat().st_mode & 0o777 == 0o700


def test_programs_that_the_account_cannot_reach_are_copied(server_directory: Path) -> None:
    account = choose_account(server_directory / "none")
    found = choose_binaries(None)
    closed = server_directory / "closed"
    closed.mkdir(mode=0o700)
    package = found.directory.parent.parent
    shutil.copytree(package, closed / package.name)
    shutil.copytree(f"{package}.libs", closed / f"{package.name}.libs")
    hidden = Binaries(closed / package.name / found.directory.parent.name / "bin", found.version)

    reached = make_reachable(hidden, account, server_directory)

    assert reached.directory.is_relative_to(server_directory)
    assert not reached.directory.is_relative_to(closed)
    made_at = reached.postgres.stat().st_mtime_ns
    assert make_reachable(hidden, account, server_directory) == reached
    assert reached.postgres.stat().st_mtime_ns == made_at


def test_programs_in_reach_are_used_where_they_are(server_directory: Path) -> None:
    account = choose_account(server_directory / "none")
    found = choose_binaries(None)

    assert make_reachable(found, account, server_directory) == found
