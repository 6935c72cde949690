"""What cannot be upgraded is refused in one line, and stays as it was."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.embedded_postgres import binaries as finding
from halfminute.kit.embedded_postgres.cluster import read_cluster_major
from halfminute.kit.embedded_postgres.errors import AlreadySupervised, MajorVersionMismatch
from halfminute.kit.errors import HalfminuteError
from halfminute.main.upgrade import Upgrade, Wishes, old_data, plan, run
from halfminute.main.upgrade.errors import (
    OldProgramsMissing,
    SpaceMissing,
    UpgradeCancelled,
    UpgradeFailed,
    UpgradeRefused,
)
from tests.main.upgrade.old import OLD_MAJOR, ask, find_old, serving, settings_of


@contextmanager
def refused(old: EmbeddedSettings, error: type[HalfminuteError], words: str) -> Iterator[None]:
    """In one line; and the old data are there, alone, and serve."""
    with pytest.raises(error, match=words) as caught:
        yield
    assert "\n" not in caught.value.message
    assert read_cluster_major(old.cluster) == OLD_MAJOR
    assert not old.upgrade_directory.exists()
    assert not old.upgrade_mark.exists()


def upgrade(old: EmbeddedSettings, **wishes: object) -> None:
    Upgrade(old, Wishes(**wishes), print).run()  # type: ignore[arg-type]


def only(monkeypatch: pytest.MonkeyPatch, *directories: Path) -> None:
    """The machine has no other programs of PostgreSQL."""
    monkeypatch.setattr(finding, "_wheel_directories", lambda: list(directories))
    monkeypatch.setattr(finding, "_machine_directories", list)


def newest() -> Path:
    return finding.choose_binaries(None).directory


def test_a_start_names_the_command(old: EmbeddedSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, newest())
    with (
        refused(old, MajorVersionMismatch, "by PostgreSQL 16, and here is 18: run `halfminute"),
        EmbeddedPostgres(old),
    ):
        pass


def test_without_the_old_programs(old: EmbeddedSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, newest())
    with refused(old, OldProgramsMissing, "apt-get install postgresql-16.*--old-programs"):
        upgrade(old)


def test_old_programs_of_another_version(old: EmbeddedSettings) -> None:
    with refused(old, OldProgramsMissing, f"in {newest()} they are not"):
        upgrade(old, old_programs=newest())


def test_without_room(old: EmbeddedSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(free=100 * 1000**2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage)
    with refused(old, SpaceMissing, "[23].. MB must be free on the disk of .* and 100 MB"):
        upgrade(old)


def test_an_extension_that_is_not_here(
    old: EmbeddedSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(old) as dsn:
        asyncio.run(ask(dsn, "create extension vector"))
    monkeypatch.setattr(old_data, "_extension_directory", lambda _plan: tmp_path)
    with refused(old, UpgradeRefused, "database halfminute uses the extension vector"):
        upgrade(old)


def test_a_setting_that_the_new_one_does_not_know(old: EmbeddedSettings) -> None:
    with serving(old) as dsn:
        asyncio.run(ask(dsn, "alter system set old_snapshot_threshold = '1h'"))
    with refused(old, UpgradeRefused, "old_snapshot_threshold.*alter system reset"):
        upgrade(old)


@pytest.mark.parametrize(
    ("statement", "words"),
    [("create role auditor", "role auditor"), ("create database reports", "database reports")],
)
def test_what_a_load_of_the_rows_would_leave_behind(
    old: EmbeddedSettings, statement: str, words: str
) -> None:
    with serving(old) as dsn:
        asyncio.run(ask(dsn, statement))
    with refused(old, UpgradeRefused, f"there is the {words}"):
        upgrade(old, is_dumped=True)


def test_old_data_that_were_kept_are_not_written_over(old: EmbeddedSettings) -> None:
    old.kept_cluster(OLD_MAJOR).mkdir()
    with refused(old, UpgradeRefused, "is there already, from an earlier upgrade"):
        upgrade(old)


def test_a_running_installation(old: EmbeddedSettings) -> None:
    with serving(old), refused(old, AlreadySupervised, "stop it first. Only --dry-run"):
        upgrade(old)


def test_what_does_not_come_along_is_missed(
    old: EmbeddedSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that left something out must not be believed."""

    async def forget(*_arguments: object) -> None:
        """Loads nothing."""

    monkeypatch.setattr(run, "load_rows", forget)
    with refused(old, UpgradeFailed, "of halfminute did not come along"):
        upgrade(old, is_dumped=True)


@pytest.mark.parametrize("step", range(5))
def test_one_that_is_cancelled(old: EmbeddedSettings, step: int) -> None:
    told: list[str] = []

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == step + 1:
            upgrading.cancel()

    upgrading = Upgrade(old, Wishes(), tell)
    with refused(old, UpgradeCancelled, "the old data are as they were"):
        upgrading.run()
    assert len(told) == step + 1


def test_programs_that_cannot_take_files_along_load_the_rows(
    old: EmbeddedSettings, tmp_path: Path, make_plan: Callable[..., plan.Plan]
) -> None:
    """Only the server of the old version is here, as some packages bring it."""
    with refused(old, UpgradeRefused, "can be shared only by pg_upgrade"):
        make_plan(old, tmp_path, is_linked=True)
    assert make_plan(old, tmp_path, is_linked=False).is_dumped


@pytest.fixture
def make_plan() -> Callable[..., plan.Plan]:
    def make(old: EmbeddedSettings, tmp_path: Path, *, is_linked: bool) -> plan.Plan:
        directory = tmp_path / "bin"
        directory.mkdir(exist_ok=True)
        program = directory / "postgres"
        program.write_text(f'#!/bin/sh\nexec "{find_old().postgres}" "$@"\n')
        program.chmod(0o755)
        made = plan.make_plan(old, Wishes(is_linked=is_linked, old_programs=directory))
        assert made is not None
        return made

    return make


def test_no_data_at_all(server_directory: Path) -> None:
    settings = settings_of(server_directory)
    assert Upgrade(settings, Wishes(), print).run() is None
    assert not settings.cluster.exists()
    shutil.rmtree(server_directory)
