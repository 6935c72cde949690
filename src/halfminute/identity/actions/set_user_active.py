"""Shuts a user out, or lets one in again."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import IDENTITY_TOPIC
from halfminute.identity.types import UserId
from halfminute.kit.errors import NotFound
from halfminute.kit.event_log import EventLog


async def set_user_active(
    log: EventLog, principal: Principal, user_id: UserId, *, is_active: bool
) -> None:
    """Who is not active cannot sign in, and is cut off within seconds. Raises NotFound."""
    require(principal, "user.configure")
    async with log.write() as unit:
        if await unit.connection.fetchval(tables.SET_ACTIVE, user_id, is_active) is None:
            raise NotFound
        if not is_active:
            await unit.connection.execute(tables.REVOKE_SESSIONS_OF_USER, user_id)
        details = {"is_active": is_active}
        await record_audit(unit, principal, "set_user_active", "user", user_id, details)
        unit.wake(IDENTITY_TOPIC)
