"""The router dies, stops or is overtaken, and nothing is lost or done twice."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from halfminute.routing import journal
from halfminute.routing.driver import Pace, RouterDriver
from halfminute.routing.errors import LeaseLost
from halfminute.routing.lease import Lease, try_acquire_lease
from halfminute.routing.term import Term
from tests.routing.centre import Centre, eventually

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def router_process(url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.routing.router_process", url, cwd=ROOT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def lease_of(centre: Centre) -> Lease:
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=30)
    assert lease is not None
    return lease


async def overtake(centre: Centre) -> Lease:
    await centre.execute("update router_leases set expires_at = clock_timestamp()")
    return await lease_of(centre)


@pytest.mark.crash
async def test_a_killed_router_is_succeeded_in_five_seconds_and_its_offers_go_on(
    centre: Centre, database_url: str
) -> None:
    queue_id = await centre.add_queue(offer_timeout_seconds=6)
    agents = [await centre.add_agent(queue_id, name=f"Agent {n}") for n in range(3)]
    async with router_process(database_url) as process:
        ringing = [await centre.queue_conversation(queue_id) for _ in agents]
        offers = [await centre.offer_for(agent_id) for agent_id in agents]
        waiting = await centre.queue_conversation(queue_id)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        killed_at = time.monotonic()

    async with centre.routing(pace=Pace()) as driver:
        assert driver.term is None
        # In the interregnum an agent answers all the same.
        await centre.accept(offers[0])

        async def epoch() -> bool:
            return bool(await centre.fetchval("select epoch from router_leases") == 2)

        await eventually(epoch)
        assert time.monotonic() - killed_at < 5
        await centre.offer_for(agents[0], waiting)
        for agent_id in agents[1:]:
            await presence_becomes(centre, agent_id, "away")
    assert {offer.conversation_id for offer in offers} == set(ringing)
    assert await centre.count_told("OfferTimedOut") == 2
    assert await centre.count_told("ConversationOffered") == 4


async def presence_becomes(centre: Centre, agent_id: object, presence: str) -> None:
    async def look() -> bool:
        return bool(
            await centre.fetchval(
                "select presence = $2 from agents where id = $1", agent_id, presence
            )
        )

    await eventually(look)


async def test_a_router_that_stops_cleanly_is_succeeded_at_once(centre: Centre) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    async with centre.routing(pace=Pace()):
        first = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id)
    assert await centre.fetchval("select expires_at <= clock_timestamp() from router_leases")
    snapshots = await centre.fetchval("select max(seq) from router_snapshots")
    assert snapshots == await centre.fetchval("select max(seq) from router_journal")

    async with centre.routing(pace=Pace()):
        await centre.accept(offer)
        second = await centre.queue_conversation(queue_id)
        await centre.offer_for(agent_id, second)
    assert await centre.state_of(first) == "active"


async def test_an_overtaken_router_writes_nothing(centre: Centre) -> None:
    queue_id = await centre.add_queue(offer_timeout_seconds=1)
    agent_id = await centre.add_agent(queue_id)
    stale = Term(centre.log, await lease_of(centre))
    await stale.start()
    conversation_id = await centre.queue_conversation(queue_id)
    lines = await centre.fetchval("select count(*) from router_journal")

    successor = Term(centre.log, await overtake(centre))
    with pytest.raises(LeaseLost):
        await stale.turn()
    with pytest.raises(LeaseLost):
        await stale.start_anew()
    assert await centre.state_of(conversation_id) == "queued"
    assert await centre.fetchval("select count(*) from router_journal") == lines

    await successor.start()
    await successor.turn()
    offer = await centre.offer_for(agent_id)
    assert offer.epoch == 2
    # Its timer is due by now, and still it may not end what is not its own any more.
    await stale.start()
    await asyncio.sleep(1)
    with pytest.raises(LeaseLost):
        await stale.turn()
    assert await centre.find_offer(agent_id) == offer


async def test_a_turn_that_fails_leaves_no_trace_and_is_taken_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_id = await centre.add_queue()
    agent_id = await centre.add_agent(queue_id)
    failures = iter([RuntimeError("the disk is full")])

    async def fail_once(*arguments: Any, **options: Any) -> None:
        for failure in failures:
            raise failure
        await append(*arguments, **options)

    async with centre.routing() as driver:
        await eventually(lambda: is_leading(driver))
        append = journal.append_lines
        monkeypatch.setattr(journal, "append_lines", fail_once)
        conversation_id = await centre.queue_conversation(queue_id)
        offer = await centre.offer_for(agent_id, conversation_id)
        await centre.accept(offer)
    assert await centre.count_told("ConversationOffered") == 1


async def is_leading(driver: RouterDriver) -> bool:
    return driver.term is not None
