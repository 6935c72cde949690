"""Lets the first person in."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from halfminute.identity import tables
from halfminute.identity.actions.create_user import insert_user
from halfminute.identity.actions.grant_role import insert_grant
from halfminute.identity.audit import record_audit
from halfminute.identity.passwords import hash_password
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.event_log import EventLog

_EMAIL = "admin@halfminute.local"


class GeneratedPassword(NamedTuple):
    """Told once, on the screen of who started Halfminute; only its hash is stored."""

    email: str
    password: str


async def ensure_first_admin(log: EventLog, *, email: str = _EMAIL) -> GeneratedPassword | None:
    """An administrator with a random password where there is no user yet, else None.

    Several processes may call it at once; one of them makes the user.
    """
    async with log.database.connection() as connection:
        if await connection.fetchval(tables.HAS_USERS):
            return None
    password = secrets.token_urlsafe(12)
    password_hash = await hash_password(password)
    async with log.write() as unit:
        await unit.connection.execute(tables.LOCK_USERS)
        if await unit.connection.fetchval(tables.HAS_USERS):
            return None
        user_id = await insert_user(unit, email, "Administrator", password_hash, "en")
        await insert_grant(unit, user_id, Grant("admin", "all"))
        await record_audit(unit, SYSTEM, "ensure_first_admin", "user", user_id)
    return GeneratedPassword(email, password)
