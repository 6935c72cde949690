"""The few ids from which the machines of properties draw, so that events often meet."""

from __future__ import annotations

from hypothesis import strategies as st

from halfminute_engine.routing.values import AgentId, ConversationId, QueueId

SECOND = 1_000_000

agent_ids = st.sampled_from([AgentId(f"a{number}") for number in range(5)])
conversation_ids = st.sampled_from([ConversationId(f"c{number}") for number in range(12)])
kinds = st.sampled_from(["chat", "email", "voice", "fax"])
queue_ids = st.sampled_from([QueueId(f"q{number}") for number in range(3)])
