"""The short form of the bench of upkeep: a backup and a migration while people write and answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.keep import run


@pytest.mark.crash
async def test_nobody_notices_a_backup_and_an_expanding_migration(server_directory: Path) -> None:
    found = await run(server_directory, messages=5_000)

    assert found["failed_requests"] == 0
    assert (found["lost"], found["doubled"]) == (0, 0)
    assert int(found["acknowledged"] or 0) > 20
    assert (found["lost_by_backup"], found["restored_and_never_received"]) == (0, 0)
    assert found["restored_is_same"]
    assert found["is_expanded"]
