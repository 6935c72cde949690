"""The identifiers and closed sets of identity."""

from __future__ import annotations

from typing import Literal, NewType, TypeAlias
from uuid import UUID

UserId = NewType("UserId", UUID)
SessionId = NewType("SessionId", UUID)
ApiTokenId = NewType("ApiTokenId", UUID)

Role: TypeAlias = Literal["admin", "supervisor", "agent"]
Scope: TypeAlias = Literal["own", "team", "queue", "all"]
PrincipalKind: TypeAlias = Literal["user", "conversation", "api_token", "system"]
