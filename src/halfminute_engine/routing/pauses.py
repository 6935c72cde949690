"""What ends a while in which an agent or a conversation is not offered.

After a refusal the world has changed under us: the agent or the conversation in question is left
alone until an event about it brings the news. Should none come, a short pause ends it, so that
nobody is forgotten.

An agent who declined a conversation, or let it ring out, is excluded from it. When the pause of
the exclusions ends and no other able agent is available (one who is full for now counts as
available), the exclusions are lifted, since the customer would otherwise wait for nobody; else the
pause begins again. Agents excluded by the queueing itself stay excluded.
"""

from __future__ import annotations

from halfminute_engine.routing.events import Event
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.offers import seek_agent, seek_conversation
from halfminute_engine.routing.places import ensure_exclusions_timer
from halfminute_engine.routing.preferences import settle_preference
from halfminute_engine.routing.state import AgentState, ConversationState, Place, RunningTimer
from halfminute_engine.routing.timers import agent_pause_timer_id, conversation_pause_timer_id
from halfminute_engine.routing.values import AgentId, ConversationId


def end_pauses(floor: Floor, event: Event) -> tuple[AgentState | None, ConversationState | None]:
    """End the pauses of the agent and of the conversation that the event is about.

    Those whose pause ended are returned, to be given to `seek_for_woken` after the event itself.
    """
    agent_id: AgentId | None = getattr(event, "agent_id", None)
    agent = floor.state.agents.get(agent_id) if agent_id else None
    if agent is not None:
        agent = _end_agent_pause(floor, agent)
    conversation_id: ConversationId | None = getattr(event, "conversation_id", None)
    conversation = floor.state.conversations.get(conversation_id) if conversation_id else None
    if conversation is not None:
        conversation = _end_conversation_pause(floor, conversation)
    return agent, conversation


def seek_for_woken(
    floor: Floor, agent: AgentState | None, conversation: ConversationState | None
) -> None:
    """Offer to and of those whose pause has ended, as far as the event left them to be offered."""
    if agent is not None and floor.state.agents.get(agent.agent_id) is agent:
        seek_conversation(floor, agent)
    if conversation is not None and conversation.place is Place.WAITING:
        seek_agent(floor, conversation)


def elapse_agent_pause(floor: Floor, timer: RunningTimer) -> None:
    """No event came about the agent: it may be offered conversations again."""
    agent = floor.state.agents[timer.agent_id]
    seek_for_woken(floor, _end_agent_pause(floor, agent), None)


def elapse_conversation_pause(floor: Floor, timer: RunningTimer) -> None:
    """No event came about the conversation: it may be offered again."""
    conversation = floor.state.conversations[timer.conversation_id]
    seek_for_woken(floor, None, _end_conversation_pause(floor, conversation))


def elapse_exclusions(floor: Floor, timer: RunningTimer) -> None:
    """Ask those who did not take the conversation again, if there is nobody else to ask."""
    conversation = floor.state.conversations[timer.conversation_id]
    if conversation.place is not Place.WAITING:
        return
    if conversation.is_paused or floor.matching.has_other_available(conversation):
        ensure_exclusions_timer(floor, conversation)
        return
    floor.matching.dequeue(conversation.conversation_id)
    conversation.declined_agent_ids = ()
    floor.matching.enqueue(conversation)
    seek_agent(floor, conversation)


def _end_agent_pause(floor: Floor, agent: AgentState) -> AgentState | None:
    if not agent.is_paused:
        return None
    agent.is_paused = False
    floor.cancel_timer(agent_pause_timer_id(agent.agent_id))
    return agent


def _end_conversation_pause(
    floor: Floor, conversation: ConversationState
) -> ConversationState | None:
    if not conversation.is_paused:
        return None
    conversation.is_paused = False
    floor.cancel_timer(conversation_pause_timer_id(conversation.conversation_id))
    settle_preference(floor, conversation)
    floor.matching.enqueue(conversation)
    return conversation
