"""An agent is kept for a conversation that fits nowhere, so that small ones do not starve it.

A call waits for an agent who has nothing else, and every agent who ends a chat is given the next
one: the call would wait for ever. So once a conversation counts as having waited `keep_after_us` of
its queue, the first agent who would be given something that comes after it, and who lacks nothing
but room for it, is kept for it. That agent is offered nothing until there is room, and then what
comes first, like anybody. When the conversation finds another agent sooner, or waits no more, the
agent is kept no longer.

What comes after it is said by `ordering`, as ever. Nobody is kept for what waits for one agent
alone, which has an end; nor from it, since that agent has it before anything else.

For a line one agent is kept at a time, by its head.
"""

from __future__ import annotations

from halfminute_engine.routing.capacity import has_room
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.state import AgentState, ConversationState


def keep_for_starving(floor: Floor, agent: AgentState, conversation: ConversationState) -> bool:
    """Whether the agent is, instead of being offered the conversation, kept for an earlier one."""
    if conversation.preferred_until_us is not None:
        return False
    starving_id = floor.matching.find_starving(agent, conversation, floor.now_us)
    if starving_id is None:
        return False
    floor.state.conversations[starving_id].keeping_agent_id = agent.agent_id
    agent.kept_for_id = starving_id
    floor.matching.keep(starving_id, is_kept=True)
    floor.matching.refresh(agent)
    return True


def end_keeping_with_room(floor: Floor, agent: AgentState) -> None:
    """The agent is kept no more if it has room now for whom it was kept."""
    if agent.kept_for_id is None:
        return
    conversation = floor.state.conversations[agent.kept_for_id]
    if has_room(agent, conversation.channel_kind):
        _let_go(floor, agent, conversation)


def end_keeping(floor: Floor, conversation: ConversationState) -> None:
    """The conversation, in its line yet, needs nobody kept for it.

    Who was kept is to be offered work when the event has been handled.
    """
    if conversation.keeping_agent_id is not None:
        agent = floor.state.agents[conversation.keeping_agent_id]
        _let_go(floor, agent, conversation)
        floor.let_go_agents.append(agent)


def stop_being_kept(floor: Floor, agent: AgentState) -> None:
    """The agent cannot be kept for anybody as it is now."""
    if agent.kept_for_id is not None:
        end_keeping(floor, floor.state.conversations[agent.kept_for_id])


def _let_go(floor: Floor, agent: AgentState, conversation: ConversationState) -> None:
    conversation.keeping_agent_id = agent.kept_for_id = None
    floor.matching.keep(conversation.conversation_id, is_kept=False)
