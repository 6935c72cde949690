"""Queues and agents come, change and go, and agents come and go from their desks."""

from __future__ import annotations

from halfminute_engine.routing.commands import FinishWrapUp
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentPresenceChanged,
    AgentRemoved,
    QueueConfigured,
    QueueRemoved,
)
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.holds import drop_hold, recount_units
from halfminute_engine.routing.keeps import stop_being_kept
from halfminute_engine.routing.offers import recheck_offer, seek_conversation, take_back_offer
from halfminute_engine.routing.places import list_waiting_in, strand
from halfminute_engine.routing.relaxation import (
    rejoin_all,
    release_waiting_for,
    start_waiting_clocks,
)
from halfminute_engine.routing.silence import requeue_returned
from halfminute_engine.routing.state import AgentState
from halfminute_engine.routing.values import Presence, StrandedReason, WithdrawalReason
from halfminute_engine.routing.wrap_up import end_wrap_up


def configure_queue(floor: Floor, event: QueueConfigured) -> None:
    """What is offered and wrapped up from now on, and who waits, follow the new settings."""
    before = floor.state.queues.get(event.queue_id)
    floor.state.queues[event.queue_id] = event
    floor.matching.note_queue(event.queue_id)
    if before is None:
        start_waiting_clocks(floor, event.queue_id)
    elif _waiting_rules(before) != _waiting_rules(event):
        rejoin_all(floor, event.queue_id)


def remove_queue(floor: Floor, event: QueueRemoved) -> None:
    """Report what waits in the queue as stranded, the first in line first."""
    if floor.state.queues.pop(event.queue_id, None) is None:
        return
    floor.matching.note_queue(event.queue_id)
    for conversation in list_waiting_in(floor, event.queue_id):
        strand(floor, conversation, StrandedReason.QUEUE_REMOVED)
    floor.matching.close_lines_of(event.queue_id)
    floor.paces.forget_queue(event.queue_id)


def configure_agent(floor: Floor, event: AgentConfigured) -> None:
    """Count the agent's load by its new weights, and offer it what it can now take."""
    state = floor.state
    agent = state.agents.get(event.agent_id)
    if agent is None:
        state.last_agent_seq += 1
        agent = AgentState(event, state.last_agent_seq)
        state.agents[event.agent_id] = agent
    agent.configuration = event
    recount_units(floor, agent)
    floor.matching.regroup(agent)
    recheck_offer(floor, agent)
    release_waiting_for(floor, event.agent_id)
    if agent.kept_for_id is not None:
        conversation = floor.state.conversations[agent.kept_for_id]
        if not floor.matching.is_able(agent, conversation):
            stop_being_kept(floor, agent)
    seek_conversation(floor, agent)


def remove_agent(floor: Floor, event: AgentRemoved) -> None:
    """Nothing that the agent had is lost: it goes back, is reported, or is finished."""
    agent = floor.state.agents.get(event.agent_id)
    if agent is None:
        return
    agent.presence = Presence.OFFLINE
    stop_being_kept(floor, agent)
    take_back_offer(floor, agent, WithdrawalReason.AGENT_UNAVAILABLE)
    for conversation_id, hold in list(agent.holds.items()):
        if hold.is_wrap_up:
            floor.command(FinishWrapUp(conversation_id, event.agent_id))
            end_wrap_up(floor, agent, conversation_id)
            continue
        drop_hold(floor, agent, conversation_id)
        if hold.is_assigned:
            conversation = floor.state.conversations[conversation_id]
            strand(floor, conversation, StrandedReason.AGENT_REMOVED)
    floor.matching.forget(event.agent_id)
    del floor.state.agents[event.agent_id]
    release_waiting_for(floor, event.agent_id)


def change_presence(floor: Floor, event: AgentPresenceChanged) -> None:
    """An agent who is not available does not ring; one who has become so is offered work."""
    agent = floor.state.agents.get(event.agent_id)
    if agent is None:
        return
    if event.presence is Presence.AVAILABLE and agent.presence is not Presence.AVAILABLE:
        agent.idle_since_us = floor.now_us
    agent.presence = event.presence
    agent.reason = event.reason
    floor.matching.refresh(agent)
    if event.presence is not Presence.AVAILABLE:
        stop_being_kept(floor, agent)
        take_back_offer(floor, agent, WithdrawalReason.AGENT_UNAVAILABLE)
    if event.presence is Presence.OFFLINE:
        requeue_returned(floor, agent)
        release_waiting_for(floor, event.agent_id)
    seek_conversation(floor, agent)


def _waiting_rules(queue: QueueConfigured) -> tuple[object, ...]:
    return (
        queue.rings,
        queue.overflow,
        queue.slope_per_mille,
        queue.greatest_wait_us,
        queue.agent_choice,
    )
