"""The one answer to "may this principal do that to this": for routes, actions and streams alike.

A grant gives its role's permissions within its scope: `all` without a limit, `own` where the agent
is the user, `team` and `queue` where the thing belongs to that team or queue.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.identity.permissions import ROLE_PERMISSIONS, Permission
from halfminute.identity.principals import Grant, Principal
from halfminute.kit.errors import Forbidden, NotFound

_READ_OF = {
    "conversation": "conversation.read",
    "contact": "contact.read",
    "contact_link": "contact_link.create",
    "file": "file.read",
    "rating": "rating.read",
    "report": "report.read",
    "queue": "queue.read",
    "agent": "agent.read",
    "channel": "channel.read",
    "user": "user.read",
    "audit": "audit.read",
}


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the thing that is asked for; None where it has no such owner."""

    agent_id: UUID | None = None
    team_id: UUID | None = None
    queue_id: UUID | None = None
    conversation_id: UUID | None = None


NOTHING_KNOWN = Facts()


def has_permission(principal: Principal, permission: Permission) -> bool:
    """Whether some role of the principal holds the permission, in whatever scope."""
    if principal.kind == "system":
        return True
    if principal.kind == "api_token":
        return permission in principal.token_permissions
    return any(permission in ROLE_PERMISSIONS[grant.role] for grant in principal.grants)


def allows(principal: Principal, permission: Permission, facts: Facts) -> bool:
    """Whether a grant holds the permission and its scope covers these facts.

    The holder of a conversation's token may read that conversation and its files, and nothing else.
    """
    if principal.kind == "system":
        return True
    if principal.kind == "conversation":
        is_own = facts.conversation_id is not None
        is_own = is_own and facts.conversation_id == principal.conversation_id
        return is_own and permission in ("conversation.read", "file.read")
    if principal.kind == "api_token":
        return permission in principal.token_permissions
    return any(
        permission in ROLE_PERMISSIONS[grant.role] and _covers(grant, principal, facts)
        for grant in principal.grants
    )


def require(principal: Principal, permission: Permission, facts: Facts = NOTHING_KNOWN) -> None:
    """Return if allowed. Raises NotFound for who may not even see it, else Forbidden."""
    if allows(principal, permission, facts):
        return
    read = _READ_OF[permission.partition(".")[0]]
    if read != permission and allows(principal, read, facts):  # type: ignore[arg-type]
        raise Forbidden
    raise NotFound


def list_permissions(principal: Principal) -> list[Permission]:
    """Every permission the principal holds in some scope, sorted."""
    held: set[Permission] = set()
    for grant in principal.grants:
        held |= ROLE_PERMISSIONS[grant.role]
    return sorted(held)


def _covers(grant: Grant, principal: Principal, facts: Facts) -> bool:
    match grant.scope:
        case "all":
            return True
        case "own":
            return facts.agent_id is not None and facts.agent_id == principal.user_id
        case "team":
            return facts.team_id is not None and facts.team_id == grant.scope_id
        case "queue":
            return facts.queue_id is not None and facts.queue_id == grant.scope_id
