"""What the counting needs no more goes, and what it still has to read stays."""

from __future__ import annotations

from datetime import timedelta

from halfminute.kit.time import to_us, utc_now
from halfminute.reports.counting import count_to_end
from halfminute.reports.retention import (
    MATTERS_KEPT,
    MINUTES_KEPT,
    find_oldest_uncounted_at,
    forget_old_facts,
)
from tests.reports.day import Day


async def test_what_is_over_for_long_is_forgotten_and_what_waits_is_not(day: Day) -> None:
    queue_id = await day.open_queue("Bills", wrap_up="none")
    over, _ = await day.write(queue_id), await day.write(queue_id)
    await day.leave(over)
    await count_to_end(day.database)
    assert await forget_old_facts(day.database) == 0

    long_ago = utc_now() - MATTERS_KEPT - timedelta(hours=1)
    await day.execute("update report_matters set changed_us = $1", to_us(long_ago))
    await day.execute(
        "update minute_counters set start_at = $1", utc_now() - MINUTES_KEPT - timedelta(hours=1)
    )

    assert await forget_old_facts(day.database) == 3
    assert await day.fetchval("select state from report_matters") == "waiting"
    assert await day.fetchval("select count(*) from interval_counters") == 1


async def test_the_log_is_kept_as_long_as_it_is_not_counted(day: Day) -> None:
    queue_id = await day.open_queue("Bills")
    await count_to_end(day.database)
    async with day.database.connection() as connection:
        assert await find_oldest_uncounted_at(connection) is None

    await day.write(queue_id)

    async with day.database.connection() as connection:
        assert await find_oldest_uncounted_at(connection) is not None
