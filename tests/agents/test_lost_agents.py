"""Who falls silent is signed off, and an outage of ours signs nobody off."""

from __future__ import annotations

from uuid import UUID

import pytest

from halfminute.agents.actions.record_heartbeats import record_heartbeats
from halfminute.agents.lost import LostAgentSweep
from halfminute.routing.queries import list_ringing_agents
from tests.routing.centre import Centre


class Time:
    """A clock that the play moves, together with how long ago the heartbeats were."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    async def pass_silently(self, seconds: float, sweep: LostAgentSweep) -> list[UUID]:
        """A sweep each second, and no heartbeat; who was signed off."""
        lost: list[UUID] = []
        for _ in range(int(seconds)):
            await self.age(1)
            lost += await sweep.run_once()
        return lost

    async def age(self, seconds: float) -> None:
        self.seconds += seconds
        await self.centre.execute(
            """update agents
                  set presence_changed_at = presence_changed_at - make_interval(secs => $1),
                      last_heartbeat_at = last_heartbeat_at - make_interval(secs => $1)""",
            float(seconds),
        )


@pytest.fixture
def time(centre: Centre) -> Time:
    return Time(centre)


@pytest.fixture
def sweep(centre: Centre, time: Time) -> LostAgentSweep:
    return LostAgentSweep(centre.log, list_ringing_agents, monotonic=time)


async def test_a_silent_agent_is_offline_after_half_a_minute(
    centre: Centre, time: Time, sweep: LostAgentSweep
) -> None:
    agent_id = await centre.add_agent()
    await sweep.run_once()
    assert await time.pass_silently(29, sweep) == []
    assert await time.pass_silently(2, sweep) == [agent_id]
    assert await centre.presence_of(agent_id) == ("offline", "connection_lost")
    presences = [row["data"]["presence"] for row in await centre.told("AgentPresenceChanged")]
    assert presences == ["available", "offline"]
    assert await time.pass_silently(40, sweep) == []


async def test_a_heartbeat_keeps_an_agent(
    centre: Centre, time: Time, sweep: LostAgentSweep
) -> None:
    agent_id, user_id = await centre.add_agent(), await centre.add_user("Guest")
    await sweep.run_once()
    for _ in range(3):
        assert await time.pass_silently(20, sweep) == []
        await record_heartbeats(centre.database, [agent_id, user_id])
    assert await centre.presence_of(agent_id) == ("available", "")


async def test_an_agent_at_whom_it_rings_is_lost_sooner_and_the_offer_returns(
    centre: Centre, time: Time, sweep: LostAgentSweep
) -> None:
    queue_id = await centre.add_queue(offer_timeout_seconds=600)
    silent = await centre.add_agent(queue_id, name="Silent")
    idle = await centre.add_agent(name="Idle")
    async with centre.routing():
        conversation_id = await centre.queue_conversation(queue_id)
        await centre.offer_for(silent)
        await sweep.run_once()
        assert await time.pass_silently(9, sweep) == [silent]
        await centre.state_becomes(conversation_id, "queued")
    assert await centre.presence_of(idle) == ("available", "")


async def test_after_a_start_and_after_an_outage_agents_have_time_to_be_heard(
    centre: Centre, time: Time, sweep: LostAgentSweep
) -> None:
    agent_id = await centre.add_agent()
    await time.age(60)
    assert await sweep.run_once() == []
    assert await time.pass_silently(7, sweep) == []
    await record_heartbeats(centre.database, [agent_id])
    assert await time.pass_silently(20, sweep) == []

    # The database was away, and with it all heartbeats.
    await time.age(60)
    assert await sweep.run_once() == []
    assert await time.pass_silently(7, sweep) == []
    assert await time.pass_silently(2, sweep) == [agent_id]


async def test_a_jump_of_the_databases_clock_signs_nobody_off(
    centre: Centre, time: Time, sweep: LostAgentSweep
) -> None:
    await centre.add_agent()
    await sweep.run_once()
    await time.pass_silently(10, sweep)
    # Seen from here, the clock had been an hour behind until now.
    swept_at = sweep._last_swept_at
    assert swept_at is not None
    sweep._last_swept_at = (swept_at[0], swept_at[1] - 3600)
    await time.age(3600)
    time.seconds -= 3599
    assert await sweep.run_once() == []


async def test_who_is_heard_while_we_decide_stays(centre: Centre, time: Time) -> None:
    agent_id = await centre.add_agent()

    async def hear_meanwhile(_: object) -> set[UUID]:
        await record_heartbeats(centre.database, [agent_id])
        return set()

    sweep = LostAgentSweep(centre.log, hear_meanwhile, monotonic=time)
    await sweep.run_once()
    for _ in range(9):
        await time.age(1)
        await sweep.run_once()
    await time.age(30)
    time.seconds -= 29
    assert await sweep.run_once() == []
    assert await centre.presence_of(agent_id) == ("available", "")
