"""The wallboard: what a test has put on it, made of the server's own shapes and formulas."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from fastapi import APIRouter

from halfminute.conversations.access import sight_of
from halfminute.identity.principals import SYSTEM
from halfminute.kit.time import utc_now
from halfminute.queues.types import Queue, QueueId
from halfminute.reports.board import PresentAgent, Reading
from halfminute.reports.figures import window_of
from halfminute.reports.queries import show_reading
from halfminute.reports.types import Cell, Count, Quarter
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.durations import SECOND_US, DurationTally
from tests.web.stand_in.here import Here
from tests.web.stand_in.people import FIRST_LINE, ROAMING, Json

router = APIRouter()

# How a usual wait runs over six hours, in seconds; who comes, and who leaves.
_WAITS = (
    12,
    9,
    11,
    14,
    18,
    16,
    21,
    26,
    33,
    41,
    38,
    30,
    24,
    19,
    17,
    15,
    18,
    22,
    28,
    34,
    29,
    24,
    21,
    17,
)


class Staged(msgspec.Struct, kw_only=True):
    """What of the picture a test chooses."""

    age_seconds: float = 0.5
    is_counted: bool = True
    is_empty: bool = False
    is_quiet: bool = False
    waiting: int = 6
    waited_seconds: float = 21
    mean_wait_seconds: int = 17
    unsolved: int = 1
    abandoned: int = 2


def show(staged: Staged) -> Json:
    """The answer of the route, as of now."""
    as_of = utc_now() - timedelta(seconds=staged.age_seconds)
    queues = (
        []
        if staged.is_empty
        else [_queue(FIRST_LINE, "Первая линия", 30), _queue(ROAMING, "Роуминг", 60)]
    )
    cells = [] if staged.is_empty or staged.is_quiet else _cells(staged, as_of)
    reading = Reading(
        as_of if staged.is_counted else None,
        window_of(as_of) if staged.is_counted else None,
        cells,
        [] if staged.is_empty or staged.is_quiet else _quarters(as_of),
        [PresentAgent(presence, None, ()) for presence in _PRESENCES],
        {queue.id: queue for queue in queues},
    )
    told: Json = msgspec.to_builtins(show_reading(reading, sight_of(SYSTEM)))
    return told


_PRESENCES = ("available",) * 11 + ("busy",) * 3 + ("away",) * 2 + ("offline",) * 18


def _cells(staged: Staged, as_of: datetime) -> list[Cell]:
    since = as_of - timedelta(seconds=staged.waited_seconds) if staged.waiting else None
    waits = [staged.mean_wait_seconds + shift for shift in (-6, -2, 0, 2, 6) for _ in range(9)]
    first = Count(
        ContactCounters(
            offered=45 + staged.abandoned,
            answered=_tally(*waits),
            abandoned=_tally(*[9] * staged.abandoned),
        )
    )
    closed = Count(
        ContactCounters(
            offered=49, answered=_tally(*[9] * 49), solved=_tally(*[90] * (49 - staged.unsolved))
        ),
        1,
    )
    few = Count(ContactCounters(offered=8, answered=_tally(*[20] * 7, 80)))
    done = Count(ContactCounters(offered=6, answered=_tally(*[20] * 6), solved=_tally(*[95] * 6)))
    return [
        Cell(UUID(FIRST_LINE), "telegram", staged.waiting, since, 2, first, closed),
        Cell(UUID(ROAMING), "webchat", 0, None, 0, few, done),
    ]


def _quarters(as_of: datetime) -> list[Quarter]:
    last = as_of.replace(minute=as_of.minute // 15 * 15, second=0, microsecond=0)
    return [
        Quarter(
            last - timedelta(minutes=15 * (len(_WAITS) - 1 - place)),
            UUID(FIRST_LINE),
            "telegram",
            ContactCounters(
                offered=20 + wait,
                answered=_tally(*[wait] * (18 + wait)),
                abandoned=_tally(*[40] * (wait // 18)),
                solved=_tally(*[90] * (18 + wait - wait // 20)),
            ),
        )
        for place, wait in enumerate(_WAITS)
    ]


def _tally(*seconds: int) -> DurationTally:
    return DurationTally.of(each * SECOND_US for each in seconds)


def _queue(queue_id: str, name: str, target_seconds: int) -> Queue:
    return Queue(
        id=QueueId(UUID(queue_id)),
        name=name,
        priority_credit_seconds=0,
        offer_timeout_seconds=20,
        wrap_up="fixed",
        wrap_up_seconds=30,
        target_seconds=target_seconds,
        is_pull_allowed=True,
        is_enabled=True,
    )


@router.get("/api/wallboard")
async def get_wallboard(here: Here) -> Json:
    return show(msgspec.convert(here.world.wallboard, Staged))
