"""A day by chance through the real verbs and the real router: at every moment the figures are what
a recount of the log says, while routers die and what is configured changes."""

from __future__ import annotations

import asyncio
import signal
from random import Random

import pytest

from halfminute.kit.database import Database
from halfminute.reports.counting import count_on, count_to_end
from halfminute.reports.recount import find_differences
from tests.reports.day import Day, Hustle
from tests.routing.centre import eventually
from tests.routing.test_take_over import router_process


async def _people(day: Day, random: Random) -> Hustle:
    queues = [await day.open_queue(name) for name in ("Bills", "Roaming")]
    agents = [await day.add_agent(*queues, name=f"Agent {number}") for number in range(3)]
    return Hustle(day, random, queues, agents)


@pytest.mark.parametrize("seed", [1, 2])
async def test_at_every_moment_the_figures_are_a_recount_of_the_log(day: Day, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - the same day again
    hustle = await _people(day, random)
    async with day.routing():
        for step in range(250):
            await hustle.step()
            if random.random() < 0.3:
                await count_on(day.database, batch=random.choice((1, 3, 50, 1000)))
            if step % 25 == 0:
                assert await find_differences(day.database) == []
    await count_to_end(day.database)

    assert await find_differences(day.database) == []
    assert await day.fetchval("select count(*) from minute_counters") > 0


@pytest.mark.crash
async def test_through_the_deaths_of_routers_the_figures_are_a_recount_of_the_log(
    day: Day, database_url: str
) -> None:
    hustle = await _people(day, Random(3))  # noqa: S311 - the same day again
    for epoch in (1, 2):

        async def leads(epoch: int = epoch) -> bool:
            return bool(await day.fetchval("select epoch = $1 from router_leases", epoch))

        async with router_process(database_url) as router:
            await day.write(hustle.queue_ids[0])
            await eventually(leads)
            for agent_id in hustle.agents:
                await day.set_presence(agent_id, "available")
            for step in range(80):
                await hustle.step()
                if step % 20 == 0:
                    await count_on(day.database)
                    assert await find_differences(day.database) == []
            router.send_signal(signal.SIGKILL)
            await router.wait()
        for _ in range(10):
            await hustle.step()
        await count_to_end(day.database)
        assert await find_differences(day.database) == []
        assert await day.count_told("ConversationAssigned") > 0


async def test_several_who_count_at_once_count_everything_once(day: Day, database_url: str) -> None:
    other = Database(database_url, pool_size=2)
    await other.open()
    hustle = await _people(day, Random(4))  # noqa: S311 - the same day again
    async with day.routing():
        for _ in range(15):
            for _ in range(8):
                await hustle.step()
            await asyncio.gather(*(count_to_end(each) for each in (day.database, other) * 2))
            assert await find_differences(day.database) == []
    await other.close()
    assert await day.fetchval("select count(*) from minute_counters") > 0
