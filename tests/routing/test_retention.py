"""The journal is kept short, and what is left leads to the same state as the whole."""

from __future__ import annotations

from typing import Any

import pytest

from halfminute.routing import retention
from halfminute.routing.recovery import recover
from halfminute.routing.retention import KEPT_DAYS, forget_old_journal
from tests.routing.centre import Centre, eventually

EVERYTHING = -1  # days: also what the router's clock has just dated


async def lines_of(centre: Centre) -> list[int]:
    return [r["seq"] for r in await centre.fetch("select seq from router_journal order by seq")]


async def snapshots_of(centre: Centre) -> list[int]:
    return [r["seq"] for r in await centre.fetch("select seq from router_snapshots order by seq")]


async def route_for_a_while(centre: Centre, *, snapshot_lines: int = 5) -> None:
    """Six customers, two agents, offers accepted; some still wait or ring at the end."""
    queue_id = await centre.add_queue()
    async with centre.routing(snapshot_lines=snapshot_lines) as driver:
        agents = [await centre.add_agent(queue_id, name=f"Agent {n}") for n in range(2)]
        for n in range(6):
            conversation_id = await centre.queue_conversation(queue_id)
            if n < 4:
                await centre.accept(await centre.offer_for(agents[n % 2]))
                await centre.state_becomes(conversation_id, "active")

        async def is_quiet() -> bool:
            return driver.term is not None and await centre.is_read(driver.term)

        await eventually(is_quiet)


async def recovered_state(centre: Centre) -> dict[str, Any]:
    async with centre.database.connection() as connection:
        recovered = await recover(connection, "main")
    assert recovered is not None
    return recovered.router.snapshot()


async def age(centre: Centre, days: float, up_to_seq: int) -> None:
    await centre.execute(
        "update router_journal set now_us = now_us - ($1::float8 * 86400000000)::bigint"
        " where seq <= $2",
        days,
        up_to_seq,
    )


@pytest.fixture
async def routed(centre: Centre) -> Centre:
    await route_for_a_while(centre)
    return centre


async def test_recovery_from_the_shortened_journal_gives_the_same_state(routed: Centre) -> None:
    before = await recovered_state(routed)
    snapshots, lines = await snapshots_of(routed), await lines_of(routed)
    assert len(snapshots) > 3

    assert await forget_old_journal(routed.database, kept_days=EVERYTHING) > 0

    assert await snapshots_of(routed) == snapshots[-2:]
    assert await lines_of(routed) == [seq for seq in lines if seq > snapshots[-2]]
    assert await recovered_state(routed) == before
    # The older of the two would do as well.
    assert (await routed.replay()).snapshot() == before
    assert await forget_old_journal(routed.database, kept_days=EVERYTHING) == 0


async def test_a_router_goes_on_from_the_shortened_journal(routed: Centre) -> None:
    before = await lines_of(routed)
    await forget_old_journal(routed.database, kept_days=EVERYTHING)
    await route_for_a_while(routed)
    assert (await lines_of(routed))[-1] > before[-1]
    assert await routed.count_told("ConversationOffered") >= 8


async def test_lines_of_the_last_days_are_kept_for_questions(routed: Centre) -> None:
    lines, snapshots = await lines_of(routed), await snapshots_of(routed)
    await age(routed, KEPT_DAYS + 1, up_to_seq=snapshots[0])
    await age(routed, KEPT_DAYS - 1, up_to_seq=snapshots[-1])
    await age(routed, -(KEPT_DAYS - 1), up_to_seq=snapshots[0])

    await forget_old_journal(routed.database)

    assert await lines_of(routed) == [seq for seq in lines if seq > snapshots[0]]
    assert await snapshots_of(routed) == snapshots[-2:]


async def test_much_goes_in_batches(routed: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_LINES_AT_ONCE", 3)
    lines, snapshots = await lines_of(routed), await snapshots_of(routed)
    expected = sum(seq <= snapshots[-2] for seq in lines) + len(snapshots) - 2

    assert await forget_old_journal(routed.database, kept_days=EVERYTHING) == expected


async def test_nothing_goes_while_the_only_snapshot_is_needed(centre: Centre) -> None:
    await route_for_a_while(centre, snapshot_lines=1_000_000)
    await centre.execute(
        "delete from router_snapshots where seq > (select min(seq) from router_snapshots)"
    )
    before = await recovered_state(centre)
    assert await forget_old_journal(centre.database, kept_days=EVERYTHING) == 0
    assert await recovered_state(centre) == before


async def test_nothing_goes_while_a_router_takes_in_the_rows(routed: Centre) -> None:
    await routed.execute("delete from router_cursors")
    assert await forget_old_journal(routed.database, kept_days=EVERYTHING) == 0


async def test_a_snapshot_that_progress_has_not_reached_is_not_counted(routed: Centre) -> None:
    snapshots = await snapshots_of(routed)
    before = await recovered_state(routed)
    await routed.execute(
        """insert into router_snapshots (domain, seq, state)
           select domain, seq + 1000, '' from router_snapshots
            order by seq desc limit 2"""
    )
    await forget_old_journal(routed.database, kept_days=EVERYTHING)
    assert set(snapshots[-2:]) <= set(await snapshots_of(routed))
    assert await recovered_state(routed) == before
