"""A world whose messages go out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from halfminute.conversations.delivery.worker import DeliveryWorker
from tests.conversations.world import World


@asynccontextmanager
async def delivering(world: World) -> AsyncIterator[DeliveryWorker]:
    """A delivery role at work in this process until the block ends."""
    worker = DeliveryWorker(world.log, world.make_lines(), world.wakeups)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
