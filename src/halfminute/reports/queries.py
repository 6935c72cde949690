"""The wallboard as one reader may see it."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from halfminute.conversations.access import Sight, sight_of
from halfminute.identity.principals import Principal
from halfminute.kit.time import utc_now
from halfminute.reports.board import Board, PresentAgent, Reading
from halfminute.reports.figures import (
    MEAN_WAIT_SECONDS,
    SOLVED_WITHIN_RATIO,
    SOLVED_WITHIN_SECONDS,
    Targets,
    fields_of,
    figures_of,
    group_cells,
    quarters_of,
    target_of,
)
from halfminute.reports.schemas import (
    Wallboard,
    WallboardAgents,
    WallboardChannel,
    WallboardQueue,
    WallboardTargets,
)
from halfminute.reports.types import Cell

PROMISE = WallboardTargets(
    mean_wait_seconds=MEAN_WAIT_SECONDS,
    solved_within_seconds=SOLVED_WITHIN_SECONDS,
    solved_within_ratio=SOLVED_WITHIN_RATIO,
)


async def get_wallboard(board: Board, principal: Principal) -> Wallboard:
    """What the reader's grants cover: queues, and agents of them or of teams.

    Raises DatabaseUnavailable.
    """
    return show_reading(await board.read(), sight_of(principal, "report.read"))


def show_reading(reading: Reading, sight: Sight) -> Wallboard:
    """The part of a reading that is in sight, as figures."""
    targets: Targets = {queue.id: queue.target_seconds for queue in reading.queues.values()}
    cells = [cell for cell in reading.cells if _sees_queue(sight, cell.queue_id)]
    quarters = [each for each in reading.quarters if _sees_queue(sight, each.queue_id)]
    return Wallboard(
        as_of=reading.as_of,
        server_time=utc_now(),
        window_since=reading.window.first_at if reading.window else None,
        targets=PROMISE,
        total=figures_of(cells, targets),
        queues=_list_queues(reading, sight, cells, targets),
        channels=[
            WallboardChannel(channel_kind=kind, **fields_of(figures))
            for kind, figures in sorted(
                group_cells(cells, lambda cell: cell.channel_kind, targets).items()
            )
        ],
        agents=_count_agents([each for each in reading.agents if _sees_agent(sight, each)]),
        quarters=quarters_of(quarters, targets),
    )


def _list_queues(
    reading: Reading, sight: Sight, cells: list[Cell], targets: Targets
) -> list[WallboardQueue]:
    """Those that are on, and those where something still is; by name."""
    found = group_cells(cells, lambda cell: cell.queue_id, targets)
    for queue in reading.queues.values():
        if queue.is_enabled and queue.id not in found and _sees_queue(sight, queue.id):
            figures = figures_of([], targets)
            found[queue.id] = figures
    named = [
        WallboardQueue(
            queue_id=queue_id,
            name=reading.queues[queue_id].name if queue_id in reading.queues else "",
            **fields_of(figures) | {"target_seconds": target_of(queue_id, targets)},
        )
        for queue_id, figures in found.items()
    ]
    return sorted(named, key=lambda queue: (queue.name, queue.queue_id))


def _count_agents(agents: list[PresentAgent]) -> WallboardAgents:
    counted = Counter(agent.presence for agent in agents)
    return WallboardAgents(
        available=counted["available"],
        busy=counted["busy"],
        away=counted["away"],
        offline=counted["offline"],
    )


def _sees_queue(sight: Sight, queue_id: UUID) -> bool:
    return sight.is_everything or queue_id in sight.queue_ids


def _sees_agent(sight: Sight, agent: PresentAgent) -> bool:
    return (
        sight.is_everything
        or agent.team_id in sight.team_ids
        or any(queue_id in sight.queue_ids for queue_id in agent.queue_ids)
    )
