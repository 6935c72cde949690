"""Writes down who did what to what; what is written cannot be changed."""

from __future__ import annotations

from typing import Any

from halfminute.identity import tables
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import Unit
from halfminute.kit.http.context import current_request
from halfminute.kit.ids import new_id


async def record_audit(  # noqa: PLR0917  who, did what, to what: read as a sentence
    unit: Unit,
    principal: Principal,
    action: str,
    object_kind: str,
    object_id: object,
    details: dict[str, Any] | None = None,
) -> None:
    """One row, committed together with what it tells.

    `action` is an action's name (`grant_role`); `details` hold no secret and no customer's word.
    The request's id and address are added from the request at hand.
    """
    request = current_request()
    await unit.connection.execute(
        tables.INSERT_AUDIT,
        new_id(),
        principal.kind,
        principal.actor_id,
        action,
        object_kind,
        str(object_id),
        request.ip,
        request.request_id,
        details or {},
    )
