"""The routes by which administrators look after the keys of a widget's site."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, delete, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_204_NO_CONTENT

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.webchat.actions.revoke_sign_in_key import revoke_sign_in_key
from halfminute.webchat.schemas import KeptSignInKey
from halfminute.webchat.sign_in_keys import list_sign_in_keys


class SignInKeysController(Controller):
    """`/api/channel-accounts/{account_id}/sign-in-keys`. Needs `accounts` and `principal`."""

    path = "/api/channel-accounts/{account_id:uuid}/sign-in-keys"
    tags = ("channel accounts",)

    @get("/", guards=[requires("channel.read")])
    async def list_keys(
        self,
        account_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> list[KeptSignInKey]:
        """All keys that count, the newest first; never their secrets."""
        return await list_sign_in_keys(accounts, principal, account_id)

    @delete(
        "/{key_id:uuid}",
        guards=[requires("channel.configure")],
        status_code=HTTP_204_NO_CONTENT,
    )
    async def revoke(
        self,
        account_id: FromPath[UUID],
        key_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> None:
        """It counts no more, at once."""
        await revoke_sign_in_key(accounts, principal, account_id, key_id)
