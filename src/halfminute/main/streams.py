"""The streams that screens follow, and the views that are joined to their events."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, get_args, get_type_hints

import msgspec

from halfminute.agents.projectors import AGENT_EVENTS, fetch_agents, may_follow_agent
from halfminute.conversations.access import may_see_conversation
from halfminute.conversations.projectors import (
    fetch_consults,
    fetch_conversations,
    fetch_messages,
    fetch_transfers,
)
from halfminute.queues.projectors import QUEUE_EVENTS, fetch_queues, may_follow_queue
from halfminute.realtime.authority import Check
from halfminute.realtime.projection import Fetch
from halfminute.routing.projectors import fetch_offers

# Who may follow a stream, by its kind.
AUTHORISERS: Final[dict[str, Check]] = {
    "conversation": may_see_conversation,
    "agent": may_follow_agent,
    "queue": may_follow_queue,
}


class Projector(NamedTuple):
    """Where data has `key`, `fetch` gives the view that is joined as `view_name`."""

    key: str
    view_name: str
    fetch: Fetch
    # The types of events that it is joined to; None for all.
    events: Collection[str] | None = None

    @property
    def view(self) -> type[msgspec.Struct]:
        """The shape of the view, as `fetch` says it."""
        _id, view = get_args(get_type_hints(self.fetch)["return"])
        return view  # type: ignore[no-any-return]


PROJECTORS: Final = (
    Projector("conversation_id", "conversation", fetch_conversations),
    Projector("message_id", "message", fetch_messages),
    Projector("consult_id", "consult", fetch_consults),
    Projector("transfer_id", "transfer", fetch_transfers),
    Projector("offer_id", "offer", fetch_offers),
    Projector("agent_id", "agent", fetch_agents, AGENT_EVENTS),
    Projector("queue_id", "queue", fetch_queues, QUEUE_EVENTS),
)
