"""Older servers, and programs that are too old for a server."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from halfminute.kit import postgres_programs
from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.embedded_postgres.account import choose_account
from halfminute.kit.embedded_postgres.binaries import Binaries, find_binaries
from halfminute.kit.embedded_postgres.cluster import ensure_password, initialise
from halfminute.kit.migrations import migrate
from halfminute.kit.postgres_programs import ProgramsMissing, choose_programs, split_password
from halfminute.main.backup import Installation
from halfminute.main.backup.errors import OlderServer
from tests.main.backup.vault import ask, back_up, execute, restore
from tests.plain_channel import message
from tests.scene import Scene, open_scene


def _find_older() -> Binaries | None:
    return next((found for found in find_binaries() if found.major == 16), None)


@contextmanager
def _open_older(directory: Path) -> Iterator[str]:
    """A server of PostgreSQL 16, as an administrator may have one."""
    binaries = _find_older()
    if binaries is None:
        pytest.skip("no PostgreSQL 16 is here")
    settings = EmbeddedSettings(directory=directory, is_durable=False)
    account = choose_account(settings.cluster)
    ensure_password(settings, account)
    initialise(settings, binaries, account)
    with EmbeddedPostgres(settings) as server:
        yield server.dsn


@pytest.fixture(params=[16, 18])
def programs_major(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The oldest programs of this machine."""
    least: int = request.param
    fitting = [found for found in find_binaries() if found.major >= least]
    monkeypatch.setattr(postgres_programs, "find_binaries", lambda: fitting)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    return least


async def test_a_server_of_16_is_backed_up_and_restored_into_itself(
    programs_major: int,
    server_directory: Path,
    source: Installation,
    empty: Installation,
    archive: Path,
) -> None:
    with _open_older(server_directory) as dsn:
        await migrate(dsn)
        async with open_scene(dsn) as scene:
            await scene.tell(message("Old and well"))
        manifest = await back_up(replace(source, database_url=dsn), archive)
        await execute(dsn, "create database another")

        another = dsn.replace("/halfminute?", "/another?")
        await restore(replace(empty, database_url=another), archive)

        assert (manifest.server_major, manifest.dump_major) == (16, programs_major)
        assert len(await ask(another, "select from messages")) == 1


async def test_a_backup_is_not_restored_into_an_older_server(
    scene: Scene, source: Installation, empty: Installation, archive: Path, server_directory: Path
) -> None:
    await scene.tell(message())
    await back_up(source, archive)

    with (
        _open_older(server_directory) as dsn,
        pytest.raises(OlderServer, match="made on PostgreSQL 18 and this is 16: restore into 18"),
    ):
        await restore(replace(empty, database_url=dsn), archive)


def test_programs_older_than_the_server_are_not_used() -> None:
    with pytest.raises(ProgramsMissing, match=r"99 or newer, and here is .*postgresql-client-99"):
        asyncio.run(choose_programs(99))


@pytest.mark.parametrize(
    ("url", "address", "password"),
    [
        (
            "postgresql://ira:p%40ss@db:5/h?sslmode=require",
            "postgresql://ira@db:5/h?sslmode=require",
            "p@ss",
        ),
        ("postgresql://ira:x@/h?host=%2Frun", "postgresql://ira@/h?host=%2Frun", "x"),
        ("postgresql://db/h", "postgresql://db/h", ""),
        ("postgresql://ira@[::1]:5432/h", "postgresql://ira@[::1]:5432/h", ""),
    ],
)
def test_a_password_stays_away_from_the_command_line(url: str, address: str, password: str) -> None:
    assert split_password(url) == (address, password)
