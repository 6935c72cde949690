"""No faster than the provider allows, agents' replies first: plays on a clock of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from halfminute.channels.pacing import Bucket, Pacer
from halfminute.sdk.channel import Pace


class Clock:
    """Moves only when told; timers set on the loop fire as it passes them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self._timers: list[tuple[float, Callable[[], None]]] = []
        monkeypatch.setattr(asyncio.get_running_loop(), "call_later", self._call_later)

    def __call__(self) -> float:
        return self.now

    def _call_later(self, delay: float, callback: Callable[[], None]) -> _Timer:
        timer = (self.now + delay, callback)
        self._timers.append(timer)
        return _Timer(self._timers, timer)

    async def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        until = self.now + seconds
        while due := sorted((t for t in self._timers if t[0] <= until), key=lambda t: t[0]):
            self._timers.remove(due[0])
            self.now = due[0][0]
            due[0][1]()
            await _settle()
        self.now = until
        await _settle()


class _Timer:
    def __init__(self, timers: list[tuple[float, Callable[[], None]]], timer: object) -> None:
        self._timers = timers
        self._timer = timer

    def cancel(self) -> None:
        self._timers[:] = [timer for timer in self._timers if timer is not self._timer]


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Door:
    """Who came through the pacer, in order."""

    def __init__(self, pacer: Pacer) -> None:
        self.pacer = pacer
        self.passed: list[str] = []

    async def queue(
        self, *names: str, address: str = "", priority: int = 0
    ) -> list[asyncio.Task[None]]:
        """These wait, each for its own address unless one is given."""
        tasks = [asyncio.create_task(self._pass(name, address or name, priority)) for name in names]
        await _settle()
        return tasks

    async def _pass(self, name: str, address: str, priority: int) -> None:
        async with self.pacer.turn(address, priority):
            self.passed.append(name)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
async def door(clock: Clock) -> Door:
    pace = Pace(account_rate=2, account_burst=2, address_rate=0.5, address_burst=1)
    return Door(Pacer(pace, clock=clock))


async def test_a_burst_passes_and_the_rest_at_the_rate(door: Door, clock: Clock) -> None:
    await door.queue("a", "b", "c", "d")
    assert door.passed == ["a", "b"]

    await clock.advance(0.5)
    assert door.passed == ["a", "b", "c"]

    await clock.advance(0.5)
    assert door.passed == ["a", "b", "c", "d"]


async def test_an_agents_reply_passes_before_bulk_that_came_earlier(
    door: Door, clock: Clock
) -> None:
    await door.queue("x", "y")
    await door.queue("bulk-1", "bulk-2", priority=1)
    await door.queue("reply")

    await clock.advance(2)

    assert door.passed == ["x", "y", "reply", "bulk-1", "bulk-2"]


async def test_one_address_has_its_own_pace_and_holds_up_nobody_else(
    door: Door, clock: Clock
) -> None:
    await door.queue("a-1", "a-2", address="a")
    await door.queue("b")
    assert door.passed == ["a-1", "b"]

    await clock.advance(1.9)
    assert door.passed == ["a-1", "b"]

    await clock.advance(0.1)
    assert door.passed == ["a-1", "b", "a-2"]


async def test_the_messages_of_one_address_keep_their_order(door: Door, clock: Clock) -> None:
    await door.queue("1", "2", "3", "4", address="a")

    await clock.advance(10)

    assert door.passed == ["1", "2", "3", "4"]


async def test_a_providers_wait_holds_the_whole_account(door: Door, clock: Clock) -> None:
    door.pacer.block(30)
    await door.queue("a", "b")

    await clock.advance(29)
    assert door.passed == []

    await clock.advance(1)
    assert door.passed == ["a", "b"]


async def test_a_shorter_wait_does_not_cut_a_longer_one(door: Door, clock: Clock) -> None:
    door.pacer.block(30)
    door.pacer.block(1)
    await door.queue("a")

    await clock.advance(29)

    assert door.passed == []


async def test_who_gives_up_waiting_takes_no_turn(door: Door, clock: Clock) -> None:
    await door.queue("a", "b")
    [gone] = await door.queue("gone")
    await door.queue("c")
    gone.cancel()
    await _settle()

    await clock.advance(0.5)

    assert door.passed == ["a", "b", "c"]


async def test_no_more_calls_are_under_way_than_the_pace_can_use(clock: Clock) -> None:
    pacer = Pacer(
        Pace(account_rate=10, account_burst=10, address_rate=1, address_burst=1), clock=clock
    )
    under_way = 0
    most = 0

    async def call(address: str) -> None:
        nonlocal under_way, most
        async with pacer.turn(address, 0):
            under_way += 1
            most = max(most, under_way)
            over = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_later(0.1, lambda: over.set_result(None))
            await over
            under_way -= 1

    calls = [asyncio.create_task(call(str(number))) for number in range(10)]
    await _settle()
    await clock.advance(5)

    assert all(task.done() for task in calls)
    assert most == 2


async def test_who_gives_up_a_turn_that_was_just_granted_keeps_nobody_out(
    door: Door, clock: Clock
) -> None:
    first, second = await door.queue("a"), await door.queue("b")
    assert all(task.done() for task in first + second)
    waiting = [asyncio.create_task(door._pass(name, name, 0)) for name in ("c", "d")]
    await _settle()
    await clock.advance(0.49)
    clock.now += 0.02
    door.pacer._grant()
    for task in waiting:
        task.cancel()
    await _settle()

    await door.queue("e", "f")
    await clock.advance(2)

    assert door.passed[-2:] == ["e", "f"]


def test_a_bucket_gives_no_more_than_its_rate_over_any_long_time() -> None:
    bucket = Bucket(rate=3, burst=5, now=0)
    now, given = 0.0, 0
    while now < 100:
        now = bucket.ready_at(now)
        bucket.take(now)
        given += 1

    assert given <= 3 * 100 + 5 + 1


async def test_replies_wait_for_no_bulk_that_is_under_way(clock: Clock) -> None:
    pace = Pace(account_rate=100, account_burst=100, address_rate=1, address_burst=1)
    pacer = Pacer(pace, clock=clock)
    begun: list[str] = []

    async def stay(name: str, priority: int) -> None:
        async with pacer.turn(name, priority):
            begun.append(name)
            await asyncio.get_running_loop().create_future()

    tasks = [asyncio.create_task(stay(f"bulk-{n}", 1)) for n in range(4)]
    await _settle()
    assert begun == ["bulk-0", "bulk-1"]

    # Not a second passes: the bulk under way has not ended, and nothing says that it is stuck.
    tasks += [asyncio.create_task(stay(f"reply-{n}", 0)) for n in range(3)]
    await _settle()
    assert begun == ["bulk-0", "bulk-1", "reply-0", "reply-1"]

    # Replies are a crowd of their own, and let no bulk in.
    tasks[4].cancel()
    await _settle()
    assert begun == ["bulk-0", "bulk-1", "reply-0", "reply-1", "reply-2"]
    for task in tasks:
        task.cancel()
    await _settle()


PACE = Pace(account_rate=1, account_burst=8, address_rate=1, address_burst=3)


async def test_what_need_not_be_done_takes_only_what_is_spare(clock: Clock) -> None:
    pacer = Pacer(PACE, clock=clock)

    one_address = [pacer.take_spare("olena") for _ in range(4)]
    others = [pacer.take_spare(name) for name in ("petro", "ivan", "maria", "oleh")]

    # Of three places of an address one is left; of eight of the account four are.
    assert one_address == [True, True, False, False]
    assert others == [True, True, True, False]
    await clock.advance(1)
    assert [pacer.take_spare(name) for name in ("oleh", "anna")] == [True, False]


async def test_a_reply_goes_at_once_whatever_was_done_beside_it(clock: Clock) -> None:
    pacer = Pacer(PACE, clock=clock)
    door = Door(pacer)
    while pacer.take_spare("olena") or pacer.take_spare("petro") or pacer.take_spare("ivan"):
        pass

    await door.queue("olena", "petro", "ivan")

    assert door.passed == ["olena", "petro", "ivan"]


async def test_nothing_is_spare_while_anybody_waits_or_the_account_is_shut(clock: Clock) -> None:
    pacer = Pacer(PACE, clock=clock)
    door = Door(pacer)
    await door.queue("a", "b", "c", "d", address="olena")
    assert door.passed == ["a", "b", "c"]
    assert not pacer.take_spare("petro")
    await clock.advance(1)
    assert door.passed[-1] == "d"

    pacer.block(5)
    await clock.advance(4)
    assert not pacer.take_spare("petro")
    await clock.advance(1)
    assert pacer.take_spare("petro")
