"""Bells: in this process at once, in others by the bus, and again after a lost connection."""

from __future__ import annotations

import asyncio

import pytest

from halfminute.kit.event_log import LOG_TOPIC, EventLog
from tests.kit.buses import Bus, NatsBus, PostgresBus, rings, running


@pytest.fixture(params=["postgres", "nats"])
def bus(request: pytest.FixtureRequest) -> Bus:
    if request.param == "postgres":
        return PostgresBus(request.getfixturevalue("database"))
    return NatsBus(request.getfixturevalue("nats_server"))


async def test_a_bell_rings_here_at_once_and_without_a_connection(bus: Bus) -> None:
    wakeups = bus.join()
    bell, other = wakeups.subscribe("outbox"), wakeups.subscribe("files")
    wakeups.wake("outbox")
    assert await rings(bell, 1)
    assert not await rings(other, 0.05)


async def test_one_bell_rings_for_any_of_its_topics(bus: Bus) -> None:
    async with running(bus.join()) as here, running(bus.join()) as there:
        bell = there.subscribe("outbox", "files")
        for topic in ("outbox", "files"):
            here.wake(topic)
            assert await rings(bell, 5)


async def test_a_bell_rings_in_another_process(bus: Bus) -> None:
    async with running(bus.join()) as here, running(bus.join()) as there:
        bell, other = there.subscribe("outbox"), there.subscribe("files")
        here.wake("outbox")
        assert await rings(bell, 5)
        assert not await rings(other, 0.1)


async def test_what_was_told_here_is_not_heard_here_again(bus: Bus) -> None:
    async with running(bus.join()) as here, running(bus.join()) as there:
        bell, elsewhere = here.subscribe("outbox"), there.subscribe("outbox")
        here.wake("outbox")
        assert await rings(bell, 1)
        assert await rings(elsewhere, 5)
        assert not await rings(bell, 0.1)


async def test_who_listens_is_told_each_topic_of_its_kind_here_and_elsewhere(bus: Bus) -> None:
    async with running(bus.join()) as here, running(bus.join()) as there:
        heard: list[str] = []
        here.listen("typing", heard.append)
        there.listen("typing", lambda topic: heard.append(f"there {topic}"))
        bell = there.subscribe("outbox")
        here.wake("typing/1", "outbox")
        assert await rings(bell, 5)
    assert sorted(heard) == ["there typing/1", "typing/1"]


async def test_more_than_one_message_holds_goes_in_several(bus: Bus) -> None:
    async with running(bus.join()) as here, running(bus.join()) as there:
        topics = [f"{number:03}{'x' * 50}" for number in range(500)]
        heard: list[str] = []
        there.listen("", heard.append)
        bell = there.subscribe("z")
        here.wake(*topics, "z")
        assert await rings(bell, 5)
    assert heard == [*topics, "z"]


async def test_many_wake_ups_are_few_messages(bus: Bus) -> None:
    heard: list[str] = []
    async with running(bus.join()) as here, bus.overhear(heard):
        for number in range(500):
            here.wake(f"topic{number % 3}")
            if number % 50 == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0.3)
    assert 1 <= len(heard) < 100
    topics = {topic for message in heard for topic in message.split(",")[1:]}
    assert topics == {"topic0", "topic1", "topic2"}


async def test_who_was_cut_off_listens_again_and_rings_for_what_it_may_have_missed(
    bus: Bus,
) -> None:
    async with running(bus.join()) as here, running(bus.join()) as there:
        bell, started = there.subscribe("outbox"), here.subscribe("outbox")
        await bus.cut_off()
        assert await rings(bell, 5)
        assert await rings(started, 5)
        here.wake("outbox")
        assert await rings(bell, 5)


async def test_a_wake_up_while_the_teller_is_away_is_told_when_it_is_back(bus: Bus) -> None:
    here, there = bus.join(), bus.join()
    bell = there.subscribe("outbox")
    async with running(there):
        assert await rings(bell, 5)  # as it does at every connection
        here.wake("outbox")
        assert not await rings(bell, 0.2)
        async with running(here):
            assert await rings(bell, 5)


async def test_the_logs_bell_rings_after_the_commit_only(log: EventLog) -> None:
    bell = log.wakeups.subscribe(LOG_TOPIC)
    async with log.write() as unit:
        unit.record("Told", {}, "queue:1")
        assert not await rings(bell, 0.05)
    assert await rings(bell, 1)
    async with log.write():
        pass
    assert not await rings(bell, 0.05)


async def test_no_bell_rings_for_what_was_undone(log: EventLog) -> None:
    bell = log.wakeups.subscribe("outbox")

    async def fail() -> None:
        async with log.write() as unit:
            unit.wake("outbox")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert not await rings(bell, 0.05)
