"""Halfminute with a safeguard taken out, for controls of the bench `take_over`, which must fail.

python -m bench.reckless CARELESSNESS serve --roles ...
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from halfminute.kit.database import Connection, Database
from halfminute.main.cli import main
from halfminute.reports import counting
from halfminute.reports.keeping import keep_presences, list_presences_told
from halfminute.routing import answers, present, recovery, translate
from halfminute.routing.actions import accept_offer, decline_offer
from halfminute.routing.journal import unpack
from halfminute.routing.present import Standing
from halfminute.routing.queries import get_offer
from halfminute_engine.routing import events
from halfminute_engine.routing.router import Router

# Long enough for a reader, or a kill, to come between.
GAP_SECONDS: Final = 0.2


def forget_journal() -> None:
    """Whoever takes over restores the newest snapshot, and leaves the journal after it alone."""

    async def restore_only(
        _connection: Connection, _domain: str, _seq: int, packed: bytes, *, last_seq: int
    ) -> Router:
        del last_seq
        return Router.restore(unpack(packed))

    vars(recovery)["_replay"] = restore_only


def forget_epochs_keys_and_order() -> None:
    """Three at once, each of them seen by a figure of its own."""
    _take_any_epoch()
    _queue_as_newcomers()
    _count_after_the_cursor()


def _take_any_epoch() -> None:
    """An offer is accepted whatever router the agent names."""
    get_answerable_offer = answers.get_answerable_offer

    async def get(unit: Any, principal: Any, offer_id: Any, *, epoch: int) -> Any:
        present_epoch = (await get_offer(unit.connection, offer_id)).epoch
        del epoch
        return await get_answerable_offer(unit, principal, offer_id, epoch=present_epoch)

    for action in (accept_offer, decline_offer):
        vars(action)["get_answerable_offer"] = get


def _queue_as_newcomers() -> None:
    """Who waits in a queue that is switched on again is told as one who has just come."""

    def tell(standing: Standing) -> events.ConversationQueued:
        told = present.conversation_queued(standing)
        return replace(told, queued_at_us=time.time_ns() // 1000)

    vars(translate)["conversation_queued"] = tell


def _count_after_the_cursor() -> None:
    """The cursor of the figures is committed first, and what was counted behind it."""

    inner = vars(counting)

    async def count_on(database: Database, *, batch: int = counting.BATCH) -> counting.Progress:
        async with database.connection() as connection:
            stretch = await inner["_read"](connection, batch)
            told = await inner["_list_told"](connection, stretch)
            await inner["_move_cursor"](connection, stretch)
        await asyncio.sleep(GAP_SECONDS)
        async with database.transaction() as connection:
            await inner["_count"](connection, told)
            await keep_presences(connection, *list_presences_told(stretch.events))
        return counting.Progress(len(stretch.events), stretch.is_behind)

    vars(counting)["count_on"] = count_on


CARELESSNESS: Final[dict[str, Callable[[], None]]] = {
    "forget_journal": forget_journal,
    "forget_epochs_keys_and_order": forget_epochs_keys_and_order,
}


if __name__ == "__main__":
    CARELESSNESS[sys.argv.pop(1)]()
    main(prog_name="halfminute")
