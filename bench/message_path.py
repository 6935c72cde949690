"""How many messages a second reach an agent's screen, and how soon, with everything on.

Open loop: a message's time runs from its due moment to the frame at the agent's socket. Everything
(load, server, PostgreSQL, the provider's stand-in) shares this machine's cores.

    make bench NAME=message_path            RATES=300,400,500 HOLD=60 to choose the steps
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.agents import SimulatedAgent, Tally
from bench.arrivals import Due, Sent, Target, plan, send_all
from bench.baseline_run import measure_baseline
from bench.floor import Floor, measure_floor
from bench.http_client import LeanClient
from bench.report import Figure, percentile, print_result, print_table
from bench.stack import Stack, StackSettings

AGENTS = 50
BOTS = 4
WARM_UP_SECONDS = 8.0
PROBE_SECONDS = 12.0
SETTLE_SECONDS = 2.0
P99_LIMIT_MS = 50.0
CHANCES = 2


@dataclass(frozen=True, slots=True)
class Step:
    """What one rate gave."""

    rate: float
    messages: int
    unheard: int
    p50_ms: float
    p99_ms: float
    first_half_p50_ms: float
    second_half_p50_ms: float
    ack_p99_ms: float

    @property
    def is_held(self) -> bool:
        """All heard, in time, and not slower at the end than at the start."""
        growing = self.second_half_p50_ms > 3 * self.first_half_p50_ms + 10
        return self.unheard == 0 and self.p99_ms <= P99_LIMIT_MS and not growing

    def row(self) -> dict[str, Figure]:
        """One line of the table."""
        return {
            "messages/s": self.rate,
            "messages": self.messages,
            "unheard": self.unheard,
            "ring p50 ms": self.p50_ms,
            "ring p99 ms": self.p99_ms,
            "ack p99 ms": self.ack_p99_ms,
            "held": self.is_held,
        }


class Field:
    """The stack with its signed-in agents, ready for steps of load."""

    def __init__(self, stack: Stack, targets: Sequence[Target]) -> None:
        """`targets` are the bots' hooks."""
        self._stack = stack
        self._targets = targets
        self._heard: dict[str, float] = {}
        self._tags = (f"m{number}" for number in itertools.count(1))
        self._first_chats = itertools.count(1_000_000, 1_000_000)
        self._runs: list[asyncio.Task[None]] = []
        self.tally = Tally()

    async def sign_in(self) -> None:
        """Bring the agents to their desks."""
        client = LeanClient("127.0.0.1", self._stack.port, connections=AGENTS)
        for email, password in self._stack.agents:
            agent = SimulatedAgent(client, self._stack.port, self._hear, self.tally)
            await agent.sign_in(email, password)
            self._runs.append(asyncio.create_task(agent.run()))
            await asyncio.sleep(0.01)
            await agent.become_available()
        await asyncio.sleep(1)

    async def leave(self) -> None:
        """Send everybody home."""
        for run in self._runs:
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)

    async def step(self, rate: float, seconds: float) -> Step:
        """Warm up at the rate, then measure for `seconds`."""
        due = plan(
            rate,
            WARM_UP_SECONDS + seconds,
            seed=int(rate),
            first_chat=next(self._first_chats),
            next_tag=lambda: next(self._tags),
        )
        client = LeanClient("127.0.0.1", self._stack.port, connections=64)
        sent = Sent()
        await send_all(client, self._targets, due, sent)
        await asyncio.sleep(SETTLE_SECONDS)
        client.close()
        if sent.refused:
            print(f"  refused: {len(sent.refused)} ({sent.refused[0]})")
        end = WARM_UP_SECONDS + seconds
        return self._judge(rate, [item for item in due if WARM_UP_SECONDS <= item.at < end], sent)

    def _judge(self, rate: float, due: Sequence[Due], sent: Sent) -> Step:
        waits = [
            (self._heard[item.tag] - sent.due[item.tag]) * 1000
            for item in due
            if item.tag in self._heard
        ]
        acks = [
            (sent.acked[item.tag] - sent.due[item.tag]) * 1000
            for item in due
            if item.tag in sent.acked
        ]
        half = len(waits) // 2
        return Step(
            rate=rate,
            messages=len(due),
            unheard=len(due) - len(waits),
            p50_ms=percentile(waits, 0.5),
            p99_ms=percentile(waits, 0.99),
            first_half_p50_ms=percentile(waits[:half], 0.5),
            second_half_p50_ms=percentile(waits[half:], 0.5),
            ack_p99_ms=percentile(acks, 0.99),
        )

    def _hear(self, text: str, at: float) -> None:
        self._heard.setdefault(text.split(" ", 1)[0], at)


async def measure() -> dict[str, Figure]:
    """The whole run: floor, baseline, product at rising rates, floor again."""
    hold = float(os.environ.get("HOLD", "60"))
    rates = [float(rate) for rate in os.environ.get("RATES", "200,300,400,500,600").split(",")]
    with tempfile.TemporaryDirectory(prefix="halfminute-bench-") as place:
        directory = Path(place)
        settings = StackSettings(directory=directory, agents=AGENTS, bots=BOTS)
        async with Stack(settings) as stack:
            before = await measure_floor(stack.dsn, stack.pgbench, directory)
            baseline = await measure_baseline(stack.dsn)
            field = Field(stack, stack.targets)
            await field.sign_in()
            quiet = await field.step(100, max(PROBE_SECONDS, hold / 2))
            steps = [quiet]
            best = await _climb(field, rates, hold, steps)
            await field.leave()
            after = await measure_floor(stack.dsn, stack.pgbench, directory)
    print_table("Steps", [step.row() for step in steps])
    tally = field.tally
    print(
        f"  accepted {tally.accepted}, replied {tally.replied}, closed {tally.closed}, "
        f"lost races {tally.lost_races}, errors {len(tally.errors)} {tally.errors[:3]}"
    )
    return _result(quiet, best, before, after, baseline)


async def _climb(
    field: Field, rates: Sequence[float], hold: float, steps: list[Step]
) -> Step | None:
    """Probe each rate shortly while it holds; then hold the highest one for the whole time.

    Each gets a second chance: a shared disk may stop for a moment whatever the rate is.
    """
    promising = []
    for rate in rates:
        if not await _holds(field, rate, PROBE_SECONDS, steps):
            break
        promising.append(rate)
    for rate in reversed(promising):
        if await _holds(field, rate, hold, steps):
            return steps[-1]
    return None


async def _holds(field: Field, rate: float, seconds: float, steps: list[Step]) -> bool:
    for _ in range(CHANCES):
        steps.append(await field.step(rate, seconds))
        print(f"  {time.strftime('%H:%M:%S')} {steps[-1].row()}", file=sys.stderr)
        if steps[-1].is_held:
            return True
    return False


def _result(
    quiet: Step, best: Step | None, before: Floor, after: Floor, baseline: float
) -> dict[str, Figure]:
    commit_mean_ms = (before.commit_mean_ms + after.commit_mean_ms) / 2
    floor = (before.commits_per_second + after.commits_per_second) / 2
    reached = best.rate if best else 0.0
    return {
        "messages_per_second": reached,
        "ring_p99_ms": best.p99_ms if best else None,
        "ring_p50_ms": quiet.p50_ms,
        "commit_mean_ms": commit_mean_ms,
        "ring_p50_to_commit_ratio": quiet.p50_ms / commit_mean_ms,
        "floor_commits_per_second": floor,
        "ratio_to_floor": reached / floor,
        "baseline_messages_per_second": baseline,
    }


if __name__ == "__main__":
    print_result(uvloop.run(measure()))
