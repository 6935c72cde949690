"""`halfminute contacts` and `halfminute retention`, as an administrator calls them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from halfminute.files.store import open_file_store
from halfminute.kit.ids import new_id
from halfminute.kit.secrets import write_secret_key
from halfminute.main.cli import main
from tests.conversations.erasing.canary import (
    SENDER,
    find_in_database,
    find_in_folder,
    is_in,
    live,
)
from tests.postgres import run_coroutine
from tests.scene import open_scene


class Clerk:
    """Calls commands on one installation, in which the canary has lived."""

    def __init__(self, directory: Path, contact_id: UUID) -> None:
        self.directory = directory
        self.contact_id = str(contact_id)

    def call(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, [*arguments, "--data", str(self.directory)], input=typed)


@pytest.fixture
def clerk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    monkeypatch.setenv("HALFMINUTE_CONFIG", "")
    monkeypatch.setenv("HALFMINUTE_DATABASE_URL", database_url)
    monkeypatch.delenv("HALFMINUTE_ERASURE_JOURNAL", raising=False)
    directory = tmp_path / "data"
    directory.mkdir()
    write_secret_key(directory / "secret.key", bytes(32))

    async def live_there() -> UUID:
        async with open_scene(database_url) as scene:
            return await live(scene, open_file_store(directory))

    return Clerk(directory, run_coroutine(live_there()))


def test_a_contact_is_exported_and_erased(clerk: Clerk, database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "olena.zip"
    made = clerk.call("contacts", "export", clerk.contact_id, "--to", str(file))
    assert made.exit_code == 0, made.output
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as archive:
        about = json.loads(archive.read("contact.json"))
    assert about["contact"]["name"] == SENDER.name
    again = clerk.call("contacts", "export", clerk.contact_id, "--to", str(file))
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    file.unlink()

    wrong = clerk.call("contacts", "erase", clerk.contact_id, typed="Somebody\n")
    assert (wrong.exit_code, "Type the contact's name" in wrong.output) == (1, True)
    assert run_coroutine(find_in_database(database_url)) != {}
    erased = clerk.call("contacts", "erase", clerk.contact_id, typed=f"{SENDER.name}\n")
    assert erased.exit_code == 0, erased.output

    assert run_coroutine(find_in_database(database_url)) == {}
    assert find_in_folder(tmp_path) == []
    journal = clerk.directory.with_name("data.erasures").read_bytes()
    assert clerk.contact_id.encode() in journal
    assert not is_in(journal)
    repeated = clerk.call("contacts", "erase", clerk.contact_id)
    assert (repeated.exit_code, "is erased" in repeated.output) == (0, True)


def test_who_is_not_there_is_one_line(clerk: Clerk, tmp_path: Path) -> None:
    for verb in (("erase",), ("export",)):
        more = ("--to", str(tmp_path / "x.zip")) if verb == ("export",) else ()
        told = clerk.call("contacts", *verb, str(new_id()), *more)
        assert (told.exit_code, told.output.count("\n")) == (1, 1)
        assert told.output.startswith("Halfminute: There is no such contact")
    assert list(tmp_path.glob("x.zip*")) == []


def test_a_journal_that_cannot_be_written_stops_it(
    clerk: Clerk, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HALFMINUTE_ERASURE_JOURNAL", str(tmp_path / "missing" / "journal"))
    told = clerk.call("contacts", "erase", clerk.contact_id, "--name", SENDER.name)
    assert told.exit_code == 1
    assert "name another file in HALFMINUTE_ERASURE_JOURNAL" in told.output
    assert "contacts" in run_coroutine(find_in_database(database_url))


def test_retention_is_told_and_done(clerk: Clerk) -> None:
    told = clerk.call("retention", "--dry-run")
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert lines[0].split() == ["class", "kept", "for", "would", "go"]
    assert lines[1].split() == ["media", "400", "days", "0"]
    assert len(lines) == 11
    done = clerk.call("retention")
    assert done.output.splitlines()[0].split() == ["class", "kept", "for", "gone"]
