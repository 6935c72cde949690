"""Who acts: a user, the holder of a conversation's token, a program, or Halfminute itself."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from halfminute.identity.permissions import Permission
from halfminute.identity.types import ApiTokenId, PrincipalKind, Role, Scope, SessionId, UserId


class Grant(msgspec.Struct, frozen=True):
    """A role within a scope; `scope_id` names the team or the queue."""

    role: Role
    scope: Scope
    scope_id: UUID | None = None


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """The one in whose name something is done."""

    kind: PrincipalKind
    name: str
    user_id: UserId | None = None
    session_id: SessionId | None = None
    email: str = ""
    language: str = ""
    grants: tuple[Grant, ...] = ()
    conversation_id: UUID | None = None
    # Of a program that called with an API token, and what that allows, everywhere.
    api_token_id: ApiTokenId | None = None
    token_permissions: frozenset[Permission] = frozenset()

    @property
    def actor_id(self) -> UUID | None:
        """What an audit row names as the actor."""
        return self.user_id or self.conversation_id or self.api_token_id


SYSTEM: Final = Principal(kind="system", name="Halfminute")
