"""The routes by which administrators look after widgets."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.schemas import ChannelAccountView
from halfminute.channels.types import ChannelAccount
from halfminute.identity.access import require
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.webchat.actions.configure_widget import (
    configure_widget,
    find_widget,
    revision_of_widget,
)
from halfminute.webchat.actions.create_widget import create_widget
from halfminute.webchat.actions.fix_loader import fix_loader
from halfminute.webchat.loaders import Loaders, address_of
from halfminute.webchat.schemas import FixedLoader, NewWidget, WidgetChange, WidgetDetails
from halfminute.webchat.settings import read_settings


class NewWidgetController(Controller):
    """`/api/widgets`. Needs `accounts` and `principal`."""

    path = "/api/widgets"
    tags = ("widgets",)

    @post("/", guards=[requires("channel.configure")])
    async def create(
        self,
        data: JSONBody[NewWidget],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> WidgetDetails:
        """Make one. What is wrong is told by field."""
        return _details_of(accounts, await create_widget(accounts, principal, data))


class WidgetController(Controller):
    """`/api/widgets/{account_id}`. Needs `accounts`, `loaders` and `principal`."""

    path = "/api/widgets/{account_id:uuid}"
    tags = ("widgets",)

    @get(guards=[requires("channel.read")])
    async def show_settings(
        self,
        account_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> WidgetDetails:
        """All settings of a widget, and where its script is."""
        require(principal, "channel.read")
        return _details_of(accounts, await find_widget(accounts.book, account_id))

    @put(guards=[requires("channel.configure")])
    async def configure(
        self,
        account_id: FromPath[UUID],
        data: JSONBody[WidgetChange],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> WidgetDetails:
        """Change it. What is wrong is told by field; 409 where somebody changed it meanwhile."""
        return _details_of(accounts, await configure_widget(accounts, principal, account_id, data))

    @post("/versions", guards=[requires("channel.configure")], status_code=HTTP_200_OK)
    async def fix(
        self,
        account_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
        loaders: NamedDependency[Loaders],
    ) -> FixedLoader:
        """An address whose bytes never change, and their hash for `integrity`."""
        return await fix_loader(accounts, loaders, principal, account_id)


def _details_of(
    accounts: AccountParts, account: ChannelAccount | ChannelAccountView
) -> WidgetDetails:
    return WidgetDetails(
        id=account.id,
        name=account.name,
        queue_id=account.queue_id,
        is_enabled=account.is_enabled,
        settings=read_settings(account.settings),
        revision=revision_of_widget(account),
        address=address_of(accounts.base_url, account.id),
    )
