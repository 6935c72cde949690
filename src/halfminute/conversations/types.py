"""The words of conversations: ids, states and values."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NewType
from uuid import UUID

import msgspec

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressId, ContactId

ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)

State = Literal["new", "queued", "offered", "active", "wrap_up", "closed"]
# Whose word is waited for.
Awaiting = Literal["customer", "agent", "nobody"]
# How an agent came to have a conversation. `reopen`: the customer wrote again during the wrap-up.
AssignedBy = Literal["offer", "pull", "reassign", "reopen"]

# What has become of a transfer; the first three wait for somebody to take it.
TransferOutcome = Literal["waiting", "declined", "timed_out", "taken", "given", "moved", "ended"]

# Of a consult: asked and active ones are open.
ConsultState = Literal["asked", "active", "declined", "timed_out", "withdrawn", "ended"]

Direction = Literal["in", "out", "internal", "system"]
# `account_owner`: whose own account a business connection is with, writing by themselves.
AuthorKind = Literal["contact", "agent", "assistant", "system", "account_owner"]
Delivery = Literal["queued", "sending", "sent", "delivered", "read", "failed", "unknown"]

# What an agent wants changed of a message that the provider has, and how that goes: what is done is
# no wish any more.
ChangeKind = Literal["edit", "delete"]
ChangeState = Literal["pending", "failed"]


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One matter with a contact, as it stands in its row."""

    id: ConversationId
    contact_id: ContactId
    address_id: AddressId
    channel_account_id: ChannelAccountId
    channel_kind: str
    queue_id: UUID | None
    state: State
    awaiting: Awaiting
    agent_id: UUID | None
    opened_at: datetime
    queued_at: datetime | None
    assigned_at: datetime | None
    first_customer_message_at: datetime | None
    first_reply_at: datetime | None
    unanswered_since: datetime | None
    is_solved: bool | None
    solved_at: datetime | None
    disposition_code: str | None
    wrap_up_at: datetime | None
    closed_at: datetime | None
    # Since when its customer is silent; of an active one.
    silent_since: datetime | None
    reopened_count: int
    version: int
