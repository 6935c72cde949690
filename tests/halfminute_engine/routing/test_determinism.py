"""The same events give the same commands: in one process, in two, and across a restart."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.halfminute_engine.routing.random_day import RandomDay

ROOT = Path(__file__).parents[3]
EVENTS = 4_000
PROGRAM = f"""
from tests.halfminute_engine.routing.random_day import RandomDay
print(RandomDay(7).digest({EVENTS}))
"""


def digest_with_hash_seed(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return finished.stdout.strip()


def test_the_order_of_hashes_decides_nothing() -> None:
    here = RandomDay(7).digest(EVENTS)
    assert {digest_with_hash_seed("1"), digest_with_hash_seed("2")} == {here}


@pytest.mark.parametrize("restart_every", [1_000, 97])
def test_a_restored_router_goes_on_as_if_it_had_not_stopped(restart_every: int) -> None:
    unbroken = RandomDay(11).digest(EVENTS)
    assert RandomDay(11, restart_every=restart_every).digest(EVENTS) == unbroken


def test_another_day_is_another_day() -> None:
    assert RandomDay(1).digest(500) != RandomDay(2).digest(500)


def test_the_day_has_all_that_time_and_silence_bring() -> None:
    day = RandomDay(11)
    day.digest(EVENTS)
    assert day.had >= {
        "steps",
        "preference",
        "exclusions",
        "overflow to queue",
        "overflow to callback",
        "offer of a callback",
        "silence",
        "return",
        "reserve",
        "RequeueConversation",
    }
