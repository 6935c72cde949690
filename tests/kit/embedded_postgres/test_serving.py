"""A server that starts, serves, stops, and comes back with its data."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings, find_running_dsn
from halfminute.kit.embedded_postgres.errors import (
    AlreadySupervised,
    InitialiseFailed,
    MajorVersionMismatch,
    PasswordMissing,
    StartFailed,
)
from tests.kit.embedded_postgres.asking import ask
from tests.kit.embedded_postgres.conftest import small

MakeSettings = Callable[..., EmbeddedSettings]


async def test_a_new_directory_becomes_a_server_that_stores_any_language(
    server_directory: Path,
) -> None:
    async with EmbeddedPostgres(small(server_directory / "new")) as server:
        connection = await asyncpg.connect(server.dsn)
        stems = await connection.fetchval("select to_tsvector('russian', 'БАЛАНСЫ')::text")
        encoding = await connection.fetchval("show server_encoding")
        checksums = await connection.fetchval("show data_checksums")
        await connection.close()

    assert (stems, encoding, checksums) == ("'баланс':1", "UTF8", "on")


def test_data_stay_across_starts(settings: EmbeddedSettings) -> None:
    with EmbeddedPostgres(settings) as server:
        ask(server.dsn, "create table kept as select 7 as value")

    with EmbeddedPostgres(settings) as server:
        assert ask(server.dsn, "select value from kept") == 7


def test_one_object_starts_and_stops_repeatedly(settings: EmbeddedSettings) -> None:
    server = EmbeddedPostgres(settings)
    for _ in range(2):
        server.start()
        assert ask(server.dsn, "select 1") == 1
        server.stop()
        server.stop()
    assert server.postmaster_pid is None


@pytest.mark.parametrize("name", ["with spaces, a comma", 'it\'s "quoted"', "данные"])
def test_any_path_will_do(make_settings: MakeSettings, name: str) -> None:
    with EmbeddedPostgres(make_settings(name)) as server:
        assert ask(server.dsn, "select 1") == 1


def test_a_path_too_long_for_a_socket_will_do(make_settings: MakeSettings) -> None:
    settings = make_settings("/".join(["deep" * 10] * 3))

    with EmbeddedPostgres(settings) as server:
        assert ask(server.dsn, "select 1") == 1
        socket = ask(server.dsn, "show unix_socket_directories")

    assert str(settings.directory) not in str(socket)


def test_the_server_is_served_over_tcp_only_when_asked(settings: EmbeddedSettings) -> None:
    with EmbeddedPostgres(settings) as server:
        assert server.tcp_dsn is None
        assert ask(server.dsn, "show listen_addresses") == ""

    open_settings = EmbeddedSettings(directory=settings.directory, tcp_port=0, is_durable=False)
    with EmbeddedPostgres(open_settings) as server:
        assert server.tcp_dsn is not None
        assert ask(server.tcp_dsn, "select 1") == 1


def test_a_wrong_password_is_refused(settings: EmbeddedSettings) -> None:
    password = settings.password_file.read_text().strip()

    with EmbeddedPostgres(settings) as server, pytest.raises(asyncpg.InvalidPasswordError):
        ask(server.dsn.replace(password, "guess"), "select 1")


def test_the_password_is_for_its_owner_alone(settings: EmbeddedSettings) -> None:
    assert stat.S_IMODE(settings.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.cluster.stat().st_mode) == 0o700


def test_a_command_beside_finds_the_running_server(settings: EmbeddedSettings) -> None:
    assert find_running_dsn(settings) is None

    with EmbeddedPostgres(settings):
        found = find_running_dsn(settings)
        assert found is not None
        assert ask(found, "select 1") == 1

    assert find_running_dsn(settings) is None


def test_the_second_on_one_directory_is_told_who_is_first(settings: EmbeddedSettings) -> None:
    with EmbeddedPostgres(settings) as first:
        with pytest.raises(AlreadySupervised, match=str(os.getpid())):
            EmbeddedPostgres(settings).start()

        assert ask(first.dsn, "select 1") == 1


def test_data_of_another_major_version_are_left_alone(settings: EmbeddedSettings) -> None:
    (settings.cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(MajorVersionMismatch, match="PostgreSQL 9"):
        EmbeddedPostgres(settings).start()

    assert (settings.cluster / "PG_VERSION").read_text() == "9\n"


def test_a_lost_password_is_told(settings: EmbeddedSettings) -> None:
    settings.password_file.unlink()

    with pytest.raises(PasswordMissing, match="restore the file"):
        EmbeddedPostgres(settings).start()


def test_what_a_killed_first_start_left_is_not_taken_for_a_database(server_directory: Path) -> None:
    settings = small(server_directory / "data")
    half_made = settings.directory / "postgresql.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    with EmbeddedPostgres(settings) as server:
        assert ask(server.dsn, "select 1") == 1
    assert not half_made.exists()


def test_a_failed_first_start_leaves_nothing(server_directory: Path) -> None:
    settings = EmbeddedSettings(directory=server_directory / "data", database='no"good')

    with pytest.raises(InitialiseFailed):
        EmbeddedPostgres(settings).start()

    assert not settings.cluster.exists()
    assert not (settings.directory / "postgresql.new").exists()


def test_a_full_disk_is_told_before_anything_is_made(
    server_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("halfminute.kit.embedded_postgres.cluster._LEAST_FREE_BYTES", 1 << 60)

    with pytest.raises(InitialiseFailed, match="are free on the disk"):
        EmbeddedPostgres(small(server_directory / "data")).start()


def test_a_server_that_cannot_start_says_why(settings: EmbeddedSettings) -> None:
    with (settings.cluster / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")

    with pytest.raises(StartFailed, match="no_such_setting"):
        EmbeddedPostgres(settings).start()
