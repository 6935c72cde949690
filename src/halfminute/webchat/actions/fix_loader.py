"""An administrator fixes the present loader of a widget, to name its hash in a site's pages."""

from __future__ import annotations

from uuid import UUID

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.webchat import tables
from halfminute.webchat.actions.configure_widget import find_widget
from halfminute.webchat.loaders import Loaders, address_of, integrity_of, version_of
from halfminute.webchat.schemas import FixedLoader
from halfminute.webchat.settings import read_settings


async def fix_loader(
    parts: AccountParts, loaders: Loaders, principal: Principal, account_id: UUID
) -> FixedLoader:
    """Keep its bytes for as long as the widget is there. The same bytes are the same version.

    Raises WidgetNotFound, Forbidden.
    """
    require(principal, "channel.configure")
    account = await find_widget(parts.book, account_id)
    body = await loaders.make_for(account.id, read_settings(account.settings))
    version = version_of(body)
    async with parts.log.write() as unit:
        await unit.connection.execute(tables.INSERT_LOADER, account.id, version, body)
        details = {"version": version}
        await record_audit(unit, principal, "fix_loader", "channel_account", account.id, details)
    return FixedLoader(
        address=address_of(parts.base_url, account.id, version), integrity=integrity_of(body)
    )
