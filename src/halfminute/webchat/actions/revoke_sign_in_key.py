"""An administrator believes one of a site's keys no more."""

from __future__ import annotations

from uuid import UUID

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.webchat import tables
from halfminute.webchat.actions.configure_widget import find_widget
from halfminute.webchat.errors import UnknownSignInKey


async def revoke_sign_in_key(
    parts: AccountParts, principal: Principal, widget_id: UUID, key_id: UUID
) -> None:
    """It counts no more, at once; who is signed in stays so.

    Raises Forbidden or NotFound, WidgetNotFound, UnknownSignInKey.
    """
    require(principal, "channel.configure")
    await find_widget(parts.book, widget_id)
    async with parts.log.write() as unit:
        if await unit.connection.fetchval(tables.DELETE_KEY, widget_id, key_id) is None:
            raise UnknownSignInKey
        details = {"key_id": str(key_id)}
        await record_audit(
            unit, principal, "revoke_sign_in_key", "channel_account", widget_id, details
        )
