"""The command line reads its settings from the file too, and shows where each came from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from halfminute.kit.setting_sources import CONFIG_VARIABLE
from halfminute.main.cli import main

URL = "postgresql://halfminute:hunter2@127.0.0.1:1/none"


class Shell:
    """A command line that starts with no setting but those of its file."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "halfminute.toml"

    def write(self, text: str) -> None:
        self.file.write_text(text, encoding="utf-8")

    def run(self, *arguments: str, **variables: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(self.file), *arguments], env=variables)


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name in [name for name in os.environ if name.startswith("HALFMINUTE_")]:
        monkeypatch.delenv(name)
    # Put back afterwards, whatever a command set.
    monkeypatch.setenv(CONFIG_VARIABLE, "")
    return Shell(tmp_path)


def test_it_shows_every_setting_with_its_source_and_no_password(shell: Shell) -> None:
    shell.write(f'database_url = "{URL}"\nport = 9000\n')

    answer = shell.run("config", HALFMINUTE_LOG_FORMAT="json")

    assert answer.exit_code == 0
    assert "hunter2" not in answer.output
    lines = [line.split() for line in answer.output.splitlines()]
    assert lines[0][:2] == ["database_url", "postgresql://***@127.0.0.1:1/none"]
    assert ["port", "9000", "port", "in", str(shell.file)] in lines
    assert ["log_format", "json", "HALFMINUTE_LOG_FORMAT"] in lines
    assert ["host", "127.0.0.1", "default"] in lines


def test_it_tells_every_fault_and_fails(shell: Shell) -> None:
    shell.write(f'database_url = "{URL}"\nprot = 9000\n')

    answer = shell.run("config", HALFMINUTE_LOG_FORMAT="xml")

    assert answer.exit_code == 1
    assert f"MEND prot in {shell.file} is not a setting: did you mean port?" in answer.output
    assert "MEND HALFMINUTE_LOG_FORMAT is 'xml': it must be console or json" in answer.output
    assert "(wrong)" in answer.output


@pytest.mark.parametrize("command", ["migrate", "serve", "up", "retranslate"])
def test_no_command_starts_with_a_setting_that_is_wrong(command: str, shell: Shell) -> None:
    shell.write(f'database_url = "{URL}"\nprot = 9000\ndata_directory = "data"\n')

    answer = shell.run(command)

    assert answer.exit_code == 1
    assert answer.output.count("\n") == 1
    assert "did you mean port?" in answer.output
    assert "Traceback" not in answer.output


def test_a_command_uses_the_database_of_the_file(shell: Shell, database_url: str) -> None:
    shell.write(f'database_url = "{database_url}"\n')
    assert shell.run("migrate").output == "The schema is up to date.\n"


def test_the_doctor_looks_where_the_file_says_and_the_command_line_wins(
    shell: Shell, tmp_path: Path
) -> None:
    shell.write('data_directory = "mine"\n')
    assert f"{tmp_path}/mine, " in shell.run("doctor").output
    assert f"{tmp_path}/yours, " in shell.run("doctor", "--data", str(tmp_path / "yours")).output


def test_the_doctor_tells_each_wrong_setting_and_goes_on(shell: Shell) -> None:
    shell.write('prot = 1\nlog_level = "loud"\n')

    answer = shell.run("doctor")

    assert answer.exit_code == 1
    assert answer.output.count("MEND Settings") == 2
    assert "ok   Python" in answer.output
    assert f"mend log_level in {shell.file}" in answer.output


def test_a_file_that_is_not_there_is_told_in_one_line(shell: Shell) -> None:
    answer = shell.run("migrate")
    assert answer.exit_code == 1
    assert f"{shell.file} is not there: mend HALFMINUTE_CONFIG" in answer.output


def test_invented_people_stay_out_of_the_installation_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, "")
    monkeypatch.delenv(CONFIG_VARIABLE)

    CliRunner().invoke(main, ["demo", "--port", "wrong"])

    assert os.environ[CONFIG_VARIABLE] == ""


def test_the_first_administrator_is_given_a_queue(shell: Shell, database_url: str) -> None:
    shell.write(f'database_url = "{database_url}"\n')
    first = shell.run("user", "add", "o@example.org", "--name", "Olena", "--role", "admin")
    second = shell.run("user", "add", "i@example.org", "--name", "Ivan", "--queue", "Support")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
