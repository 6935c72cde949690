"""Shuts a program out again."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.errors import NotFound
from halfminute.kit.event_log import EventLog


async def revoke_api_token(log: EventLog, principal: Principal, name: str) -> None:
    """End the token in use of this name, within a few seconds everywhere. Raises NotFound."""
    require(principal, "user.configure")
    async with log.write() as unit:
        token_id = await unit.connection.fetchval(tables.REVOKE_API_TOKEN, name)
        if token_id is None:
            raise NotFound(f"There is no API token {name}.", name=name)
        details = {"name": name}
        await record_audit(unit, principal, "revoke_api_token", "api_token", token_id, details)
