"""Drives the baseline by the same open loop, and finds the rate it holds."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import subprocess
import sys

from bench.arrivals import Sent, Target, plan, send_all
from bench.http_client import LeanClient
from bench.report import percentile

RATES = (200, 400, 600, 800, 1000, 1200, 1500)
SECONDS = 5
P99_LIMIT_MS = 50.0


async def measure_baseline(dsn: str) -> float:
    """The highest rate whose answers stay within 50 ms at the 99th percentile."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.baseline",
        str(port),
        env={**os.environ, "BASELINE_DATABASE_URL": dsn},
        stdout=subprocess.DEVNULL,
    )
    try:
        await _wait_for(port)
        held = 0.0
        for rate in RATES:
            # A second chance, as the product has: a shared disk may stop for a moment.
            if min([await _p99_ms(port, rate) for _ in range(2)]) > P99_LIMIT_MS:
                break
            held = rate
        return held
    finally:
        process.terminate()
        await process.wait()


async def _p99_ms(port: int, rate: float) -> float:
    tags = itertools.count()
    due = plan(rate, SECONDS + 3, seed=1, first_chat=0, next_tag=lambda: str(next(tags)))
    client, sent = LeanClient("127.0.0.1", port, connections=64), Sent()
    await send_all(client, [Target("/hook", "")], due, sent)
    client.close()
    if sent.refused:
        return float("inf")
    measured = [item.tag for item in due if item.at >= 3]
    return percentile([(sent.acked[tag] - sent.due[tag]) * 1000 for tag in measured], 0.99)


async def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError("the baseline did not start")


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
