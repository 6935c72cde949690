"""The widget says whether anybody is there, without asking the database for each visitor."""

from __future__ import annotations

import pytest

from halfminute.kit.database import Database, DatabaseUnavailable
from halfminute.webchat.attendance import Attendance
from tests.webchat.conftest import House


class Clock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def _be(house: House, presence: str, *, serves: bool = True) -> None:
    await house.execute("update agents set presence = $1", presence)
    await house.execute("delete from queue_agents")
    if serves:
        await house.execute(
            "insert into queue_agents (queue_id, agent_id) values ($1, $2)",
            house.queue_id,
            house.agent.user_id,
        )


@pytest.mark.parametrize(
    ("presence", "serves", "is_attended"),
    [
        ("available", True, True),
        ("busy", True, True),
        ("away", True, False),
        ("offline", True, False),
        ("available", False, False),
    ],
)
async def test_a_queue_is_attended_while_one_who_serves_it_is_at_work(
    house: House, presence: str, serves: bool, is_attended: bool
) -> None:
    await _be(house, presence, serves=serves)

    answer = await (await house.open_browser()).ask("GET", "")

    assert answer.json()["is_attended"] is is_attended


async def test_it_is_looked_up_once_in_five_seconds(house: House) -> None:
    clock = Clock()
    attendance = Attendance(house.parts.database, clock=clock)
    await _be(house, "available")
    assert await attendance.is_attended(house.queue_id)

    await _be(house, "offline")
    clock.now = 4.9
    assert await attendance.is_attended(house.queue_id)
    clock.now = 5.1
    assert not await attendance.is_attended(house.queue_id)


async def test_nobody_serves_no_queue(house: House) -> None:
    assert not await Attendance(house.parts.database).is_attended(None)


async def test_while_the_database_is_away_it_is_what_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Database) -> None:
        raise DatabaseUnavailable

    clock = Clock()
    known, new = (Attendance(house.parts.database, clock=clock) for _ in range(2))
    await _be(house, "offline")
    assert not await known.is_attended(house.queue_id)

    clock.now = 6.0
    with monkeypatch.context() as patch:
        patch.setattr(Database, "connection", refuse)
        assert not await known.is_attended(house.queue_id)
        assert await new.is_attended(house.queue_id)
