"""What the "why" of a conversation looks like on the wire."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import msgspec

from halfminute.kit.time import Moment
from halfminute.realtime.waits import ExpectedWait

# Those of the engine's `explain.Verdict`.
Verdict = Literal[
    "eligible",
    "interruptible",
    "excluded",
    "declined",
    "kind_not_taken",
    "skill_lacking",
    "other_awaited",
    "not_available",
    "paused",
    "awaited",
    "ringing_with_this",
    "ringing_with_other",
    "kept_for_this",
    "kept_for_other",
    "reserved",
    "limit_reached",
    "full",
]
Place = Literal["waiting", "ringing", "assigned", "wrap_up"]
# `none`: it waits on as it does now.
NextStep = Literal["ring", "queue", "callback", "message", "none"]


class CandidateView(msgspec.Struct, frozen=True, kw_only=True):
    """One who serves the queue, and why it is offered the conversation or not.

    `load_ratio` of its capacity is taken. `is_preferred`: it is asked before all others.
    """

    agent_id: UUID
    agent_name: str
    verdict: Verdict
    is_preferred: bool
    load_ratio: float


class RivalView(msgspec.Struct, frozen=True, kw_only=True):
    """The first of those who wait for the same agents in one line. `is_before`: it goes first."""

    queue_name: str
    waiting_since: Moment
    is_before: bool


class StillRequired(msgspec.Struct, frozen=True, kw_only=True):
    """What its agent must be able to do at present."""

    skill: str
    least_proficiency: int


class ExplanationView(msgspec.Struct, frozen=True, kw_only=True):
    """Why a conversation is where the router has it, as it was at `as_of`.

    It is in ring `ring` of `ring_count`, 0 before the first, and comes to `next_step` at
    `next_step_at`; null where it waits on as it does now. `ahead_count`: how many who wait for the
    same agents in its line go before it; null while it is in none. `position` among all whom any of
    its agents could take, and `expected_wait`, are what its contact is told; null while it does not
    wait, or nobody can say. `is_paused`: an offer could not
    be made just now, and for a few seconds no other is. `awaited_until`: until then it waits for
    one agent alone, `awaited_agent_name`. `candidates`: the best first, twenty at the most;
    `candidate_counts`: of all who serve the queue, by verdict.
    """

    as_of: Moment
    place: Place
    queue_name: str | None
    queued_at: Moment
    entered_queue_at: Moment
    ring: int
    ring_count: int
    next_step: NextStep
    next_step_at: Moment | None
    requirements: list[StillRequired]
    ahead_count: int | None
    position: int | None
    expected_wait: ExpectedWait | None
    is_paused: bool
    is_callback: bool
    awaited_until: Moment | None
    awaited_agent_name: str | None
    candidates: list[CandidateView]
    candidate_counts: dict[Verdict, int]
    rivals: list[RivalView]
