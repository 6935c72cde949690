"""The small commands, and what they say when they are called wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from halfminute.main.cli import main
from tests.nats import NatsServer


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in ("DATABASE_URL", "NATS_URL", "PORT", "DATA_DIRECTORY"):
        monkeypatch.delenv(f"HALFMINUTE_{name}", raising=False)
    return CliRunner()


def test_migrate_says_what_it_applied_and_then_that_nothing_is_left(
    cli: CliRunner, empty_database_url: str
) -> None:
    environment = {"HALFMINUTE_DATABASE_URL": empty_database_url}

    first = cli.invoke(main, ["migrate"], env=environment)
    second = cli.invoke(main, ["migrate"], env=environment)

    assert first.exit_code == 0
    assert "0001_log.sql" in first.output.splitlines()
    assert second.output == "The schema is up to date.\n"


def test_migrate_without_a_database_names_the_variable(cli: CliRunner) -> None:
    answer = cli.invoke(main, ["migrate"])

    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert "HALFMINUTE_DATABASE_URL" in answer.output


def test_a_database_that_is_gone_is_told_in_one_line(cli: CliRunner) -> None:
    environment = {"HALFMINUTE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    answer = cli.invoke(main, ["migrate"], env=environment)

    assert answer.exit_code == 1
    assert answer.output.startswith("Halfminute: ")
    assert "Traceback" not in answer.output


def test_an_unknown_role_is_refused_with_those_there_are(cli: CliRunner) -> None:
    answer = cli.invoke(main, ["serve", "--roles", "web,cook"])

    assert answer.exit_code == 1
    assert "no role cook: choose from web, router" in answer.output


def test_an_unknown_channel_is_refused_with_those_there_are(cli: CliRunner) -> None:
    answer = cli.invoke(main, ["channel", "add", "pigeon"])

    assert answer.exit_code == 1
    assert "There is no channel pigeon. Channels: telegram" in answer.output


def test_an_unknown_field_of_a_channel_is_refused(cli: CliRunner) -> None:
    answer = cli.invoke(main, ["channel", "add", "telegram", "--set", "colour=red"])

    assert answer.exit_code == 1
    assert "The form has no field colour" in answer.output


def test_the_doctor_examines_a_database_that_lacks_migrations(
    cli: CliRunner, empty_database_url: str, tmp_path: Path
) -> None:
    environment = {"HALFMINUTE_DATABASE_URL": empty_database_url}

    answer = cli.invoke(main, ["doctor", "--data", str(tmp_path)], env=environment)

    assert answer.exit_code == 1
    assert "migrations behind" in answer.output
    assert "run `halfminute migrate`" in answer.output


def test_the_doctor_measures_the_bus(
    cli: CliRunner, nats_server: NatsServer, tmp_path: Path
) -> None:
    arguments = ["doctor", "--data", str(tmp_path)]
    environment = {"HALFMINUTE_NATS_URL": nats_server.url}

    answer = cli.invoke(main, arguments, env=environment)
    assert "there and back" in answer.output

    nats_server.kill()
    answer = cli.invoke(main, arguments, env=environment)
    assert answer.exit_code == 1
    assert "cannot be reached" in answer.output
    assert "start it, or mend HALFMINUTE_NATS_URL" in answer.output


def test_the_doctor_says_nothing_of_a_bus_that_nobody_named(cli: CliRunner, tmp_path: Path) -> None:
    assert "Bus" not in cli.invoke(main, ["doctor", "--data", str(tmp_path)]).output


def test_the_doctor_knows_an_address_that_cannot_be_one(cli: CliRunner, tmp_path: Path) -> None:
    environment = {"HALFMINUTE_NATS_URL": "bus"}
    answer = cli.invoke(main, ["doctor", "--data", str(tmp_path)], env=environment)
    assert answer.exit_code == 1
    assert "mend HALFMINUTE_NATS_URL" in answer.output


def test_the_doctor_says_how_to_mend_a_broken_key(cli: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("not a key")

    answer = cli.invoke(main, ["doctor", "--data", str(tmp_path)])

    assert answer.exit_code == 1
    assert "restore" in answer.output
    assert (tmp_path / "secret.key").read_text() == "not a key"


def test_the_doctor_changes_nothing(cli: CliRunner, tmp_path: Path) -> None:
    cli.invoke(main, ["doctor", "--data", str(tmp_path / "none")])

    assert list(tmp_path.iterdir()) == []


def test_a_program_gets_a_token_once_and_is_shut_out_by_its_name(
    cli: CliRunner, database_url: str, tmp_path: Path
) -> None:
    environment = {
        "HALFMINUTE_DATABASE_URL": database_url,
        "HALFMINUTE_DATA_DIRECTORY": str(tmp_path),
    }

    def call(*arguments: str) -> Result:
        return cli.invoke(main, ["token", *arguments, "--data", str(tmp_path)], env=environment)

    made = call("add", "site", "--permission", "contact_link.create")
    assert made.exit_code == 0, made.output
    secret = made.output.rpartition("Token: ")[2].strip()
    assert secret.startswith("hm_")
    assert call("add", "site", "--permission", "contact_link.create").exit_code == 1
    assert call("add", "other", "--permission", "conversation.read").exit_code == 2
    listed = call("list")
    assert "site  contact_link.create  since " in listed.output
    assert secret not in listed.output
    assert call("revoke", "site").exit_code == 0
    assert call("list").output == ""
    again = call("revoke", "site")
    assert (again.exit_code, "There is no API token site" in again.output) == (1, True)


def test_a_token_is_replaced_of_an_account_that_is_there(
    cli: CliRunner, database_url: str, tmp_path: Path
) -> None:
    environment = {
        "HALFMINUTE_DATABASE_URL": database_url,
        "HALFMINUTE_DATA_DIRECTORY": str(tmp_path),
    }

    answer = cli.invoke(
        main,
        ["channel", "replace-token", "Support", "--data", str(tmp_path)],
        env=environment,
    )

    assert answer.exit_code == 1
    assert "Support is no account. Accounts: none yet." in answer.output


def test_a_reader_who_has_seen_enough_is_told_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        [sys.executable, "-m", "halfminute.main.cli", "simulate", "--list"],
        check=False,
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)

    assert (ended.returncode, ended.stderr) == (1, b"")
