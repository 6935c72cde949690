"""Old state + frames = fresh state; and the proof itself can fail."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

from halfminute.identity.principals import Grant, Principal
from halfminute.kit.event_log import get_last_seq, stream_name
from tests.realtime.conftest import NamedView, Stage, fetch_names
from tests.realtime.proof import Snapshot, following, snapshot

READER = Principal(kind="user", name="Reader", grants=(Grant("supervisor", "all"),))


async def _read(stage: Stage, agent_ids: list[UUID]) -> Snapshot:
    async with stage.database.transaction(isolation="repeatable_read") as connection:
        views: dict[UUID, NamedView] = dict(await fetch_names(connection, agent_ids, "user"))
        streams = {
            stream: await get_last_seq(connection, stream)
            for stream in (stream_name("agent", one) for one in agent_ids)
        }
    return snapshot(streams, agent=list(views.values()))


async def _rename(stage: Stage, agent_id: UUID, name: str, *, is_told: bool = True) -> None:
    async with stage.log.write() as unit:
        await unit.connection.execute("update users set name = $2 where id = $1", agent_id, name)
        if is_told:
            stream = stream_name("agent", agent_id)
            unit.record("AgentConfigured", {"agent_id": str(agent_id)}, stream)


async def _rename_often(stage: Stage, agent_ids: list[UUID], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311  a play that can be played again
    for number in range(30):
        await _rename(stage, dice.choice(agent_ids), f"{seed}.{number}")
        await asyncio.sleep(dice.random() * 0.01)


async def test_a_screen_that_applies_frames_shows_what_a_fresh_one_reads(stage: Stage) -> None:
    agent_ids: list[UUID] = [await stage.hire(name) for name in ("Olena", "Petro")]
    before = await _read(stage, agent_ids)
    async with following(stage.hub, READER, before) as screen:
        await asyncio.gather(*(_rename_often(stage, agent_ids, seed) for seed in range(4)))
        after = await _read(stage, agent_ids)
        await screen.reach(after)
    assert sum(after.streams.values()) == 120
    assert screen.views_like(after) == after.views


async def test_a_change_that_no_event_tells_is_found(stage: Stage) -> None:
    agent_ids: list[UUID] = [await stage.hire()]
    async with following(stage.hub, READER, await _read(stage, agent_ids)) as screen:
        await _rename(stage, agent_ids[0], "Told")
        await _rename(stage, agent_ids[0], "Not told", is_told=False)
        await asyncio.sleep(0.3)
        await _rename(stage, agent_ids[0], "Not told either", is_told=False)
        after = await _read(stage, agent_ids)
        await screen.reach(after)
    assert screen.views_like(after) != after.views
