"""Takes a role from a user."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.access import require
from halfminute.identity.actions.grant_role import describe_grant
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.sessions import IDENTITY_TOPIC
from halfminute.identity.types import UserId
from halfminute.kit.errors import NotFound
from halfminute.kit.event_log import EventLog


async def revoke_role(log: EventLog, principal: Principal, user_id: UserId, grant: Grant) -> None:
    """Take it, within seconds also from open screens. Raises NotFound if it was not held."""
    require(principal, "user.configure")
    async with log.write() as unit:
        held = await unit.connection.fetchval(
            tables.DELETE_GRANT, user_id, grant.role, grant.scope, grant.scope_id
        )
        if held is None:
            raise NotFound
        await record_audit(unit, principal, "revoke_role", "user", user_id, describe_grant(grant))
        unit.wake(IDENTITY_TOPIC)
