"""The routes of channel accounts: how they fare, and new secrets for one."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.actions.replace_secrets import replace_secrets
from halfminute.channels.queries import list_account_views
from halfminute.channels.schemas import (
    ChannelAccountList,
    ChannelAccountView,
    NewSecrets,
    SecretLabel,
)
from halfminute.identity.access import require
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal


class ChannelAccountController(Controller):
    """`/api/channel-accounts`. Needs `accounts` and `principal`."""

    path = "/api/channel-accounts"
    tags = ("channel accounts",)

    @get("/", guards=[requires("channel.read")])
    async def list_accounts(
        self, principal: NamedDependency[Principal], accounts: NamedDependency[AccountParts]
    ) -> ChannelAccountList:
        """All of them, oldest first, with their health; never their secrets."""
        require(principal, "channel.read")
        async with accounts.log.database.connection() as connection:
            items = await list_account_views(connection)
        kinds = {item.kind for item in items} & set(accounts.registry.kinds)
        return ChannelAccountList(
            items=items,
            secrets={
                kind: [
                    SecretLabel(name=field.name, labels=field.labels)
                    for field in accounts.registry.get(kind).form
                    if field.is_secret
                ]
                for kind in kinds
            },
        )

    @put("/{account_id:uuid}/secrets", guards=[requires("channel.configure")])
    async def replace_secrets(
        self,
        account_id: FromPath[UUID],
        data: JSONBody[NewSecrets],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> ChannelAccountView:
        """Try new secrets of the same account at the provider, save them, and connect anew."""
        return await replace_secrets(accounts, principal, account_id, data.secrets)
