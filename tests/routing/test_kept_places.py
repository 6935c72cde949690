"""Whatever is configured while conversations wait, each keeps the place that it came with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from halfminute.agents.actions.remove_skill import remove_skill
from halfminute.identity.principals import SYSTEM
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from halfminute.routing.driver import RouterDriver
from tests.routing.centre import Centre, eventually
from tests.routing.test_requirements import skill


async def configure(centre: Centre, queue_id: UUID, **settings: object) -> None:
    changed = QueueSettings(name="Support", **settings)  # type: ignore[arg-type]
    await configure_queue(centre.log, SYSTEM, changed, queue_id=queue_id)


async def close_and_open(centre: Centre, queue_id: UUID, _skill_id: UUID) -> None:
    await configure(centre, queue_id, is_enabled=False)
    await configure(centre, queue_id)


async def remove_what_is_required(centre: Centre, _queue_id: UUID, skill_id: UUID) -> None:
    await remove_skill(centre.log, SYSTEM, skill_id)


async def change_nothing(_centre: Centre, _queue_id: UUID, _skill_id: UUID) -> None:
    """The changes before are enough."""


@pytest.mark.parametrize("happen", [close_and_open, remove_what_is_required, change_nothing])
@pytest.mark.parametrize("is_known", [True, False], ids=["by the journal", "by the rows"])
async def test_a_priority_that_was_given_is_kept(
    centre: Centre, happen: Callable[[Centre, UUID, UUID], Awaitable[None]], is_known: bool
) -> None:
    fibre = await skill(centre, "Fibre")
    queue_id = await centre.add_queue(name="Support", requirements={fibre: 1})
    async with centre.routing() as driver:
        later = await centre.queue_conversation(queue_id)
        await configure(centre, queue_id, requirements={fibre: 1}, priority_credit_seconds=600)
        first = await centre.queue_conversation(queue_id)
        # What comes from now on has none; those who wait keep theirs.
        await configure(centre, queue_id, requirements={fibre: 1})
        await happen(centre, queue_id, fibre)
        await eventually(lambda: has_read_everything(centre, driver))
    if not is_known:
        await centre.execute("delete from router_snapshots")
    async with centre.routing():
        agent_id = await centre.add_agent(queue_id, skills={"Fibre": 1})

        await centre.accept(await centre.offer_for(agent_id, first))
        await centre.close(first)
        await centre.offer_for(agent_id, later)


async def has_read_everything(centre: Centre, driver: RouterDriver) -> bool:
    return driver.term is not None and await centre.is_read(driver.term)
