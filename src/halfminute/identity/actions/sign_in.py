"""Opens a session for who knows the password."""

from __future__ import annotations

from typing import NamedTuple

from halfminute.identity import tables
from halfminute.identity.audit import record_audit
from halfminute.identity.errors import WrongCredentials
from halfminute.identity.passwords import hash_password, verify_password
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import IDLE_SECONDS, hash_token, make_token
from halfminute.identity.throttle import Attempt, begin_attempt, forgive_attempt
from halfminute.identity.types import SessionId, UserId
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id


class Opened(NamedTuple):
    """A new session. The token is told to the browser and stored nowhere."""

    token: str
    session_id: SessionId


async def sign_in(
    log: EventLog, *, email: str, password: str, ip: str | None, user_agent: str = ""
) -> Opened:
    """A session. Raises WrongCredentials, TooManyLogins.

    An unknown user is answered as a wrong password is, after the same work.
    """
    attempt = await begin_attempt(log.database, email, ip)
    async with log.database.connection() as connection:
        row = await connection.fetchrow(tables.FIND_CREDENTIALS, email.strip())
    stored = row["password_hash"] if row is not None else None
    verdict = await verify_password(stored, password)
    if row is None or not verdict.is_right:
        raise WrongCredentials
    if verdict.needs_rehash:
        await _renew_hash(log, row["id"], row["password_hash"], password)
    user = Principal(kind="user", name=row["name"], user_id=UserId(row["id"]))
    return await _open_session(log, user, attempt, ip, user_agent)


async def _renew_hash(log: EventLog, user_id: UserId, old_hash: str, password: str) -> None:
    new_hash = await hash_password(password)
    async with log.write() as unit:
        await unit.connection.execute(tables.REPLACE_PASSWORD_HASH, user_id, old_hash, new_hash)


async def _open_session(
    log: EventLog, user: Principal, attempt: Attempt, ip: str | None, user_agent: str
) -> Opened:
    token, session_id = make_token(), SessionId(new_id())
    async with log.write() as unit:
        await forgive_attempt(unit.connection, attempt)
        await unit.connection.execute(
            tables.INSERT_SESSION,
            session_id,
            user.user_id,
            hash_token(token),
            ip,
            user_agent[:500],
            IDLE_SECONDS,
        )
        await record_audit(unit, user, "sign_in", "session", session_id)
    return Opened(token, session_id)
