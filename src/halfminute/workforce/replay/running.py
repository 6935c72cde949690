"""Replays a day, as it is configured and as it would be, and tells both beside the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from halfminute.kit.garbage import search_paused
from halfminute.queues.schemas import QueueDetails
from halfminute.workforce.errors import TooFewConversations
from halfminute.workforce.replay.days import find_zone
from halfminute.workforce.replay.figures import Figures, Targets, figures_of, judge, target_of
from halfminute.workforce.replay.recording import Recording
from halfminute.workforce.replay.setup import Setup
from halfminute_engine.routing.values import QueueId, Requirement
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.replay.models import NothingHandled, ReplayModels
from halfminute_engine.simulation.replay.recorded import RecordedDay, RecordedStay, WaitEnd
from halfminute_engine.simulation.replay.replay import replay
from halfminute_engine.simulation.replay.results import ReplayResult, count_moved, sum_by_queue

FEWEST_CONVERSATIONS: Final = 20
_SECOND_US: Final = 1_000_000
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A day recorded, replayed as it is configured, and as it would be; None: nothing was tried."""

    recording: Recording
    setup: Setup
    seed: int
    as_is: ReplayResult
    as_would_be: ReplayResult | None
    targets: Targets


def compare(
    recording: Recording,
    setup: Setup,
    changed: Setup | None = None,
    *,
    seed: int = 1,
    fewest: int = FEWEST_CONVERSATIONS,
    tell: Tell | None = None,
) -> Comparison:
    """Replay it. `tell` hears how much is over, as a share of 1. Raises TooFewConversations."""
    day = recording.recorded
    if recording.conversation_count < fewest:
        raise TooFewConversations(
            f"Only {recording.conversation_count} conversations came on {recording.day.date}; "
            f"{fewest} is the least.",
            conversations=recording.conversation_count,
            fewest=fewest,
        )
    runs = 1 if changed is None else 2
    with search_paused():
        try:
            models = ReplayModels(day, seed)
        except NothingHandled as error:
            raise TooFewConversations(
                f"No conversation was answered and ended on {recording.day.date}."
            ) from error
        as_is = replay(day, setup.configuration(), models, _part(tell, 0, runs))
        as_would_be = None
        if changed is not None:
            other = adapt_day(day, setup, changed)
            as_would_be = replay(other, changed.configuration(), models, _part(tell, 1, runs))
    targets = {
        QueueId(str(queue_id)): queue.target_seconds
        for queue_id, queue in (changed or setup).queues.items()
    }
    return Comparison(recording, setup, seed, as_is, as_would_be, targets)


def adapt_day(day: RecordedDay, before: Setup, after: Setup) -> RecordedDay:
    """The day with what its conversations would have required and been credited with.

    The language of contacts is known only of those who were to have it: where a queue asks for it
    that did not, nothing changes.
    """
    changes = {
        QueueId(str(queue_id)): _Change(before, queue_id, after)
        for queue_id in after.details
        if before.details.get(queue_id) != after.details[queue_id]
    }
    if not changes:
        return day
    stays = tuple(
        changes[stay.queue_id].adapt(stay) if stay.queue_id in changes else stay
        for stay in day.stays
    )
    return replace(day, stays=stays)


class _Change:
    """What a queue adds to its conversations, before and after."""

    def __init__(self, before: Setup, queue_id: UUID, after: Setup) -> None:
        self._old, self._new = before.details[queue_id], after.details[queue_id]
        self._languages = {str(each) for each in before.language_ids}

    def adapt(self, stay: RecordedStay) -> RecordedStay:
        levels = {item.skill: item.least_level for item in stay.requirements}
        self._replace_languages(levels)
        old, new = _levels(self._old), _levels(self._new)
        for skill, level in old.items():
            if levels.get(skill) == level:
                del levels[skill]
        for skill, level in new.items():
            levels[skill] = max(level, levels.get(skill, 0))
        required = tuple(Requirement(skill, level) for skill, level in sorted(levels.items()))
        credit_us = self._new.priority_credit_seconds * _SECOND_US
        return replace(stay, requirements=required, priority_credit_us=credit_us)

    def _replace_languages(self, levels: dict[str, int]) -> None:
        old, new = self._old.least_language_proficiency, self._new.least_language_proficiency
        if old is None or old == new:
            return
        for skill in [s for s, level in levels.items() if s in self._languages and level == old]:
            if new is None:
                del levels[skill]
            else:
                levels[skill] = new


def _levels(details: QueueDetails) -> dict[str, int]:
    return {str(skill_id): level for skill_id, level in details.requirements.items()}


def _part(tell: Tell | None, number: int, count: int) -> Tell | None:
    return None if tell is None else lambda share: tell((number + share) / count)


def document_of(comparison: Comparison) -> dict[str, Any]:
    """All of it under the names of `halfminute replay --json`."""
    recording, would_be = comparison.recording, comparison.as_would_be
    recorded = sum_by_queue(recording.counters)
    columns = {"recorded": recorded, "as_is": sum_by_queue(comparison.as_is.counters)}
    if would_be is not None:
        columns["as_would_be"] = sum_by_queue(would_be.counters)
    total = {name: figures_of(each, comparison.targets) for name, each in columns.items()}
    moved = None if would_be is None else count_moved(comparison.as_is, would_be)
    return {
        "day": str(recording.day.date),
        "time_zone": recording.day.time_zone,
        "since": _told(recording.since, recording.day.time_zone),
        "until": _told(recording.until, recording.day.time_zone),
        "is_whole": recording.is_whole,
        "seed": comparison.seed,
        "trust": judge(total["recorded"], total["as_is"]),
        "total": total,
        "queues": _queues(comparison, columns),
        "moved_to_another_queue": None if moved is None else moved[0],
        "moved_to_another_agent": None if moved is None else moved[1],
        "stranded": comparison.as_is.stranded_count,
        "modelled": _modelled(recording.recorded.stays),
        "configured_since": {
            "queues": recording.configured["QueueConfigured"],
            "agents": recording.configured["AgentConfigured"],
            "skills": recording.configured["SkillConfigured"],
        },
        "unknown_agents": recording.unknown_agents,
        "command_hash": comparison.as_is.command_hash,
    }


def _told(at: datetime, time_zone: str) -> str:
    return at.astimezone(find_zone(time_zone)).isoformat(timespec="seconds")


def _queues(
    comparison: Comparison, columns: Mapping[str, Mapping[QueueId, ContactCounters]]
) -> list[Figures]:
    """Those that anybody came to, by name."""
    names = {QueueId(str(each)): q.name for each, q in comparison.setup.queues.items()}
    there = {queue_id for counters in columns.values() for queue_id in counters}
    return [
        {
            "queue_id": queue_id,
            "name": names.get(queue_id, ""),
            "target_seconds": target_of(queue_id, comparison.targets),
            **{
                name: figures_of(_only(counters, queue_id), comparison.targets)
                for name, counters in columns.items()
            },
        }
        for queue_id in sorted(there, key=lambda each: (names.get(each, ""), each))
    ]


def _only(
    counters: Mapping[QueueId, ContactCounters], queue_id: QueueId
) -> dict[QueueId, ContactCounters]:
    return {queue_id: counters[queue_id]} if queue_id in counters else {}


def _modelled(stays: Sequence[RecordedStay]) -> dict[str, int]:
    """Of how many something is not known, and is taken from others of the day."""
    counted = [stay for stay in stays if stay.is_counted]
    left = sum(stay.wait_end is WaitEnd.ABANDONED for stay in counted)
    unhandled = sum(stay.handling is None or stay.wait_end is WaitEnd.ABANDONED for stay in counted)
    return {
        "patience": len(counted) - left,
        "handling": unhandled,
        "unasked": sum(stay.is_taken_unasked for stay in counted),
    }
