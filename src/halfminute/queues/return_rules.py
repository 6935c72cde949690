"""What a queue does so that a customer who comes back finds the agent who knows the matter.

What the settings mean to the router is told by the engine's `silence` and `preferences`.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Seconds = Annotated[int, msgspec.Meta(ge=1, le=604_800)]
# A day at the longest: nobody is to wait for one agent for longer.
Wait = Annotated[int, msgspec.Meta(ge=0, le=86_400)]


class ReturnRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it. What is left out takes its default, by which nothing falls silent.

    `silence_seconds`: a conversation in which the customer has answered nothing for so long is
    silent, and takes none of its agent's capacity; None: never. `return_wait_seconds`: for so long
    who comes back out of that waits for its agent to have room, and then in the queue.

    `last_agent_seconds`: who writes again so soon after the end is given to the agent who had the
    conversation; None: to anybody. `last_agent_wait_seconds`: for so long it waits for that agent
    alone; 0: that agent is asked first, and is not waited for.
    """

    silence_seconds: Seconds | None = None
    return_wait_seconds: Wait = 60
    last_agent_seconds: Seconds | None = None
    last_agent_wait_seconds: Wait = 60
