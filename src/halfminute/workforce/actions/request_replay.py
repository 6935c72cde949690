"""Has the settings of a queue tried on the last recorded day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec

from halfminute.identity.access import Facts, require
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection, Database
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now
from halfminute.queues.schemas import QueueSettings
from halfminute.reports.offered import count_offered
from halfminute.workforce.errors import NoRecordedDay, ReplayUnderWay
from halfminute.workforce.replay.days import Day, day_of, find_time_zone, parse_day
from halfminute.workforce.replay.process import ReplayStarter
from halfminute.workforce.replay.running import FEWEST_CONVERSATIONS
from halfminute.workforce.replay.setup import read_setup
from halfminute.workforce.schemas import ReplayId, ReplayView
from halfminute.workforce.tables import replays as tables
from halfminute.workforce.trials import LOST_SECONDS, get_replay

# Weekends and holidays are passed over; what was longer ago says little about tomorrow.
_LOOKED_BACK_DAYS: Final = 7


async def request_replay(
    database: Database,
    starter: ReplayStarter,
    principal: Principal,
    queue_id: UUID,
    settings: QueueSettings,
    *,
    agent_ids: Collection[UUID] | None = None,
) -> ReplayView:
    """Begin. `agent_ids`: who would serve the queue; None: who does.

    Raises QueueNotFound, QueueCannotBeTried, InvalidQueueRules, NoRecordedDay, ReplayUnderWay.
    """
    require(principal, "queue.configure", Facts(queue_id=queue_id))
    replay_id = ReplayId(new_id())
    async with database.transaction() as connection:
        setup = await read_setup(connection)
        setup.with_queue(queue_id, settings, agent_ids)
        day = await find_last_day(connection)
        await connection.execute(tables.END_LOST, LOST_SECONDS)
        await connection.execute(tables.FORGET_OLD)
        inserted = await connection.fetchval(
            tables.INSERT,
            replay_id,
            principal.user_id,
            queue_id,
            msgspec.to_builtins(settings),
            None if agent_ids is None else sorted(agent_ids),
            day.date,
            day.time_zone,
        )
        if inserted is None:
            raise ReplayUnderWay
    await starter.start(replay_id)
    return await get_replay(database, principal, replay_id)


async def find_last_day(connection: Connection) -> Day:
    """The last whole day on which enough came, else the present one. Raises NoRecordedDay."""
    today = parse_day("today", await find_time_zone(connection), utc_now())
    days = [
        day_of(today.date - timedelta(days=back), today.time_zone)
        for back in range(1, _LOOKED_BACK_DAYS + 1)
    ]
    for day in [*days, today]:
        offered = await count_offered(connection, day.start_at, day.end_at)
        if offered >= FEWEST_CONVERSATIONS:
            return day
    raise NoRecordedDay(
        f"On none of the last {_LOOKED_BACK_DAYS} days did {FEWEST_CONVERSATIONS} conversations "
        "come to a queue.",
        fewest=FEWEST_CONVERSATIONS,
    )
