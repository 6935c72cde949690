"""What transfers look like on the wire."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.conversations.types import TransferOutcome
from halfminute.kit.time import Moment


class TransferView(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody's word took a conversation from one to another, and what became of it.

    It waits in the queue. With a target and `target_until` it is that agent's alone to take until
    then, unless `declined` or `timed_out` says that the agent has not. `taken`: `taken_by` has it
    by an offer or from the queue; `given`: without being asked. `moved`: it went on elsewhere from
    there. `ended`: it was over before anybody took it.
    """

    id: UUID
    conversation_id: UUID
    contact_name: str
    transferred_by: UUID | None
    from_agent_id: UUID | None
    from_agent_name: str | None
    queue_id: UUID | None
    queue_name: str | None
    target_agent_id: UUID | None
    target_agent_name: str | None
    target_until: Moment | None
    outcome: TransferOutcome
    taken_by: UUID | None
    taken_by_name: str | None
