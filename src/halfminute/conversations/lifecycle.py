"""The lifecycle of a conversation: where it can be, and what moves it, as data.

    new ----queue----> queued ----offer----> offered ---assign---> active
     |                  |  ^                    |                  |   |
     |                  |  +-------return-------+     start_wrap_up|   |close
     |                  +--------assign (a pull)------> active     v   |
     |                                                 wrap_up     |   |
     |                             active <--resume------+         |   |
     |                                                   |finish   |   |
     +-------------------------close------------------> closed <---+---+
                                                         |
     new <----------------------reopen-------------------+

What is queued may also be moved to another queue (`requeue`), where it waits with its age; so may
what rings or is answered, by somebody's word (`transfer`). What an agent has whose customer has
come back out of silence, and for whom the agent has no room, goes back to its queue (`give_back`).

Each move is a compare-and-set: it changes the row only from a state in which the verb is allowed
(and from the version the caller has read, where given), so that of two who try at once one wins.
Each records its facts on the streams of all who must know. A move that changes what an agent holds
raises that agent's load version, after the conversation's row is locked and before the streams.

A customer who writes during the wrap-up gets the same agent back at once (`resume`): the matter is
not over, and the agent still has it in mind. What the closing said is cleared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, Literal, NoReturn

import asyncpg

from halfminute.conversations.errors import ConversationChanged, ConversationNotFound
from halfminute.conversations.tables import transitions as tables
from halfminute.conversations.types import ConversationId, State
from halfminute.kit.event_log import Unit

Verb = Literal[
    "open",
    "queue",
    "requeue",
    "transfer",
    "offer",
    "return",
    "assign",
    "give_back",
    "start_wrap_up",
    "resume",
    "finish_wrap_up",
    "close",
    "reopen",
]

LIFECYCLE: Final[Mapping[tuple[State | None, Verb], State]] = {
    (None, "open"): "new",
    ("new", "queue"): "queued",
    ("queued", "requeue"): "queued",
    ("queued", "transfer"): "queued",
    ("offered", "transfer"): "queued",
    ("active", "transfer"): "queued",
    ("queued", "offer"): "offered",
    ("offered", "return"): "queued",
    ("offered", "assign"): "active",
    ("queued", "assign"): "active",
    ("new", "assign"): "active",
    ("active", "assign"): "active",
    ("active", "give_back"): "queued",
    ("active", "start_wrap_up"): "wrap_up",
    ("wrap_up", "resume"): "active",
    ("wrap_up", "finish_wrap_up"): "closed",
    ("active", "close"): "closed",
    ("offered", "close"): "closed",
    ("queued", "close"): "closed",
    ("new", "close"): "closed",
    ("closed", "reopen"): "new",
}

FROM: Final[dict[Verb, list[State]]] = {}
"""From which states a verb is allowed."""

TO: Final[dict[Verb, State]] = {}
"""To which state it leads, wherever from."""

for (_state, _verb), _target in LIFECYCLE.items():
    FROM.setdefault(_verb, []).extend([_state] if _state else [])
    TO[_verb] = _target


async def fetch_moved(
    unit: Unit,
    statement: str,
    verb: Verb,
    conversation_id: ConversationId,
    *values: object,
    from_states: Collection[State] | None = None,
    expected_version: int | None = None,
) -> asyncpg.Record | None:
    """The row after the move of the statement; None where the verb is not allowed any more."""
    allowed = FROM[verb]
    if from_states is not None:
        allowed = [state for state in allowed if state in from_states]
    return await unit.connection.fetchrow(
        statement, conversation_id, allowed, TO[verb], expected_version, *values
    )


async def refuse(unit: Unit, conversation_id: ConversationId) -> NoReturn:
    """Raise what a move is refused by: ConversationNotFound, ConversationChanged."""
    row = await unit.connection.fetchrow(tables.GET, conversation_id)
    if row is None:
        raise ConversationNotFound
    raise ConversationChanged(state=row["state"], version=row["version"])
