"""Kills the router that leads while hundreds of offers ring, and what is configured changes.

Two routers stand ready, beside a web process and the one that counts. The leader is killed with
SIGKILL while all offers ring and nobody answers; while accepts are in flight; and it is stopped,
overtaken, and let go on. The one that counts is killed as well. All the time a planner changes
rings, priorities, skills and capacities, and switches queues off and on; customers write, leave
while it rings, are answered; agents decline, let it ring out, accept too late and by wrong epochs.
And all the time the wallboard is held to a recount of the log.

When it is quiet every offer must be accounted for once, every customer served once, everybody's
place kept, nobody have had more than its capacity, and every tile have been right at every look.

Two controls must fail, or the bench has no teeth: routers that take over without the journal; and
an installation that asks no epoch, tells who waits as newcomers when a queue is switched on, and
commits the cursor of its figures before the figures.

    make bench NAME=take_over       RINGING=300 TAKE_OVERS=6 SEED=1 to choose the size
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.journal_order import JournalOrder
from bench.live_floor import LiveFloor
from bench.offer_ledger import Ledger, read_ledger
from bench.reconfiguring import Planner
from bench.report import Figure, print_result, print_table
from bench.stack import Stack, StackSettings
from bench.wall_watch import WallWatch

ROUTERS: Final = ("router", "router-2")
QUEUES: Final = 3
# Some agents are away, or cannot take what is there: so many more than shall ring.
SPARE_AGENTS: Final = 1.15
# So many more wait than shall ring, a share of it.
CROWD: Final = 1.4
RING_SECONDS: Final = 120
CONTROL_RING_SECONDS: Final = 15
LEAD_SECONDS: Final = 60
WORK_SECONDS: Final = 3.0
QUIET_SECONDS: Final = 180
CONTROL_QUIET_SECONDS: Final = 25
LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run it; a control is not waited for until it is quiet."""

    name: str
    ringing: int
    take_overs: int
    carelessness: str = ""

    @property
    def is_control(self) -> bool:
        """It is meant to fail, and is not waited for long."""
        return bool(self.carelessness)

    @property
    def program(self) -> tuple[str, ...]:
        """What the roles run."""
        if not self.is_control:
            return ("-m", "halfminute.main.cli")
        return ("-m", "bench.reckless", self.carelessness)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found."""

    take_overs: int
    rang_at_least: int
    changes: int
    ledger: Ledger
    order: JournalOrder
    late_tried: int
    late_granted: int
    looks: int
    tiles: int
    differences: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Nothing lost, doubled, out of its place or wrongly shown."""
        faults = self.ledger.faults, self.order.out_of_order, self.order.keys_changed
        return faults == (0, 0, 0) and not self.late_granted and not self.differences


async def run_variant(variant: Variant, seed: int) -> Verdict:
    """Start everything, take over again and again, wait for quiet, and count."""
    async with AsyncExitStack() as held:
        place = held.enter_context(tempfile.TemporaryDirectory(prefix="halfminute-take-over-"))
        settings = StackSettings(
            directory=Path(place),
            agents=0,
            bots=QUEUES,
            queues=QUEUES,
            roles=("web", *ROUTERS, "maintenance"),
            program=variant.program,
        )
        stack = await held.enter_async_context(Stack(settings))
        return await Play(stack, variant, random.Random(seed)).run()


class Play:
    """One run on one stack."""

    def __init__(self, stack: Stack, variant: Variant, chance: random.Random) -> None:
        """Nothing happens before `run`."""
        self._stack = stack
        self._variant = variant
        self._chance = chance
        self._floor = LiveFloor(
            stack, agents=int(variant.ringing * SPARE_AGENTS), chance=random.Random(1)
        )
        self._wall = WallWatch(stack.parts.database)
        self._take_overs = 0
        self._rang: list[int] = []

    async def run(self) -> Verdict:
        """All of it. Raises TimeoutError where something never comes, unless it is a control."""
        await self._floor.seat()
        planner = Planner(self._stack, self._floor, self._chance, self._wall.still)
        await planner.prepare()
        await self._until(self._is_led, LEAD_SECONDS)
        async with _at_work(self._floor.work()):
            async with _at_work(planner.work(), self._wall.work()):
                await self._take_over_often()
            await planner.settle()
            await self._become_quiet()
        await self._floor.leave()
        await self._wall.look()
        return await self._judge(planner)

    async def _take_over_often(self) -> None:
        client, headers = await self._floor.sign_in_supervisor()
        try:
            for number in range(self._variant.take_overs):
                await self._take_over(number)
                if not self._variant.is_control:
                    pids = self._stack.pids("maintenance")
                    await self._wall.look_at_served(client, headers, pids)
        except TimeoutError:
            if not self._variant.is_control:
                raise

    async def _take_over(self, number: int) -> None:
        """Have it ring, and take the leader away in one of three ways."""
        ways = (self._kill_in_the_hush, self._kill_among_accepts, self._stop_for_a_while)
        self._floor.is_answering = False
        await self._floor.write(int(self._variant.ringing * CROWD))
        patience = CONTROL_RING_SECONDS if self._variant.is_control else RING_SECONDS
        await self._until(self._is_ringing, patience)
        self._rang.append(len(self._floor.ringing))
        epoch = await self._floor.fetchval(_EPOCH)
        await ways[number % len(ways)]()

        async def is_overtaken() -> bool:
            return bool(await self._floor.fetchval(_EPOCH) > epoch and await self._is_led())

        await self._until(is_overtaken, LEAD_SECONDS)
        self._take_overs += 1
        self._floor.is_answering = True
        await asyncio.sleep(WORK_SECONDS)

    async def _kill_in_the_hush(self) -> None:
        """Everything rings, nobody answers; customers leave and agents are changed meanwhile."""
        await self._signal_leader(signal.SIGKILL)
        await self._floor.let_leave(5)

    async def _kill_among_accepts(self) -> None:
        accepted = await self._floor.fetchval(_ACCEPTED)
        self._floor.is_answering = True

        async def are_accepted() -> bool:
            return bool(await self._floor.fetchval(_ACCEPTED) >= accepted + 10)

        await self._until(are_accepted, LEAD_SECONDS)
        await self._signal_leader(signal.SIGKILL)
        await self._stack.kill("maintenance")

    async def _stop_for_a_while(self) -> None:
        """It does not know that it was overtaken, and goes on as if nothing had been."""
        self._floor.is_answering = True
        epoch = await self._floor.fetchval(_EPOCH)
        pid = await self._signal_leader(signal.SIGSTOP)

        async def is_overtaken() -> bool:
            return bool(await self._floor.fetchval(_EPOCH) > epoch)

        try:
            await self._until(is_overtaken, LEAD_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    async def _signal_leader(self, number: signal.Signals) -> int:
        """The process that holds the lease, by the name it has given there."""
        holder: str = await self._floor.fetchval(_HOLDER)
        pid = int(holder.split(":")[1])
        if pid not in [each for role in ROUTERS for each in self._stack.pids(role)]:
            raise RuntimeError(f"the lease is held by {holder}, which is no router of ours")
        os.kill(pid, number)
        return pid

    async def _is_led(self) -> bool:
        return bool(await self._floor.fetchval(_IS_LED))

    async def _is_ringing(self) -> bool:
        await self._floor.write(int(self._variant.ringing * CROWD))
        return len(self._floor.ringing) >= self._variant.ringing

    async def _become_quiet(self) -> None:
        """Until nobody waits and nobody is talked to, or for as long as one would wait."""
        self._floor.is_answering, self._floor.is_absent_minded = True, False
        is_control = self._variant.is_control

        async def is_quiet() -> bool:
            await self._floor.resume_held()
            return not await self._floor.fetchval(_OPEN)

        with suppress(TimeoutError):
            await self._until(is_quiet, CONTROL_QUIET_SECONDS if is_control else QUIET_SECONDS)

    async def _until(self, look: Callable[[], Awaitable[bool]], seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not await look():  # noqa: ASYNC110 - other processes have to act
                await asyncio.sleep(LOOK_SECONDS)

    async def _judge(self, planner: Planner) -> Verdict:
        witness, order = self._floor.witness, JournalOrder()
        async with self._stack.parts.database.connection() as connection:
            ledger = await read_ledger(connection, witness, planner.units)
            await order.read(connection)
        return Verdict(
            take_overs=self._take_overs,
            rang_at_least=min(self._rang, default=0),
            changes=planner.changes,
            ledger=ledger,
            order=order,
            late_tried=witness.late_tried,
            late_granted=witness.late_granted,
            looks=self._wall.looks + self._wall.served_looks,
            tiles=self._wall.tiles,
            differences=tuple(self._wall.differences),
        )


_EPOCH = "select coalesce((select epoch from router_leases where domain = 'main'), 0)"
_HOLDER = "select holder from router_leases where domain = 'main'"
_IS_LED = "select exists (select from router_leases where expires_at > clock_timestamp())"
_ACCEPTED = "select count(*) from offers where state = 'accepted'"
_OPEN = "select count(*) from conversations where state <> 'closed'"


@asynccontextmanager
async def _at_work(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """These go on until the block ends; what went wrong in one of them goes wrong here."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for each in ended:
        if isinstance(each, Exception):
            raise each


async def measure() -> dict[str, Figure]:
    """The run, and the two controls."""
    seed = int(os.environ.get("SEED", "1"))
    ringing = int(os.environ.get("RINGING", "300"))
    take_overs = int(os.environ.get("TAKE_OVERS", "6"))
    variants = [
        Variant("as shipped", ringing, take_overs),
        Variant("without the journal", ringing // 4, 2, "forget_journal"),
        Variant("without epochs, keys, order", ringing // 4, 3, "forget_epochs_keys_and_order"),
    ]
    began_at = time.monotonic()
    verdicts = [await run_variant(variant, seed) for variant in variants]
    print_table(
        "Variants",
        [
            {"variant": variant.name, **_row(verdict)}
            for variant, verdict in zip(variants, verdicts, strict=True)
        ],
    )
    for difference in verdicts[0].differences[:20]:
        print(difference)
    shipped, no_journal, reckless = verdicts
    return {
        **_row(shipped),
        "seconds": time.monotonic() - began_at,
        "controls_failed": no_journal.ledger.faults > 0
        and reckless.late_granted > 0
        and reckless.order.keys_changed > 0
        and bool(reckless.differences),
    }


def _row(verdict: Verdict) -> dict[str, Figure]:
    ledger, order = verdict.ledger, verdict.order
    return {
        "take_overs": verdict.take_overs,
        "rang_at_least": verdict.rang_at_least,
        "changes": verdict.changes,
        "offers": ledger.offers,
        "accepted": ledger.accepted,
        "timed_out": ledger.timed_out,
        "unaccounted": ledger.unaccounted,
        "offered_twice": ledger.offered_twice,
        "above_capacity": ledger.above_capacity,
        "wrong_answers": ledger.wrong_answers,
        "lost": ledger.lost,
        "stuck": ledger.stuck,
        "late_tried": verdict.late_tried,
        "late_granted": verdict.late_granted,
        "out_of_order": order.out_of_order,
        "passed_by_lag": order.passed_by_lag,
        "keys_changed": order.keys_changed,
        "looks": verdict.looks,
        "tiles": verdict.tiles,
        "differences": len(verdict.differences),
    }


if __name__ == "__main__":
    print_result(asyncio.run(measure()))
