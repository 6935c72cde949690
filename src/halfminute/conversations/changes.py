"""What an agent may change of a message that the provider has, and how it is asked for.

The newest wish stands in `message_changes` until the provider has taken it: only then the message
itself is another. A newer wish takes the place of an older one, and a deletion that of an edit. An
edit cannot take the place of a deletion, which may be done already.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from halfminute.conversations.access import Locked, lock_conversation, require_hold
from halfminute.conversations.errors import MessageNotFound, MessageNotOurs, MessageNotSent
from halfminute.conversations.tables import changes as tables
from halfminute.conversations.types import ChangeKind, ChangeState, Delivery, MessageId
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.sdk.model import Part, read_parts

_HAD_BY_PROVIDER: Final[tuple[Delivery, ...]] = ("sent", "delivered", "read")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A wish that is not fulfilled yet; `parts` are the new words of an edit."""

    id: UUID
    kind: ChangeKind
    state: ChangeState
    parts: tuple[Part, ...] | None


class Changeable(msgspec.Struct, frozen=True, kw_only=True):
    """A message of an agent's that the provider has, under its lock and its conversation's."""

    id: MessageId
    conversation: Locked
    parts: tuple[Part, ...]
    revision: int
    is_deleted: bool
    change: Change | None

    @property
    def pending(self) -> Change | None:
        """The change that is under way."""
        is_pending = self.change is not None and self.change.state == "pending"
        return self.change if is_pending else None

    @property
    def is_being_deleted(self) -> bool:
        """Whether a deletion is under way."""
        return self.pending is not None and self.pending.kind == "delete"


def changes_topic(channel_account_id: UUID) -> str:
    """The bell that rings when something that this account has sent is to be changed."""
    return f"changes:{channel_account_id}"


async def lock_changeable(
    unit: Unit, principal: Principal, conversation_id: UUID, message_id: UUID
) -> Changeable:
    """The message, until the commit.

    Raises ConversationNotFound, ConversationClosed, ConversationNotYours, MessageNotFound,
    MessageNotOurs, MessageNotSent.
    """
    locked = await lock_conversation(unit, principal, conversation_id)
    require_hold(principal, "conversation.reply", locked)
    row = await unit.connection.fetchrow(tables.LOCK_SENT, message_id, conversation_id)
    if row is None:
        raise MessageNotFound
    if (row["direction"], row["author_kind"]) != ("out", "agent"):
        raise MessageNotOurs
    if row["delivery"] not in _HAD_BY_PROVIDER or row["external_id"] is None:
        raise MessageNotSent(delivery=row["delivery"])
    return Changeable(
        id=MessageId(message_id),
        conversation=locked,
        parts=read_parts(row["parts"]),
        revision=row["revision"],
        is_deleted=row["deleted_at"] is not None,
        change=await _find_change(unit, message_id),
    )


async def request_change(
    unit: Unit,
    principal: Principal,
    message: Changeable,
    kind: ChangeKind,
    parts: tuple[Part, ...] | None = None,
) -> None:
    """Put the wish in the place of an earlier one, and wake who carries it out."""
    conversation = message.conversation
    await unit.connection.execute(
        tables.PUT_CHANGE,
        message.id,
        new_id(),
        conversation.id,
        conversation.channel_account_id,
        kind,
        parts,
        principal.user_id,
    )
    data = {
        "conversation_id": str(conversation.id),
        "message_id": str(message.id),
        "agent_id": str(principal.user_id),
    }
    unit.record("MessageChangeRequested", data, stream_name("conversation", conversation.id))
    unit.wake(changes_topic(conversation.channel_account_id))


async def _find_change(unit: Unit, message_id: UUID) -> Change | None:
    row = await unit.connection.fetchrow(tables.FIND_CHANGE, message_id)
    if row is None:
        return None
    return Change(
        id=row["id"],
        kind=row["kind"],
        state=row["state"],
        parts=None if row["parts"] is None else read_parts(row["parts"]),
    )
