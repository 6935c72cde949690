"""Puts the engine's "why" into the words of the desk: names instead of ids, moments, shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from halfminute.conversations.access import require_sight
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection, Database
from halfminute.kit.time import from_us, to_us, utc_now
from halfminute.queues.waiting_rules import WaitingRules
from halfminute.queues.waiting_rules_store import map_waiting_rules
from halfminute.realtime.waits import WaitPlace
from halfminute.routing.errors import RouterNotReady
from halfminute.routing.follower import RouterFollower
from halfminute.routing.rounding import place_of
from halfminute.routing.schemas_explanation import (
    CandidateView,
    ExplanationView,
    NextStep,
    Place,
    RivalView,
    StillRequired,
    Verdict,
)
from halfminute.routing.tables import explanations as tables
from halfminute_engine.routing.explain import Candidate, Explanation
from halfminute_engine.routing.rivals import Rival
from halfminute_engine.routing.state import LOAD_SCALE

MOST_CANDIDATES: Final = 20
_MOST_SECONDS: Final = 1.0
_RULELESS: Final = WaitingRules()
_NOBODY: Final = "?"


async def get_explanation(
    database: Database, follower: RouterFollower, principal: Principal, conversation_id: UUID
) -> ExplanationView:
    """Why it is where it is. Who may read it may ask.

    Raises ConversationNotFound, ConversationNotRouted, RouterNotReady.
    """
    async with database.connection() as connection:
        await require_sight(connection, principal, conversation_id)
    now = utc_now()
    found = await follower.explain(conversation_id, to_us(now))
    place = await _find_place(follower, conversation_id, now)
    shown = found.candidates[:MOST_CANDIDATES]
    async with database.connection() as connection:
        names = await _map_names(connection, found, shown)
        rules = await _find_rules(connection, found)
    return ExplanationView(
        as_of=now,
        place=cast("Place", found.place.value),
        queue_name=None if found.queue_id is None else _name(names, found.queue_id),
        queued_at=from_us(found.queued_at_us),
        entered_queue_at=from_us(found.entered_at_us),
        ring=found.ring,
        ring_count=len(rules.rings),
        next_step=_next_step(found, rules),
        next_step_at=None if found.next_step_at_us is None else from_us(found.next_step_at_us),
        requirements=[
            StillRequired(skill=_name(names, skill), least_proficiency=least)
            for skill, least in found.requirements
        ],
        ahead_count=found.ahead_count,
        position=None if place is None else place.position,
        expected_wait=None if place is None else place.expected_wait,
        is_paused=found.is_paused,
        is_callback=found.is_callback,
        awaited_until=None if found.awaited_until_us is None else from_us(found.awaited_until_us),
        awaited_agent_name=_awaited_agent_name(found, names),
        candidates=[_candidate(each, names) for each in shown],
        candidate_counts=_count(found),
        rivals=[_rival(each, found, names) for each in found.rivals],
    )


async def _find_place(
    follower: RouterFollower, conversation_id: UUID, now: datetime
) -> WaitPlace | None:
    try:
        found = await follower.expect([conversation_id], to_us(now), most_seconds=_MOST_SECONDS)
    except RouterNotReady:  # nobody routes at present: the reasons are as they were
        return None
    return place_of(found.get(conversation_id))


async def _map_names(
    connection: Connection, found: Explanation, shown: tuple[Candidate, ...]
) -> dict[str, str]:
    preferred = [each for each in found.candidates if each.is_preferred]
    agent_ids = [UUID(each.agent_id) for each in (*shown, *preferred)]
    queue_ids = [UUID(each.queue_id) for each in found.rivals]
    if found.queue_id is not None:
        queue_ids.append(UUID(found.queue_id))
    skill_ids = [UUID(skill) for skill, _ in found.requirements]
    rows = await connection.fetch(tables.NAMES, agent_ids, queue_ids, skill_ids)
    return {str(row["id"]): row["name"] for row in rows}


async def _find_rules(connection: Connection, found: Explanation) -> WaitingRules:
    if found.queue_id is None:
        return _RULELESS
    queue_id = UUID(found.queue_id)
    return (await map_waiting_rules(connection, [queue_id])).get(queue_id, _RULELESS)


def _next_step(found: Explanation, rules: WaitingRules) -> NextStep:
    if found.next_step_at_us is None:
        return "none"
    if found.ring < len(rules.rings) or rules.overflow is None:
        return "ring"
    return rules.overflow.kind


def _awaited_agent_name(found: Explanation, names: Mapping[str, str]) -> str | None:
    awaited = (each for each in found.candidates if each.is_preferred)
    candidate = None if found.awaited_until_us is None else next(awaited, None)
    return None if candidate is None else _name(names, candidate.agent_id)


def _candidate(candidate: Candidate, names: Mapping[str, str]) -> CandidateView:
    return CandidateView(
        agent_id=UUID(candidate.agent_id),
        agent_name=_name(names, candidate.agent_id),
        verdict=candidate.verdict.value,
        is_preferred=candidate.is_preferred,
        load_ratio=candidate.load / LOAD_SCALE,
    )


def _count(found: Explanation) -> dict[Verdict, int]:
    return dict(Counter(each.verdict.value for each in found.candidates))


def _rival(rival: Rival, found: Explanation, names: Mapping[str, str]) -> RivalView:
    return RivalView(
        queue_name=_name(names, rival.queue_id),
        waiting_since=from_us(rival.order_at_us),
        is_before=(-rival.score, rival.order_at_us) < (-found.score, found.order_at_us),
    )


def _name(names: Mapping[str, str], identifier: str) -> str:
    """What was removed since has none."""
    return names.get(identifier, _NOBODY)
