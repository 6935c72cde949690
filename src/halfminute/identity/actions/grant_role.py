"""Gives a user a role within a scope."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.queries import get_user
from halfminute.identity.sessions import IDENTITY_TOPIC
from halfminute.identity.types import UserId
from halfminute.kit.errors import InvalidRequest
from halfminute.kit.event_log import EventLog, Unit


async def grant_role(log: EventLog, principal: Principal, user_id: UserId, grant: Grant) -> None:
    """Give it; nothing happens to who has it already. Raises NotFound, InvalidRequest."""
    require(principal, "user.configure")
    async with log.write() as unit:
        await get_user(unit.connection, user_id)
        await insert_grant(unit, user_id, grant)
        await record_audit(unit, principal, "grant_role", "user", user_id, describe_grant(grant))
        unit.wake(IDENTITY_TOPIC)


async def insert_grant(unit: Unit, user_id: UserId, grant: Grant) -> None:
    """The row. Raises InvalidRequest for a scope without the id it needs."""
    if (grant.scope in ("team", "queue")) != (grant.scope_id is not None):
        raise InvalidRequest("a team or a queue is named by scope_id, and nothing else is")
    await unit.connection.execute(
        tables.INSERT_GRANT, user_id, grant.role, grant.scope, grant.scope_id
    )


def describe_grant(grant: Grant) -> dict[str, str]:
    """A grant as an audit row tells it."""
    told = {"role": grant.role, "scope": grant.scope}
    return told | ({"scope_id": str(grant.scope_id)} if grant.scope_id else {})
