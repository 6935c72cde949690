"""Ends a session."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import IDENTITY_TOPIC
from halfminute.kit.event_log import EventLog


async def sign_out(log: EventLog, principal: Principal) -> None:
    """End the principal's session everywhere; nothing happens if it has ended already."""
    async with log.write() as unit:
        ended = await unit.connection.fetchval(tables.REVOKE_SESSION, principal.session_id)
        if ended is not None:
            await record_audit(unit, principal, "sign_out", "session", principal.session_id)
            unit.wake(IDENTITY_TOPIC)
