"""A world whose messages go out, and what is seen of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from halfminute.conversations.delivery.attempts import DueMessage, list_due
from halfminute.conversations.delivery.worker import DeliveryWorker
from tests.conversations.world import World
from tests.routing.centre import eventually


@asynccontextmanager
async def delivering(world: World) -> AsyncIterator[DeliveryWorker]:
    """A delivery role at work in this process until the block ends."""
    worker = DeliveryWorker(world.log, world.make_lines(), world.wakeups, world.store)
    task = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def becomes(world: World, message_id: UUID, state: str) -> None:
    async def look() -> bool:
        return await world.delivery_of(message_id) == state

    await eventually(look)


async def told_of(world: World, message_id: UUID) -> list[str]:
    rows = await world.fetch(
        "select type from events where data ->> 'message_id' = $1 order by seq", str(message_id)
    )
    return [row["type"] for row in rows]


async def due_now(world: World) -> DueMessage:
    assert world.account_id is not None
    async with world.database.connection() as connection:
        [due] = await list_due(connection, world.account_id, busy_address_ids=[], limit=10)
    return due
