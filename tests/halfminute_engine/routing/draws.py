"""What the machines of properties draw from: few of each, so that events often meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    QueueId,
    Requirement,
    WrapUp,
    WrapUpKind,
)

SECOND = 1_000_000

agent_ids = st.sampled_from([AgentId(f"a{number}") for number in range(5)])
conversation_ids = st.sampled_from([ConversationId(f"c{number}") for number in range(12)])
kinds = st.sampled_from(["chat", "email", "voice", "fax"])
queue_ids = st.sampled_from([QueueId(f"q{number}") for number in range(3)])

skills = st.dictionaries(st.sampled_from(["ru", "en"]), st.integers(1, 2)).map(
    lambda items: tuple(items.items())
)
capacities = st.sampled_from(
    [
        Capacity(100, (("chat", 34), ("email", 20), ("voice", 100))),
        Capacity(70, (("chat", 34), ("email", 0))),
        Capacity(200, (("voice", 100), ("chat", 50))),
        Capacity(
            100,
            (("chat", 34), ("email", 20), ("voice", 100)),
            interrupts=(("voice", ("email", "chat")), ("chat", ("email",))),
            limits=(("chat", 1), ("email", 2)),
        ),
    ]
)
wrap_ups = st.sampled_from(
    [WrapUp(), WrapUp(WrapUpKind.FIXED, 7 * SECOND, SECOND), WrapUp(WrapUpKind.OPEN)]
)
queue_rules = st.sampled_from(
    [
        {},
        {"silence_us_by_kind": (("chat", 3 * SECOND),), "return_wait_us": 0},
        {"keep_after_us": 2 * SECOND},
        {"keep_after_us": 0},
        {"silence_us_by_kind": (("chat", 3 * SECOND), ("email", SECOND))},
    ]
)
pauses = st.sampled_from([0, 1, SECOND, 4 * SECOND, 31 * SECOND])


def distinct(items: Any, most: int = 3) -> Any:
    return st.lists(items, unique=True, max_size=most).map(tuple)


wishes = st.fixed_dictionaries(
    {},
    optional={
        "requirements": skills.map(
            lambda items: tuple(Requirement(skill, level) for skill, level in items)
        ),
        "priority_credit_us": st.integers(0, 4).map(lambda seconds: seconds * SECOND),
        "excluded_agent_ids": distinct(agent_ids, 2),
        "preferred_agent_id": agent_ids,
        "preferred_in_us": st.sampled_from([0, 5 * SECOND, 40 * SECOND]),
        "entered_ago_us": st.sampled_from([0, 7 * SECOND]),
    },
)
