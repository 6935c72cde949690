"""A router that cannot trust what it finds begins anew from the rows, and loses nobody."""

from __future__ import annotations

import zlib

import pytest

from halfminute.routing import journal
from halfminute.routing.recovery import recover
from halfminute_engine.routing.errors import MalformedDocument
from tests.routing.centre import Centre, eventually


@pytest.fixture
async def waiting(centre: Centre) -> Centre:
    """A centre whose journal has lines after its only snapshot; one rings, one waits."""
    queue_id = await centre.add_queue()
    async with centre.routing(snapshot_lines=1_000_000):
        agent_id = await centre.add_agent(queue_id)
        await centre.queue_conversation(queue_id)
        await centre.offer_for(agent_id)
        await centre.queue_conversation(queue_id)
    await centre.execute(
        "delete from router_snapshots where seq > (select min(seq) from router_snapshots)"
    )
    return centre


async def is_recoverable(centre: Centre) -> bool:
    async with centre.database.connection() as connection:
        return await recover(connection, "main") is not None


async def agent_is_rung_at_again(centre: Centre) -> None:
    [before] = await centre.fetch("select id, agent_id, conversation_id from offers")

    async def is_another() -> bool:
        offer = await centre.find_offer(before["agent_id"])
        return offer is not None and offer.id != before["id"]

    async with centre.routing():
        await eventually(is_another)
    ended = await centre.fetchval("select reason from offers where id = $1", before["id"])
    assert ended == "superseded"
    assert await centre.state_of(before["conversation_id"]) == "offered"


async def test_a_lost_line_is_noticed(waiting: Centre) -> None:
    assert await is_recoverable(waiting)
    await waiting.execute(
        "delete from router_journal where seq = (select max(seq) - 1 from router_journal)"
    )
    assert not await is_recoverable(waiting)
    await agent_is_rung_at_again(waiting)


async def test_lost_lines_right_after_the_snapshot_are_noticed(waiting: Centre) -> None:
    await waiting.execute(
        "delete from router_journal where seq <= (select min(seq) + 1 from router_journal)"
    )
    assert not await is_recoverable(waiting)


async def test_lost_last_lines_are_noticed(waiting: Centre) -> None:
    await waiting.execute(
        "delete from router_journal where seq = (select max(seq) from router_journal)"
    )
    assert not await is_recoverable(waiting)


@pytest.mark.parametrize(
    "packed", [b"", b"no zlib", zlib.compress(b"no JSON"), zlib.compress(b"[]"), journal.pack({})]
)
async def test_an_unreadable_snapshot_is_done_without(waiting: Centre, packed: bytes) -> None:
    await waiting.execute("update router_snapshots set state = $1", packed)
    assert not await is_recoverable(waiting)
    await agent_is_rung_at_again(waiting)


def test_a_packed_state_comes_back_the_same() -> None:
    state = {"version": 1, "state": {"queues": [["q", {"n": 2**53}]], "none": None}}
    assert journal.unpack(journal.pack(state)) == state
    with pytest.raises(MalformedDocument):
        journal.unpack(journal.pack(state)[:-3])


async def test_a_snapshot_of_other_rules_is_not_gone_on_from(waiting: Centre) -> None:
    await waiting.execute("update router_snapshots set config_version = config_version - 1")
    assert not await is_recoverable(waiting)
    await agent_is_rung_at_again(waiting)
