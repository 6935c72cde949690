"""Conversations in which an agent waits for the customer: they free its capacity for a while.

The agent has spoken last, and the customer has answered nothing for as long as the queue allows:
the conversation is silent. It stays its agent's. As soon as either of them speaks again the rows
count it as ever, also above the agent's limit, for nobody is refused a word; whether the agent is
given anything else meanwhile, and how long the customer waits for the agent, the router decides
(`halfminute_engine.routing.silence`), and it may give the conversation back to its queue.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.conversations.tables import silence as tables
from halfminute.kit.event_log import EventLog, Unit, stream_name

_MOST_AT_ONCE: Final = 200


class SilenceSweep:
    """To be run every second or so, by `run_once`, in any number of processes."""

    def __init__(self, log: EventLog) -> None:
        """Writes what it finds to `log`."""
        self._log = log

    async def run_once(self) -> int:
        """How many have fallen silent. Raises DatabaseUnavailable."""
        async with self._log.write() as unit:
            rows = await unit.connection.fetch(tables.FALL_SILENT, _MOST_AT_ONCE)
            for row in rows:
                _tell_silence(unit, row["id"], row["agent_id"])
        return len(rows)


def _tell_silence(unit: Unit, conversation_id: UUID, agent_id: UUID) -> None:
    data = {"conversation_id": str(conversation_id), "agent_id": str(agent_id)}
    unit.record("ConversationFellSilent", data, *_streams(conversation_id, agent_id))


def tell_end_of_silence(
    unit: Unit, conversation_id: UUID, agent_id: UUID | None, *, is_by_agent: bool
) -> None:
    """Somebody has spoken in a silent conversation, or its agent in one whose customer is back.

    The row says so already.
    """
    data = {
        "conversation_id": str(conversation_id),
        "agent_id": str(agent_id),
        "is_by_agent": is_by_agent,
    }
    unit.record("SilenceEnded", data, *_streams(conversation_id, agent_id))


def _streams(conversation_id: UUID, agent_id: UUID | None) -> tuple[str, str]:
    return stream_name("conversation", conversation_id), stream_name("agent", str(agent_id))
