"""All that was in the old data is in the new ones, and the old ones are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from halfminute.identity.principals import SYSTEM
from halfminute.kit.embedded_postgres import EmbeddedSettings, find_running_dsn
from halfminute.kit.embedded_postgres.account import choose_account
from halfminute.kit.embedded_postgres.cluster import Layout, read_cluster_major
from halfminute.kit.embedded_postgres.postmaster import start_postmaster, wait_until_ready
from halfminute.kit.event_log import LogTail, log_end
from halfminute.main.installation import open_log
from halfminute.main.upgrade import Upgrade, Wishes
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from tests.main.upgrade.old import (
    OLD_MAJOR,
    ask,
    find_old,
    furnish,
    make_old,
    read_all,
    serving,
    value_of,
)

WAYS = {
    "copied": Wishes(),
    "linked": Wishes(is_linked=True),
    "loaded": Wishes(is_dumped=True),
}


def upgrade(settings: EmbeddedSettings, wishes: Wishes | None = None) -> None:
    assert Upgrade(settings, wishes or Wishes(), print).run() is not None


def run_on(settings: EmbeddedSettings, statement: str) -> None:
    with serving(settings) as dsn:
        asyncio.run(ask(dsn, statement))


async def go_on(dsn: str) -> None:
    """A new fact follows the old ones, and nothing old is taken for a fact still under way."""
    async with open_log(dsn) as log:
        async with log.database.connection() as connection:
            tail = LogTail(await log_end(connection))
        await configure_queue(log, SYSTEM, QueueSettings(name="After it"))
        async with log.database.connection() as connection:
            assert len(await tail.read(connection)) > 0
        assert tail.cursor.ahead == frozenset()
    [newest] = await ask(dsn, "select type from events order by xid desc, position desc limit 1")
    [last] = await ask(dsn, "select type from events order by position desc limit 1")
    assert newest == last


@pytest.mark.parametrize("way", WAYS)
def test_everything_comes_along(old: EmbeddedSettings, way: str) -> None:
    before = read_all(old)
    run_on(old, "alter system set work_mem = '7MB'")
    password = old.password_file.read_text()

    upgrade(old, WAYS[way])

    assert read_all(old) == before
    assert old.password_file.read_text() == password
    with serving(old) as dsn:
        assert str(value_of(dsn, "show server_version_num")).startswith("18")
        assert value_of(dsn, "show work_mem") == "7MB"
        assert value_of(dsn, "show data_checksums") == "on"
        assert value_of(dsn, "select rolpassword like 'SCRAM-SHA-256$%' from pg_authid"
                             " where rolname = current_user")  # fmt: skip
        assert value_of(dsn, "select count(*) > 0 from pg_stats where tablename ~ 'messages'")
        asyncio.run(go_on(dsn))
    left = {place.name for place in old.directory.iterdir()}
    kept = f"postgresql-{OLD_MAJOR}-before-upgrade"
    assert (kept in left) == (way != "linked")
    assert not {name for name in left if name.startswith("postgresql-upgrade")} - {
        "postgresql-upgrade.log"
    }


def test_what_others_made_comes_along_and_the_way_back_stays_open(old: EmbeddedSettings) -> None:
    before = read_all(old)
    run_on(old, "create role auditor login password 'a long enough one'")
    run_on(old, "create database reports")

    upgrade(old)

    assert Upgrade(old, Wishes(), print).run() is None
    assert Upgrade(old, Wishes(), print).try_out() is None
    with serving(old) as dsn:
        asyncio.run(ask(dsn.replace("/halfminute?", "/reports?"), "select 1"))
        of_auditor = "from pg_authid where rolname = 'auditor'"
        assert value_of(dsn, f"select rolpassword like 'SCRAM%' {of_auditor}")
        asyncio.run(ask(dsn, "delete from messages"))

    old.cluster.rename(old.directory / "away")
    old.kept_cluster(OLD_MAJOR).rename(old.cluster)

    assert read_all(old) == before
    assert read_cluster_major(old.cluster) == OLD_MAJOR


def test_another_layout_is_carried_over(server_directory: Path) -> None:
    layout = Layout(wal_segment_megabytes=16, has_checksums=False)
    settings = make_old(server_directory / "data", layout)
    with serving(settings) as dsn:
        asyncio.run(furnish(dsn, messages=2))

    upgrade(settings)

    with serving(settings) as dsn:
        assert value_of(dsn, "show data_checksums") == "off"
        assert value_of(dsn, "show wal_segment_size") == "16MB"
        assert value_of(dsn, "select count(*) from messages") == 2


def _stopped(old: EmbeddedSettings) -> object:
    return Upgrade(old, Wishes(), print).try_out()


def _running(old: EmbeddedSettings) -> object:
    with serving(old):
        return Upgrade(old, Wishes(), print).try_out()


@pytest.mark.parametrize("try_out", [_stopped, _running])
def test_a_dry_run_changes_nothing(
    old: EmbeddedSettings, try_out: Callable[[EmbeddedSettings], object]
) -> None:
    before = read_all(old)

    assert try_out(old) is not None

    assert read_all(old) == before
    assert read_cluster_major(old.cluster) == OLD_MAJOR
    assert not old.upgrade_mark.exists()
    left = {place.name for place in old.directory.iterdir()}
    assert not left & {old.upgrade_directory.name, "postgresql-trial"}


def test_data_whose_server_was_killed_are_recovered_first(old: EmbeddedSettings) -> None:
    """pg_upgrade itself refuses data that were not shut down in order."""
    with serving(old):
        pass  # settles where its socket is
    server = start_postmaster(old, find_old(), choose_account(old.cluster))
    assert wait_until_ready(server, old.cluster, 60)
    dsn = find_running_dsn(old)
    assert dsn is not None
    asyncio.run(ask(dsn, "create table late as select 1 as n"))
    server.kill()
    server.wait()

    upgrade(old)

    with serving(old) as dsn:
        assert value_of(dsn, "select n from late") == 1
