"""The same scenario and seed give the same commands, in any process and any order of hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from halfminute_engine.routing.commands import Command, OfferConversation, StartTimer
from halfminute_engine.routing.values import AgentId, ConversationId, OfferNumber, QueueId, TimerId
from halfminute_engine.simulation.command_hash import CommandHash
from halfminute_engine.simulation.simulate import simulate
from tests.halfminute_engine.simulation.centres import busy_centre, kernel_of, seeded

ROOT = Path(__file__).parents[3]

GOLDEN = "f9b43f3d378bdb9cb6b2cee26f6628c8"
"""Changes when the router decides otherwise or a command has a new field: then say why."""

PROGRAM = """
from random import Random
from halfminute_engine.simulation.simulate import simulate
from tests.halfminute_engine.simulation.centres import busy_centre
print(simulate(busy_centre(), Random(1)).command_hash)
"""

OFFER = OfferConversation(
    OfferNumber(1), ConversationId("1"), AgentId("a"), QueueId("q"), "voice", 20
)


def hash_with_hash_seed(hash_seed: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return finished.stdout.strip()


def hash_of(*commands: Command) -> str:
    command_hash = CommandHash()
    for command in commands:
        command_hash.add([command])
    return command_hash.hexdigest()


def test_the_commands_are_those_that_were_committed() -> None:
    assert simulate(busy_centre(), seeded(1)).command_hash == GOLDEN


def test_the_order_of_hashes_decides_nothing() -> None:
    assert {hash_with_hash_seed("1"), hash_with_hash_seed("2")} == {GOLDEN}


def test_another_seed_is_another_day() -> None:
    assert simulate(busy_centre(), seeded(2)).command_hash != GOLDEN


def test_a_run_in_pieces_is_the_same_run() -> None:
    kernel = kernel_of(busy_centre())
    for part in range(1, 998):
        kernel.advance(kernel.scenario.horizon_us * part // 997)
    assert kernel.command_hash.hexdigest() == GOLDEN


@pytest.mark.parametrize("name", [field.name for field in fields(OfferConversation)])
def test_each_field_of_a_command_counts(name: str) -> None:
    value = getattr(OFFER, name)
    other = value + 1 if isinstance(value, int) else f"{value}x"
    changed: dict[str, Any] = {name: other}
    assert hash_of(replace(OFFER, **changed)) != hash_of(OFFER)


def test_the_order_of_commands_counts() -> None:
    timer = StartTimer(TimerId("t"), 20)
    assert hash_of(OFFER, timer) != hash_of(timer, OFFER)


def test_how_commands_come_together_does_not_count() -> None:
    many: list[Command] = [OFFER] * 10_000
    one_by_one, at_once = CommandHash(), CommandHash()
    for command in many:
        one_by_one.add([command])
    at_once.add(many)
    assert at_once.hexdigest() == one_by_one.hexdigest()
