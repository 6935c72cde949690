"""What becomes of conversations that come while their queue is closed.

An entry step, and a look now and then at those that wait for an opening. They wait as `new` ones,
outside the queue, so that their wait counts from the opening. A calendar can change meanwhile, so
it is looked at anew every few minutes; the contact is told once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from halfminute.channels.queries import map_queue_ids
from halfminute.conversations.entry import EntryStep, enter
from halfminute.conversations.notices import map_languages, send_notice
from halfminute.conversations.tables import opening as tables
from halfminute.conversations.transition_facts import conversation_of
from halfminute.conversations.types import Conversation
from halfminute.kit.event_log import EventLog, Unit
from halfminute.kit.time import utc_now
from halfminute.queues.calendar import Calendar, is_open, next_opening
from halfminute.queues.hours import Hours, map_hours
from halfminute.queues.words import choose_words

_LOOK_AGAIN: Final = timedelta(minutes=5)
_MOST_AT_ONCE: Final = 100
_OPENS: Final = "{opens}"


async def await_opening(
    unit: Unit, conversations: Sequence[Conversation]
) -> Sequence[Conversation]:
    """Those whose queue is closed are told so; they wait, or go on into the queue, as it says."""
    closed = await _find_closed(unit, conversations, utc_now())
    if not closed:
        return conversations
    waiting = [each for each in conversations if _is_to_wait(closed.get(each.id))]
    going_on = [each for each in conversations if not _is_to_wait(closed.get(each.id))]
    first = await _hold(unit, waiting, closed)
    await _tell(unit, [*first, *(each for each in going_on if each.id in closed)], closed)
    return going_on


class OpeningSweep:
    """To be run every second or so, by `run_once`: lets in those whose queue has opened."""

    def __init__(self, log: EventLog, steps: Sequence[EntryStep]) -> None:
        """`steps` are those that a new conversation goes through."""
        self._log = log
        self._steps = steps

    async def run_once(self) -> int:
        """How many were looked at. Raises DatabaseUnavailable."""
        async with self._log.write() as unit:
            await unit.connection.execute(tables.FORGET_SETTLED)
            rows = await unit.connection.fetch(tables.LIST_DUE, _MOST_AT_ONCE)
            await enter(unit, self._steps, [conversation_of(row) for row in rows])
        return len(rows)


async def _find_closed(
    unit: Unit, conversations: Sequence[Conversation], at: datetime
) -> dict[UUID, Hours]:
    account_ids = {each.channel_account_id for each in conversations}
    queue_ids = await map_queue_ids(unit.connection, list(account_ids))
    hours = await map_hours(unit.connection, {each for each in queue_ids.values() if each})
    found: dict[UUID, Hours] = {}
    for each in conversations:
        queue_id = queue_ids.get(each.channel_account_id)
        of_queue = None if queue_id is None else hours.get(queue_id)
        if of_queue is not None and not is_open(of_queue.calendar, at):
            found[each.id] = of_queue
    return found


def _is_to_wait(hours: Hours | None) -> bool:
    return hours is not None and hours.closed_action == "wait"


async def _hold(
    unit: Unit, conversations: Sequence[Conversation], closed: Mapping[UUID, Hours]
) -> list[Conversation]:
    """Returns those that wait only from now on."""
    if not conversations:
        return []
    ids = [each.id for each in conversations]
    looks = [_look_at(closed[each.id].calendar, utc_now()) for each in conversations]
    rows = await unit.connection.fetch(tables.AWAIT, ids, looks)
    first = {row["conversation_id"] for row in rows if row["is_first"]}
    return [each for each in conversations if each.id in first]


def _look_at(calendar: Calendar, now: datetime) -> datetime:
    opens_at = next_opening(calendar, now)
    return now + _LOOK_AGAIN if opens_at is None else min(opens_at, now + _LOOK_AGAIN)


async def _tell(
    unit: Unit, conversations: Sequence[Conversation], closed: Mapping[UUID, Hours]
) -> None:
    if not conversations:
        return
    languages = await map_languages(unit.connection, [each.id for each in conversations])
    for each in conversations:
        words = words_for(closed[each.id], languages.get(each.id), utc_now())
        if words:
            await send_notice(unit, each.id, each.channel_account_id, words)


def words_for(hours: Hours, language: str | None, now: datetime) -> str:
    """What a contact of this language is told.

    When it opens is written as ISO 8601 has it, in the calendar's time zone: it reads alike in all
    languages.
    """
    words = choose_words(hours.closed_words, language)
    opens_at = next_opening(hours.calendar, now)
    if opens_at is None:
        return words.replace(_OPENS, "")
    local = opens_at.astimezone(ZoneInfo(hours.calendar.time_zone))
    return words.replace(_OPENS, f"{local:%Y-%m-%d %H:%M}")
