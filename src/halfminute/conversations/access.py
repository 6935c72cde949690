"""Which conversations a principal may see, and act in.

Beside what its grants cover (`identity.access`), an agent sees what waits in the queues it serves,
or for itself: who takes the next one may look at it first. So does who is asked to help in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from halfminute.contacts.errors import ContactErased
from halfminute.conversations.errors import (
    ConversationClosed,
    ConversationNotFound,
    ConversationNotYours,
)
from halfminute.conversations.tables import messages as tables
from halfminute.conversations.tables import queries as query_tables
from halfminute.conversations.types import ConversationId, MessageId, State
from halfminute.identity.access import Facts, allows
from halfminute.identity.permissions import ROLE_PERMISSIONS, Permission
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection
from halfminute.kit.event_log import Unit


class Sight(msgspec.Struct, frozen=True):
    """What of the conversations a principal may see, as a query needs it."""

    is_everything: bool
    user_id: UUID | None
    has_own: bool
    queue_ids: list[UUID]
    team_ids: list[UUID]

    @property
    def arguments(self) -> tuple[Any, ...]:
        """$1 to $5 of the statements that ask for a sight."""
        return msgspec.structs.astuple(self)


def sight_of(principal: Principal, permission: Permission = "conversation.read") -> Sight:
    """The sight that the grants of a user give; nothing for the holder of a token."""
    grants = [g for g in principal.grants if permission in ROLE_PERMISSIONS[g.role]]
    scopes = {grant.scope for grant in grants}
    return Sight(
        is_everything=principal.kind == "system" or "all" in scopes,
        user_id=principal.user_id,
        has_own="own" in scopes,
        queue_ids=[g.scope_id for g in grants if g.scope == "queue" and g.scope_id],
        team_ids=[g.scope_id for g in grants if g.scope == "team" and g.scope_id],
    )


async def may_see_conversation(
    connection: Connection, principal: Principal, conversation_id: UUID
) -> bool:
    """Whether the principal may read the conversation, or follow its stream."""
    if principal.kind == "conversation":
        return principal.conversation_id == conversation_id
    sight = sight_of(principal)
    return bool(await connection.fetchval(query_tables.IS_SEEN, *sight.arguments, conversation_id))


async def require_sight(
    connection: Connection, principal: Principal, conversation_id: UUID
) -> None:
    """Raises ConversationNotFound for what is not there or not to be seen."""
    if not await may_see_conversation(connection, principal, conversation_id):
        raise ConversationNotFound


class Locked(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation under its lock, with what a verb needs to know of it."""

    id: ConversationId
    state: State
    agent_id: UUID | None
    queue_id: UUID | None
    # Whom alone it waits for.
    target_agent_id: UUID | None
    address_id: UUID
    channel_account_id: UUID
    channel_kind: str
    is_solved: bool | None
    disposition_code: str | None
    team_id: UUID | None
    # How its queue wraps up; None where it has no queue.
    wrap_up: Literal["none", "fixed", "open"] | None
    is_reachable: bool
    unreachable_reason: str
    # Until when the channel lets us answer, if it sets an end.
    reply_until: datetime | None
    is_reply_window_closed: bool
    # Its customer is silent, or has come back out of that and not been answered.
    is_silent_or_back: bool
    # What the owner of the account lets us do in whose chats it is; None where it is our own.
    is_connected: bool | None
    can_reply: bool | None
    can_delete: bool | None
    is_erased: bool
    # The caller serves its queue.
    is_member: bool
    # Whether the caller is asked to help in it, or helps.
    consult_state: Literal["asked", "active"] | None
    # What the caller's client id was used for already.
    known_message_id: MessageId | None

    @property
    def facts(self) -> Facts:
        """What scopes are compared with."""
        return Facts(
            agent_id=self.agent_id,
            team_id=self.team_id,
            queue_id=self.queue_id,
            conversation_id=self.id,
        )


async def lock_conversation(
    unit: Unit, principal: Principal, conversation_id: UUID, *, client_id: UUID | None = None
) -> Locked:
    """Lock the row until the commit. Raises ConversationNotFound also for what is not to be seen.

    Whatever else is read of the conversation is read after the lock, so it is the present.
    """
    row = await unit.connection.fetchrow(tables.LOCK, conversation_id)
    if row is None:
        raise ConversationNotFound
    facts = await unit.connection.fetchrow(
        tables.FACTS,
        conversation_id,
        row["address_id"],
        row["agent_id"],
        row["queue_id"],
        principal.user_id,
        client_id,
    )
    if facts is None:
        raise ConversationNotFound
    locked = Locked(**row, **facts)
    if not _may_see(principal, locked):
        raise ConversationNotFound
    return locked


def require_not_erased(locked: Locked) -> None:
    """Raises ContactErased: no word may come to a conversation whose words were erased."""
    if locked.is_erased:
        raise ContactErased


def require_hold(principal: Principal, permission: Permission, locked: Locked) -> None:
    """Raises ContactErased, ConversationClosed, or ConversationNotYours: another's to act in."""
    require_not_erased(locked)
    if locked.state == "closed":
        raise ConversationClosed
    if not allows(principal, permission, locked.facts):
        raise ConversationNotYours(agent_id=locked.agent_id)


def _may_see(principal: Principal, locked: Locked) -> bool:
    if allows(principal, "conversation.read", locked.facts):
        return True
    is_meant = principal.user_id is not None and locked.target_agent_id == principal.user_id
    waits_for_us = (locked.is_member or is_meant) and locked.state in ("queued", "offered")
    is_ours_to_see = waits_for_us or locked.consult_state is not None
    return is_ours_to_see and sight_of(principal).has_own
