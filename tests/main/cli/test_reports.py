"""`halfminute reports`, as an administrator calls it."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner, Result

from halfminute.main.cli import main
from tests.postgres import run_coroutine
from tests.reports.day import Day
from tests.scene import open_scene


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["reports", *arguments])


@pytest.fixture
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its database, to which two customers have come."""
    monkeypatch.setenv("HALFMINUTE_CONFIG", "")
    monkeypatch.setenv("HALFMINUTE_DATABASE_URL", database_url)
    monkeypatch.setenv("HALFMINUTE_DATA_DIRECTORY", str(tmp_path))

    async def live() -> None:
        async with open_scene(database_url) as scene:
            day = Day(scene)
            queue_id = await day.open_queue("Bills")
            await day.write(queue_id)
            await day.write(queue_id)

    run_coroutine(live())
    return database_url


async def _meddle(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("""update interval_counters set counters = '{"offered": 7}'""")
    finally:
        await connection.close()


def test_figures_that_are_wrong_are_told_and_counted_again(installation: str) -> None:
    assert "events counted" in call("rebuild").output
    assert "Every figure is what the log says." in call("check").output

    run_coroutine(_meddle(installation))
    wrong = call("check")
    assert wrong.exit_code == 1
    assert "offered=7" in wrong.output
    assert "1 figures differ" in wrong.output
    assert call("check", "--days", "0").exit_code == 1

    assert call("rebuild").exit_code == 0
    assert call("check").exit_code == 0
    assert call("check", "--days", "0").exit_code == 0
