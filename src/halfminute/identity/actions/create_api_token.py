"""Lets a program of the organisation's own call us."""

from __future__ import annotations

from collections.abc import Iterable

from halfminute.identity import tables
from halfminute.identity.access import require
from halfminute.identity.api_tokens import make_api_token
from halfminute.identity.audit import record_audit
from halfminute.identity.errors import ApiTokenNameTaken, UnknownTokenPermission
from halfminute.identity.permissions import TOKEN_PERMISSIONS
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import hash_token
from halfminute.kit.errors import InvalidRequest
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id


async def create_api_token(
    log: EventLog, principal: Principal, *, name: str, permissions: Iterable[str]
) -> str:
    """The secret of a new token, which nobody can be shown again.

    Raises InvalidRequest, UnknownTokenPermission, ApiTokenNameTaken.
    """
    require(principal, "user.configure")
    name = name.strip()
    if not 1 <= len(name) <= 100 or "\0" in name:
        raise InvalidRequest("a name has 1 to 100 characters", field="name")
    given = sorted(set(permissions))
    if wrong := [each for each in given if each not in TOKEN_PERMISSIONS]:
        raise UnknownTokenPermission(permission=wrong[0], permissions=sorted(TOKEN_PERMISSIONS))
    token, token_id = make_api_token(), new_id()
    async with log.write() as unit:
        made = await unit.connection.fetchval(
            tables.INSERT_API_TOKEN, token_id, name, hash_token(token), given
        )
        if made is None:
            raise ApiTokenNameTaken(name=name)
        details = {"name": name, "permissions": given}
        await record_audit(unit, principal, "create_api_token", "api_token", token_id, details)
    return token
