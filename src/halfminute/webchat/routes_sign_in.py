"""Who a visitor is: the site's word on it, the keys by which it is believed, and the way onward."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.types import ChannelAccount
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.http.context import current_request
from halfminute.kit.settings import Settings
from halfminute.webchat.actions.lead_on import lead_on
from halfminute.webchat.actions.sign_in import sign_in
from halfminute.webchat.errors import SiteTokenTooLarge, UnknownVisitor
from halfminute.webchat.limits import VisitorLimits
from halfminute.webchat.routes import VisitorController, provide_shown
from halfminute.webchat.schemas import (
    ContinuationView,
    NewSignInKey,
    SignInKeyView,
    SignInView,
    SiteSignIn,
)
from halfminute.webchat.sign_in_keys import (
    end_sign_in,
    find_sign_in_key,
    list_keys,
    set_sign_in_key,
)
from halfminute.webchat.site_tokens import LONGEST_TOKEN, read_site_token
from halfminute.webchat.visitors import Shown


class SignInController(VisitorController):
    """Who a visitor is. Needs also `accounts`, `link_tokens`, `settings` and `visitor_limits`."""

    @post("/identity", status_code=HTTP_200_OK)
    async def sign_in(
        self,
        request: Request[Any, Any, Any],
        widget: NamedDependency[ChannelAccount],
        data: JSONBody[SiteSignIn],
        *,
        accounts: NamedDependency[AccountParts],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> SignInView:
        """The site's token for a visit of its user; the present visit, if shown, becomes theirs."""
        visitor_limits.sign_ins.take(current_request().ip or "")
        if len(data.token) > LONGEST_TOKEN:
            raise SiteTokenTooLarge
        keys = await list_keys(accounts.log.database, accounts.box, widget.id)
        token = read_site_token(data.token, widget.id, keys)
        shown = await _find_shown(request, widget, accounts)
        return await sign_in(accounts.log, widget.id, token, shown, data.person)

    @post("/continuation", status_code=HTTP_200_OK)
    async def lead_on(
        self,
        widget: NamedDependency[ChannelAccount],
        shown: NamedDependency[Shown],
        *,
        accounts: NamedDependency[AccountParts],
        link_tokens: NamedDependency[LinkTokens],
        settings: NamedDependency[Settings],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> ContinuationView:
        """A link to another channel, for one press. 404 before anything is said."""
        visitor_limits.links.take(str(shown.visitor.id))
        return await lead_on(
            accounts, link_tokens, widget, shown.visitor, seconds=settings.contact_link_seconds
        )


class SignInKeyController(Controller):
    """`/api/channel-accounts/{account_id}/sign-in-key`. Needs `accounts` and `principal`."""

    path = "/api/channel-accounts/{account_id:uuid}/sign-in-key"
    tags = ("channel accounts",)

    @get("/", guards=[requires("channel.read")])
    async def show(
        self,
        account_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> SignInKeyView | None:
        """By what a widget believes its site, never the secret; null where it believes nothing."""
        return await find_sign_in_key(accounts, principal, account_id)

    @put("/", guards=[requires("channel.configure")])
    async def replace(
        self,
        account_id: FromPath[UUID],
        data: JSONBody[NewSignInKey],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> SignInKeyView:
        """A new key: the site's public one, or a secret, shown this once. The old counts a day."""
        return await set_sign_in_key(accounts, principal, account_id, data)

    @delete("/", guards=[requires("channel.configure")], status_code=HTTP_204_NO_CONTENT)
    async def end(
        self,
        account_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
    ) -> None:
        """No key counts from now on."""
        await end_sign_in(accounts, principal, account_id)


async def _find_shown(
    request: Request[Any, Any, Any], widget: ChannelAccount, accounts: AccountParts
) -> Shown | None:
    """The visit that is to become the customer's; one that has ended is none."""
    try:
        shown: Shown = await provide_shown(request, widget, accounts.log.database)
    except UnknownVisitor:
        return None
    return shown
