"""An administrator changes a widget."""

from __future__ import annotations

from uuid import UUID

import msgspec
from msgspec import UNSET

from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.errors import UnknownQueue
from halfminute.channels.schemas import ChannelAccountView
from halfminute.channels.types import ChannelAccount
from halfminute.identity.principals import Principal
from halfminute.kit.revision import revision_of
from halfminute.webchat.channel import KIND
from halfminute.webchat.checking import check_settings
from halfminute.webchat.errors import InvalidWidget, WidgetNotFound
from halfminute.webchat.schemas import WidgetChange
from halfminute.webchat.settings import read_settings


async def configure_widget(
    parts: AccountParts, principal: Principal, account_id: UUID, change: WidgetChange
) -> ChannelAccountView:
    """Change all of it, as long as it is what the administrator saw; it takes effect at once.

    Raises WidgetNotFound, InvalidWidget, AccountChanged, Forbidden.
    """
    await find_widget(parts.book, account_id)
    settings = check_settings(change.settings)
    given = AccountChange(
        name=" ".join(change.name.split()) or UNSET,
        settings=msgspec.to_builtins(settings),
        is_enabled=change.is_enabled,
        queue_id=change.queue_id,
    )

    def is_seen(account: ChannelAccount) -> bool:
        return revision_of_widget(account) == change.revision

    try:
        return await change_account(parts, principal, account_id, given, expect=is_seen)
    except UnknownQueue:
        raise InvalidWidget(problems={"queue_id": "unknown_queue"}) from None


async def find_widget(book: AccountBook, account_id: UUID) -> ChannelAccount:
    """The widget, switched on or off, as it is now. Raises WidgetNotFound."""
    account = await book.find(account_id, fresh_seconds=0)
    if account is None or account.kind != KIND:
        raise WidgetNotFound
    return account


def revision_of_widget(account: ChannelAccount | ChannelAccountView) -> str:
    """A word that is another one as soon as anything that an administrator sees of it is."""
    seen = (account.name, account.queue_id, account.is_enabled, read_settings(account.settings))
    return revision_of(seen)
