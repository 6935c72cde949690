"""`halfminute upgrade` as it is typed."""

from __future__ import annotations

import socket
import subprocess
import sys

import httpx
import pytest

from halfminute.kit.embedded_postgres import EmbeddedSettings
from halfminute.kit.embedded_postgres.cluster import read_cluster_major
from halfminute.main.doctor import check_embedded
from tests.main.cli.running import free_port, run_cli
from tests.main.upgrade.old import OLD_MAJOR, read_all, serving

pytestmark = pytest.mark.xdist_group("upgrade")


def test_who_calls_meanwhile_is_told_to_come_again(old: EmbeddedSettings) -> None:
    before, port = read_all(old), free_port()
    command = [sys.executable, "-m", "halfminute.main.cli", "upgrade", "--port", str(port)]
    answers = []
    with subprocess.Popen(
        [*command, "--data", str(old.directory)], stdout=subprocess.PIPE, text=True
    ) as upgrading:
        assert upgrading.stdout is not None
        told = []
        for line in upgrading.stdout:
            told.append(line)
            if not line.startswith(("Putting", "The ", "Start ")):
                hook = httpx.post(f"http://127.0.0.1:{port}/hooks/telegram/1", json={})
                answers.append((hook.status_code, hook.headers.get("retry-after")))
    assert upgrading.returncode == 0
    assert answers == [(503, "5")] * 4
    assert "The data are of PostgreSQL 18" in told[5]
    assert str(old.kept_cluster(OLD_MAJOR)) in told[6]
    assert read_all(old) == before

    again = run_cli("upgrade", "--port", str(port), directory=old.directory)
    assert (again.returncode, again.stdout) == (0, "There is nothing to upgrade.\n")


def test_a_dry_run_says_what_it_would_take_beside_a_running_one(old: EmbeddedSettings) -> None:
    with serving(old):
        answer = run_cli("upgrade", "--dry-run", directory=old.directory)
    assert answer.returncode == 0, answer.stderr
    assert "can go from PostgreSQL 16." in answer.stdout
    assert "Nothing was changed." in answer.stdout
    assert read_cluster_major(old.cluster) == OLD_MAJOR


def test_a_taken_port_is_told_before_anything_is_done(old: EmbeddedSettings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = run_cli("upgrade", "--port", str(port), directory=old.directory)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"Port {port} is taken" in answer.stderr
    assert read_cluster_major(old.cluster) == OLD_MAJOR


def test_a_database_of_yours_is_left_to_you(old: EmbeddedSettings) -> None:
    answer = run_cli(
        "upgrade",
        directory=old.directory,
        environment={"HALFMINUTE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
    )
    assert answer.returncode == 1
    assert "names a database of yours" in answer.stderr


def test_the_doctor_knows_that_there_is_a_newer_one(old: EmbeddedSettings) -> None:
    found = check_embedded(old.directory)
    assert found.is_good
    assert "PostgreSQL 16." in found.told
    assert "`halfminute upgrade --dry-run`" in found.told
