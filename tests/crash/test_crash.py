"""The short form of the crash bench: kill everything a few times, and count."""

from __future__ import annotations

import pytest

from bench.crash import Variant, run_variant


@pytest.mark.crash
async def test_nothing_acknowledged_is_lost_or_done_twice_when_parts_are_killed_at_random() -> None:
    verdict = await run_variant(Variant("short", kills=8, acknowledged=60), seed=7)

    assert verdict.kills >= 8
    assert verdict.acknowledged >= 60
    assert verdict.replies > 0
    assert verdict.is_clean, verdict
    assert verdict.unknown <= verdict.kills
