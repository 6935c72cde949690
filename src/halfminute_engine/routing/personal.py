"""The conversations that wait for one agent alone, beside the lines of those that anybody may take.

There are few of them for any agent, so the first is found by looking at all.
"""

from __future__ import annotations

from collections.abc import Callable

from halfminute_engine.routing.state import NO_AGENT, ConversationState
from halfminute_engine.routing.values import AgentId, ConversationId


class PersonalLines:
    """By agent and channel kind, the keys of those that wait for it."""

    def __init__(self) -> None:
        self.place_of: dict[ConversationId, tuple[AgentId, str]] = {}
        self._keys: dict[AgentId, dict[str, dict[ConversationId, int]]] = {}

    def add(self, conversation: ConversationState) -> None:
        """The conversation waits for its preferred agent."""
        agent_id = conversation.preferred_agent_id or NO_AGENT
        kind = conversation.channel_kind
        self.place_of[conversation.conversation_id] = agent_id, kind
        by_kind = self._keys.setdefault(agent_id, {})
        by_kind.setdefault(kind, {})[conversation.conversation_id] = conversation.key

    def discard(self, conversation_id: ConversationId) -> None:
        """The conversation waits for that agent no more."""
        agent_id, kind = self.place_of.pop(conversation_id)
        by_kind = self._keys[agent_id]
        del by_kind[kind][conversation_id]
        if not by_kind[kind]:
            del by_kind[kind]
        if not by_kind:
            del self._keys[agent_id]

    def find_first(
        self, agent_id: AgentId, has_room: Callable[[str], bool]
    ) -> ConversationId | None:
        """The first of a kind for which the agent has room, None when there is none."""
        by_kind = self._keys.get(agent_id)
        if by_kind is None:
            return None
        firsts = [
            min((key, conversation_id) for conversation_id, key in keys.items())
            for kind, keys in by_kind.items()
            if has_room(kind)
        ]
        return min(firsts)[1] if firsts else None

    def list_of(self, agent_id: AgentId) -> list[ConversationId]:
        """All that wait for the agent, the first first."""
        by_kind = self._keys.get(agent_id, {})
        ranked = sorted((key, item) for keys in by_kind.values() for item, key in keys.items())
        return [conversation_id for _, conversation_id in ranked]

    def count_ahead(self, conversation: ConversationState) -> int:
        """How many of its kind go before the conversation at its agent."""
        agent_id, kind = self.place_of[conversation.conversation_id]
        return sum(key < conversation.key for key in self._keys[agent_id][kind].values())
