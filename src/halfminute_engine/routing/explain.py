"""Answers "why does this conversation wait?" and "why would this agent get it?", on demand only.

It compares every member of the queue by the very facts on which offers are made, without the
indexes, so it costs a walk over the agents and says what a person would want to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from halfminute_engine.routing.capacity import NO_ROOM, counted_units, has_room
from halfminute_engine.routing.errors import UnknownConversation
from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.ordering import pace_of
from halfminute_engine.routing.queue_rules import AgentChoice, Requirements
from halfminute_engine.routing.rivals import Rival, list_rivals
from halfminute_engine.routing.state import AgentState, ConversationState, Place
from halfminute_engine.routing.values import AgentId, ConversationId, OfferNumber, Presence, QueueId


class Verdict(StrEnum):
    """Whether an agent could be offered the conversation now, or the first reason why not.

    Who is interruptible could be offered it, though only by being interrupted in what it has. Who
    is awaited has a customer of its own, back out of silence, who waits for its room. Who is
    reserved is kept idle for conversations that require a skill which this one does not. Who is
    kept is offered nothing until it has room for one that fits nowhere.
    """

    ELIGIBLE = "eligible"
    INTERRUPTIBLE = "interruptible"
    EXCLUDED = "excluded"
    DECLINED = "declined"
    KIND_NOT_TAKEN = "kind_not_taken"
    SKILL_LACKING = "skill_lacking"
    OTHER_AWAITED = "other_awaited"
    NOT_AVAILABLE = "not_available"
    PAUSED = "paused"
    AWAITED = "awaited"
    RINGING_WITH_THIS = "ringing_with_this"
    RINGING_WITH_OTHER = "ringing_with_other"
    KEPT_FOR_THIS = "kept_for_this"
    KEPT_FOR_OTHER = "kept_for_other"
    RESERVED = "reserved"
    LIMIT_REACHED = "limit_reached"
    FULL = "full"


OFFERABLE = frozenset({Verdict.ELIGIBLE, Verdict.INTERRUPTIBLE})
"""Of an agent who could be offered the conversation now."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One member of the queue, and what was compared of it.

    `load` is the share of its capacity in use, in millionths; `level` the sum of its levels in the
    skills the conversation was queued with, where the queue compares them, else 0.
    """

    agent_id: AgentId
    verdict: Verdict
    is_preferred: bool
    load: int
    idle_since_us: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where the conversation is, and how each member of its queue stands to it.

    `candidates` come best first: those eligible in the order in which they would be asked, then
    the others. `ahead_count` is the number of waiting conversations before it that the same agents
    could take, None when it does not stand in line. `is_paused`: a refusal keeps it from offers.
    `is_silent`: assigned, and taking nothing of its agent's capacity.

    It has waited in all since `queued_at_us`, in this queue since `entered_at_us`, and is in the
    queue's ring of this number (0: not yet in the first), where `requirements` are still made of
    its agent. At `next_step_at_us` it comes to the next ring or, after the last, overflows.
    `awaited_until_us`: until then it waits for its preferred agent alone. `score` is what its wait
    weighs against the `rivals` (see `ordering`), those first that go before it or come next.
    """

    conversation_id: ConversationId
    place: Place
    queue_id: QueueId | None
    order_at_us: int
    ahead_count: int | None
    is_paused: bool
    is_pull_allowed: bool
    agent_id: AgentId | None
    offer_number: OfferNumber | None
    candidates: tuple[Candidate, ...]
    queued_at_us: int
    entered_at_us: int
    ring: int
    requirements: Requirements
    next_step_at_us: int | None
    awaited_until_us: int | None
    is_callback: bool
    score: int
    rivals: tuple[Rival, ...]
    is_silent: bool = False


def explain(floor: Floor, conversation_id: ConversationId, now_us: int) -> Explanation:
    """Why the conversation is where it is; raises `UnknownConversation`."""
    conversation = floor.state.conversations.get(conversation_id)
    if conversation is None:
        raise UnknownConversation(f"no conversation {conversation_id!r} is routed here")
    queue = floor.state.queues.get(conversation.queue_id)
    return Explanation(
        conversation_id=conversation_id,
        place=conversation.place,
        queue_id=conversation.queue_id or None,
        order_at_us=conversation.order_at_us,
        ahead_count=floor.matching.count_ahead(conversation),
        is_paused=conversation.is_paused,
        is_pull_allowed=queue is not None and queue.is_pull_allowed,
        agent_id=_agent_id(floor, conversation),
        offer_number=conversation.offer_number,
        is_silent=_is_silent(floor, conversation),
        candidates=_candidates(floor, conversation, queue),
        queued_at_us=conversation.queued_at_us,
        entered_at_us=conversation.entered_at_us,
        ring=conversation.ring,
        requirements=conversation.present_requirements,
        next_step_at_us=floor.schedule.next_step_at(conversation),
        awaited_until_us=conversation.preferred_until_us,
        is_callback=conversation.is_callback,
        score=pace_of(queue).score(conversation.key, now_us),
        rivals=list_rivals(floor, conversation, now_us),
    )


def _is_silent(floor: Floor, conversation: ConversationState) -> bool:
    if conversation.place is not Place.ASSIGNED or conversation.agent_id is None:
        return False
    holder = floor.state.agents[conversation.agent_id]
    return holder.holds[conversation.conversation_id].is_silent


def _agent_id(floor: Floor, conversation: ConversationState) -> AgentId | None:
    if conversation.offer_number is not None:
        return floor.state.offers[conversation.offer_number].agent_id
    return conversation.agent_id


def _candidates(
    floor: Floor, conversation: ConversationState, queue: QueueConfigured | None
) -> tuple[Candidate, ...]:
    short = _list_short(floor)
    compares_levels = queue is not None and queue.agent_choice is AgentChoice.BEST_SKILLED
    ranked = sorted(
        (
            verdict not in OFFERABLE,
            agent.agent_id != conversation.preferred_agent_id,
            -_level(agent, conversation) if compares_levels else 0,
            agent.load,
            agent.idle_since_us,
            agent.seq,
            verdict,
            agent,
        )
        for agent in floor.state.agents.values()
        if conversation.queue_id in agent.configuration.queue_ids or _is_target(agent, conversation)
        for verdict in (_judge(agent, conversation, short),)
    )
    return tuple(
        Candidate(agent.agent_id, verdict, not is_other, load, idle_since_us, -level)
        for _, is_other, level, load, idle_since_us, _, verdict, agent in ranked
    )


def _list_short(floor: Floor) -> list[tuple[str, int]]:
    """The skills whose idle agents are all kept back, and who is not: the latest place in line."""
    agents = floor.state.agents.values()
    return [
        (skill, floor.now_us - setting.reserve_wait_us)
        for skill, setting in floor.state.skills.items()
        if sum(agent.is_idle and agent.has_skill(skill) for agent in agents) <= setting.idle_reserve
    ]


def _judge(
    agent: AgentState, conversation: ConversationState, short: list[tuple[str, int]]
) -> Verdict:
    verdict = _judge_ability(agent, conversation) or _judge_readiness(agent, conversation)
    is_for_all = conversation.preferred_until_us is None
    if verdict in OFFERABLE and agent.is_idle and is_for_all:
        required = dict(conversation.requirements)
        for skill, latest_order_at_us in short:
            is_kept = agent.has_skill(skill) and skill not in required
            if is_kept and conversation.order_at_us > latest_order_at_us:
                return Verdict.RESERVED
    return verdict


def _level(agent: AgentState, conversation: ConversationState) -> int:
    levels = dict(agent.configuration.skills)
    return sum(levels.get(skill, 0) for skill, _ in conversation.requirements)


def _is_target(agent: AgentState, conversation: ConversationState) -> bool:
    return conversation.is_direct and agent.agent_id == conversation.preferred_agent_id


def _judge_ability(agent: AgentState, conversation: ConversationState) -> Verdict | None:
    if agent.agent_id in conversation.excluded_agent_ids:
        return Verdict.EXCLUDED
    if agent.agent_id in conversation.declined_agent_ids:
        return Verdict.DECLINED
    if agent.units_for(conversation.channel_kind) is None:
        return Verdict.KIND_NOT_TAKEN
    return None if _is_target(agent, conversation) else _judge_fitness(agent, conversation)


def _judge_fitness(agent: AgentState, conversation: ConversationState) -> Verdict | None:
    levels = dict(agent.configuration.skills)
    if any(levels.get(skill, 0) < least for skill, least in conversation.present_requirements):
        return Verdict.SKILL_LACKING
    is_other = agent.agent_id != conversation.preferred_agent_id
    if conversation.preferred_until_us is not None and is_other:
        return Verdict.OTHER_AWAITED
    return None


def _judge_readiness(agent: AgentState, conversation: ConversationState) -> Verdict:
    if agent.presence is not Presence.AVAILABLE:
        return Verdict.NOT_AVAILABLE
    if agent.is_paused:
        return Verdict.PAUSED
    if agent.offer_number is not None:
        is_this = agent.offer_number == conversation.offer_number
        return Verdict.RINGING_WITH_THIS if is_this else Verdict.RINGING_WITH_OTHER
    if agent.returned_ids:
        return Verdict.AWAITED
    if agent.kept_for_id is not None:
        is_this = agent.kept_for_id == conversation.conversation_id
        return Verdict.KEPT_FOR_THIS if is_this else Verdict.KEPT_FOR_OTHER
    return _judge_room(agent, conversation.channel_kind)


def _judge_room(agent: AgentState, channel_kind: str) -> Verdict:
    if has_room(agent, channel_kind):
        units = agent.units + (agent.units_for(channel_kind) or 0)
        is_interrupted = units > agent.configuration.capacity.total_units
        return Verdict.INTERRUPTIBLE if is_interrupted else Verdict.ELIGIBLE
    is_limited = counted_units(agent, channel_kind) == NO_ROOM
    return Verdict.LIMIT_REACHED if is_limited else Verdict.FULL
