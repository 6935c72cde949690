"""What is wrong with the rules of a queue, by itself and among all queues, field by field.

What rules mean is the engine's to say; it is asked before anything is kept, so that the router is
never told what it would refuse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from halfminute.queues.waiting_rules import QueueOverflow, QueueRing, WaitingRules
from halfminute_engine.routing import queue_rules as engine
from halfminute_engine.routing.checks import FaultCode, find_faults
from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.values import QueueId

_SECOND_US: Final = 1_000_000
# More than any level that a ring lowers to.
_AS_BEFORE: Final = 6
Problems = dict[str, str]


def engine_rings(rules: WaitingRules) -> tuple[engine.Ring, ...]:
    """The rings in the engine's words; the languages they lower are named (`name_languages`)."""
    return tuple(_ring(ring) for ring in rules.rings)


def engine_overflow(rules: WaitingRules) -> engine.Overflow | None:
    """The overflow in the engine's words. A call-back keeps its place."""
    overflow = rules.overflow
    if overflow is None:
        return None
    kind = engine.OverflowKind(overflow.kind)
    return engine.Overflow(
        overflow.after_seconds * _SECOND_US,
        kind,
        None if overflow.queue_id is None else QueueId(str(overflow.queue_id)),
        is_kept=_is_kept(overflow),
    )


def find_problems(rules: WaitingRules, queue_id: UUID | None) -> Problems:
    """What is wrong with the rules of this queue (None: it is new) by themselves.

    By the field, as in `rings.1.after_seconds` of `rules`. Without any, the engine takes them.
    """
    return _find_problems_of_rings(rules.rings) | _find_problems_of_overflow(rules, queue_id)


def find_problems_together(
    rules_by_queue: Mapping[UUID, WaitingRules], queue_id: UUID
) -> tuple[Problems, UUID | None]:
    """What is wrong with all queues that are on, after this one has been given its rules.

    Each is sound by itself. Where it is another queue that would be wrong, that is the second.
    """
    faults = find_faults([_configured(each, rules) for each, rules in rules_by_queue.items()])
    own = [fault for fault in faults if fault.queue_id == str(queue_id)]
    if own:
        return {fault.field: fault.code.value for fault in own}, None
    if not faults:
        return {}, None
    is_missed = faults[0].code is FaultCode.TARGET_UNKNOWN
    field, code = ("is_enabled", "is_target") if is_missed else ("overflow", "other_has_no_end")
    return {field: code}, UUID(faults[0].queue_id)


def _find_problems_of_rings(rings: Sequence[QueueRing]) -> Problems:
    problems: Problems = {}
    for number in range(1, len(rings)):
        earlier, later = rings[number - 1], rings[number]
        if later.after_seconds <= earlier.after_seconds:
            problems[f"rings.{number}.after_seconds"] = "not_later"
        if earlier.is_any_agent:
            problems[f"rings.{number}.is_any_agent"] = "after_any_agent"
        elif not later.is_any_agent:
            problems |= {f"rings.{number}.{name}": "asks_more" for name in _more(later, earlier)}
    return problems


def _more(later: QueueRing, earlier: QueueRing) -> Iterator[str]:
    """In which field the later one asks more than the earlier."""
    skills = {**dict.fromkeys(earlier.requirements, _AS_BEFORE), **later.requirements}
    if any(skills[skill_id] > level for skill_id, level in earlier.requirements.items()):
        yield "requirements"
    before, after = earlier.least_language_proficiency, later.least_language_proficiency
    if before is not None and (_AS_BEFORE if after is None else after) > before:
        yield "least_language_proficiency"


def _find_problems_of_overflow(rules: WaitingRules, queue_id: UUID | None) -> Problems:
    overflow = rules.overflow
    if overflow is None:
        return {}
    problems: Problems = {}
    if rules.rings and overflow.after_seconds <= rules.rings[-1].after_seconds:
        problems["overflow.after_seconds"] = "not_later"
    if overflow.kind == "queue" and overflow.queue_id is None:
        problems["overflow.queue_id"] = "missing"
    elif overflow.kind != "queue" and overflow.queue_id is not None:
        problems["overflow.queue_id"] = "refused"
    elif overflow.queue_id is not None and overflow.queue_id == queue_id:
        problems["overflow.queue_id"] = "itself"
    if overflow.kind == "message" and not overflow.words:
        problems["overflow.words"] = "missing"
    return problems


def _ring(ring: QueueRing) -> engine.Ring:
    return engine.Ring(ring.after_seconds * _SECOND_US, _levels(ring), ring.is_any_agent)


def _levels(ring: QueueRing) -> tuple[tuple[str, int], ...]:
    levels = ((str(skill_id), level) for skill_id, level in ring.requirements.items())
    return tuple(sorted(levels))


def _is_kept(overflow: QueueOverflow) -> bool:
    return overflow.kind == "callback" or (overflow.kind == "message" and overflow.is_kept)


def _configured(queue_id: UUID, rules: WaitingRules) -> QueueConfigured:
    return QueueConfigured(
        QueueId(str(queue_id)),
        offer_timeout_us=_SECOND_US,
        rings=engine_rings(rules),
        overflow=engine_overflow(rules),
    )
