"""Makes somebody who can sign in."""

from __future__ import annotations

from halfminute.identity import tables
from halfminute.identity.access import require
from halfminute.identity.actions.grant_role import insert_grant
from halfminute.identity.audit import record_audit
from halfminute.identity.errors import EmailTaken
from halfminute.identity.passwords import check_password_fits, hash_password
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.errors import InvalidRequest
from halfminute.kit.event_log import EventLog, Unit
from halfminute.kit.ids import new_id


async def create_user(
    log: EventLog,
    principal: Principal,
    *,
    email: str,
    name: str,
    password: str,
    language: str = "en",
    grants: tuple[Grant, ...] = (),
) -> UserId:
    """A new user with these roles. Raises EmailTaken, UnfitPassword, InvalidRequest."""
    require(principal, "user.configure")
    check_password_fits(password)
    password_hash = await hash_password(password)
    async with log.write() as unit:
        user_id = await insert_user(unit, email, name, password_hash, language)
        for grant in grants:
            await insert_grant(unit, user_id, grant)
        roles = [grant.role for grant in grants]
        await record_audit(unit, principal, "create_user", "user", user_id, {"roles": roles})
    return user_id


async def insert_user(
    unit: Unit, email: str, name: str, password_hash: str, language: str
) -> UserId:
    """The row. Raises EmailTaken, InvalidRequest."""
    email, name = email.strip(), name.strip()
    if "@" not in email or len(email) > 254:
        raise InvalidRequest("the e-mail address is not valid", field="email")
    if not 1 <= len(name) <= 200:
        raise InvalidRequest("a name has 1 to 200 characters", field="name")
    user_id = UserId(new_id())
    made = await unit.connection.fetchval(
        tables.INSERT_USER, user_id, email, name, password_hash, language
    )
    if made is None:
        raise EmailTaken
    return user_id
