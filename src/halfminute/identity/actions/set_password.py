"""Gives a user a new password."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.passwords import check_password_fits, hash_password
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import IDENTITY_TOPIC
from halfminute.identity.types import UserId
from halfminute.kit.errors import NotFound
from halfminute.kit.event_log import EventLog


async def set_password(log: EventLog, principal: Principal, user_id: UserId, password: str) -> None:
    """Change it and end all the user's sessions. Raises NotFound, UnfitPassword.

    Users may change their own; those of others need `user.configure`.
    """
    if principal.user_id != user_id:
        require(principal, "user.configure")
    check_password_fits(password)
    password_hash = await hash_password(password)
    async with log.write() as unit:
        found = await unit.connection.fetchval(tables.SET_PASSWORD_HASH, user_id, password_hash)
        if found is None:
            raise NotFound
        await unit.connection.execute(tables.REVOKE_SESSIONS_OF_USER, user_id)
        await record_audit(unit, principal, "set_password", "user", user_id)
        unit.wake(IDENTITY_TOPIC)
