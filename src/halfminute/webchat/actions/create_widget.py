"""An administrator makes a widget."""

from __future__ import annotations

import msgspec

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.errors import UnknownQueue
from halfminute.channels.schemas import ChannelAccountView
from halfminute.identity.access import require
from halfminute.identity.principals import Principal
from halfminute.webchat.channel import KIND
from halfminute.webchat.checking import Checker, check_settings
from halfminute.webchat.errors import InvalidWidget
from halfminute.webchat.schemas import NewWidget


async def create_widget(
    parts: AccountParts, principal: Principal, new: NewWidget
) -> ChannelAccountView:
    """Make it, switched on: the sites that it names may show it at once.

    Raises Forbidden, and InvalidWidget with all that is wrong, its name and queue too.
    """
    require(principal, "channel.configure")
    checker = Checker()
    name = " ".join(new.name.split())
    checker.require("name", holds=bool(name), code="missing")
    checker.require("queue_id", holds=new.queue_id is not None, code="missing")
    settings = check_settings(new.settings, checker)
    account = NewAccount(
        kind=KIND, settings=msgspec.to_builtins(settings), name=name, queue_id=new.queue_id
    )
    try:
        return await add_account(parts, principal, account)
    except UnknownQueue:
        raise InvalidWidget(problems={"queue_id": "unknown_queue"}) from None
