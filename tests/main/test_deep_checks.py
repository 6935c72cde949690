"""What a deep examination finds, and what it says to do about it."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

from halfminute.kit import server_state
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id
from halfminute.kit.partitions import make_partitions
from halfminute.kit.secrets import SecretBox, ensure_secret_key
from halfminute.kit.time import utc_now
from halfminute.kit.wakeups import PostgresWakeups
from halfminute.main import deep_checks
from halfminute.main.cli import main
from halfminute.main.findings import Finding
from halfminute.plugins.telegram.fake.parts import Options
from halfminute.plugins.telegram.fake.server import run_fake
from halfminute.routing.lease import release_lease, try_acquire_lease

TOKEN = "123456:FAKE-token_of_the_tests"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


async def add_account(
    database: Database, key_file: Path, name: str, url: str, *, token: str = TOKEN
) -> UUID:
    """A Telegram account as `channel add` stores it, but untried."""
    account_id = new_id()
    box = SecretBox(ensure_secret_key(key_file))
    async with database.connection() as connection:
        await connection.execute(
            """insert into channel_accounts
                   (id, kind, name, settings, encrypted_secrets, inbound_mode)
               values ($1, 'telegram', $2, $3, $4, 'polling')""",
            account_id,
            name,
            {"api_base_url": url},
            box.seal({"token": token, "webhook_secret": "s"}, row_id=account_id),
        )
    return account_id


async def test_a_clock_that_is_wrong_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.connection() as connection:
        assert (await deep_checks.check_clock(connection)).is_good
        for seconds, side in ((5, "ahead of"), (-5, "behind")):
            wrong = timedelta(seconds=seconds)
            monkeypatch.setattr(server_state, "utc_now", lambda wrong=wrong: utc_now() + wrong)
            finding = await deep_checks.check_clock(connection)
            assert not finding.is_good
            assert side in finding.told


async def test_a_month_without_its_partition_is_named(database: Database) -> None:
    await make_partitions(database)
    async with database.connection() as connection:
        assert (await deep_checks.check_partitions(connection)).is_good
        last = await connection.fetchval(
            "select to_char(now() at time zone 'UTC' + interval '2 months', 'YYYY_MM')"
        )
        await connection.execute(f"drop table messages_{last}")
        finding = await deep_checks.check_partitions(connection)
    assert finding.told == f"1 missing, the first messages_{last}"
    assert "maintenance" in finding.remedy


async def test_who_keeps_the_log_from_being_settled_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = EventLog(database, PostgresWakeups(database))
    async with log.write() as unit:
        unit.record("ConversationOpened", {}, "conversation:1")
    async with database.connection() as connection:
        finding = await deep_checks.check_log(connection)
        assert finding.is_good
        assert finding.told.startswith("1 events in its tail, the newest ")

        monkeypatch.setattr(deep_checks, "_LONG_TRANSACTION_SECONDS", 0.0)
        async with database.transaction() as other:
            await other.execute("select pg_current_xact_id()")
            pid = await other.fetchval("select pg_backend_pid()")
            finding = await deep_checks.check_log(connection)
    assert f"pg_terminate_backend({pid})" in finding.remedy


async def test_a_domain_that_nobody_routes_is_told(database: Database) -> None:
    async with database.connection() as connection:
        assert (await deep_checks.check_router(connection)).told == "nobody has ever routed"
        lease = await try_acquire_lease(database, "main", "here:1", seconds=30)
        assert lease is not None
        finding = await deep_checks.check_router(connection)
        assert finding.is_good
        assert finding.told.startswith("here:1 routes, epoch 1, lease good for ")
        await release_lease(database, lease)
        finding = await deep_checks.check_router(connection)
    assert "nobody routes since" in finding.told
    assert "router" in finding.remedy


@pytest.mark.parametrize(
    ("late_seconds", "blocked_seconds", "told"),
    [
        (0, 0, "1 due"),
        (600, 0, "1 due, the oldest for 600 s"),
        # The provider ordered a wait, or the message itself was put off: nobody is late.
        (600, 60, "nothing is due"),
        (-60, 0, "nothing is due"),
    ],
)
async def test_a_message_that_nobody_sends_is_told(
    database: Database, tmp_path: Path, late_seconds: int, blocked_seconds: int, told: str
) -> None:
    account_id = await add_account(database, tmp_path / "key", "Bot", "http://127.0.0.1:1")
    contact_id, address_id = new_id(), new_id()
    async with database.connection() as connection:
        await connection.execute("insert into contacts (id, name) values ($1, 'Vera')", contact_id)
        await connection.execute(
            """insert into addresses
                   (id, contact_id, channel_account_id, channel_kind, external_id, name)
               values ($1, $2, $3, 'telegram', '7', 'Vera')""",
            address_id,
            contact_id,
            account_id,
        )
        await connection.execute(
            """insert into outbox
                   (message_id, channel_account_id, address_id, state, next_attempt_at)
               values ($1, $2, $3, 'queued', now() - make_interval(secs => $4))""",
            new_id(),
            account_id,
            address_id,
            late_seconds,
        )
        await connection.execute(
            """update channel_accounts
                  set sending_blocked_until = now() + make_interval(secs => $2) where id = $1""",
            account_id,
            blocked_seconds,
        )
        finding = await deep_checks.check_outbox(connection)
    assert finding.told.startswith(told)
    assert finding.is_good == (told != "1 due, the oldest for 600 s")


def list_all(directory: Path) -> list[Path]:
    """Every file and folder below."""
    return list(directory.rglob("*"))


async def test_media_is_written_read_and_removed(tmp_path: Path) -> None:
    assert (await deep_checks.check_media(tmp_path)).told.startswith("no ")
    assert list_all(tmp_path) == []
    (tmp_path / "media").mkdir()

    finding = await deep_checks.check_media(tmp_path)

    assert finding.is_good, finding
    assert "written, read and removed" in finding.told
    assert [place for place in list_all(tmp_path) if place.is_file()] == []


async def test_media_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    finding = await deep_checks.check_media(tmp_path)
    assert finding.remedy == "mend its rights, or its disk"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
async def test_root_leaves_nothing_in_the_media_of_another(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    os.chown(media, 65534, 65534)
    finding = await deep_checks.check_media(tmp_path)
    assert finding.told == "not tried"
    assert "nobody" in finding.remedy
    assert list_all(media) == []


async def test_every_provider_is_asked_and_none_is_waited_for_long(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deep_checks, "_PROVIDER_SECONDS", 1.0)
    key_file = tmp_path / "key"

    # Nobody takes the connections that the system accepts.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        good, revoked, late = await ask_three(database, key_file, f"http://127.0.0.1:{port}")

    assert good.is_good, good
    assert good.told.startswith("telegram Good: answers as ")
    assert "Unauthorized" in revoked.told
    assert "mend the account's settings" in revoked.remedy
    assert late.told == "telegram Silent: no answer within 1 s"


async def ask_three(database: Database, key_file: Path, silent_url: str) -> list[Finding]:
    """An account that works, one that is refused, one that is not answered, and one that is off."""
    async with run_fake(Options(tokens=(TOKEN,))) as fake:
        await add_account(database, key_file, "Good", fake.url)
        await add_account(database, key_file, "Revoked", fake.url, token="99:gone")
        await add_account(database, key_file, "Silent", silent_url)
        off = await add_account(database, key_file, "Off", "http://127.0.0.1:1")
        async with database.connection() as connection:
            await connection.execute(
                "update channel_accounts set is_enabled = false where id = $1", off
            )
        return await deep_checks.check_providers(database, key_file)


async def test_a_key_that_is_lost_is_not_made_anew(database: Database, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    await add_account(database, key_file, "Bot", "http://127.0.0.1:1")
    for change in (key_file.unlink, lambda: ensure_secret_key(tmp_path / "other")):
        change()
        wrong = key_file if not (tmp_path / "other").exists() else tmp_path / "other"
        (finding,) = await deep_checks.check_providers(database, wrong)
        assert finding.remedy == f"restore {wrong} from a backup"
    assert not key_file.exists()


def test_the_command_goes_deep_only_when_it_is_told_to(database_url: str, tmp_path: Path) -> None:
    arguments = ["doctor", "--data", str(tmp_path)]
    environment = {"HALFMINUTE_DATABASE_URL": database_url, "HALFMINUTE_CONFIG": ""}

    shallow = CliRunner().invoke(main, arguments, env=environment)
    deep = CliRunner().invoke(main, [*arguments, "--deep"], env=environment)

    assert "Router" not in shallow.output
    assert deep.exit_code == 1
    lines = deep.output.splitlines()
    for subject in ("Clock", "Partitions", "Log", "Router", "Outbox", "Media"):
        assert any(line[5:].startswith(subject) for line in lines), deep.output
    assert "run the role router, and see its log" in deep.output
    assert list(tmp_path.iterdir()) == []


def test_a_finding_is_good_when_there_is_nothing_to_mend() -> None:
    assert Finding("Clock", "right").is_good
    assert not Finding("Clock", "wrong", "set it").is_good
