"""Where the organisation's site asks for links to its customers' chats."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.contacts.actions.create_contact_link import create_contact_link
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.contacts.links import get_contact_link
from halfminute.contacts.schemas import ContactLinkState, ContactLinkView, NewContactLink
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.settings import Settings

_MAY_CREATE = requires("contact_link.create")


class ContactLinkController(Controller):
    """`/api/channel-accounts/{account_id}/contact-links`.

    Needs `accounts`, `database`, `link_tokens`, `principal` and `settings`.
    """

    path = "/api/channel-accounts/{account_id:uuid}/contact-links"
    tags = ("contact links",)

    @post("/", guards=[_MAY_CREATE])
    async def create(
        self,
        account_id: FromPath[UUID],
        data: JSONBody[NewContactLink],
        *,
        principal: NamedDependency[Principal],
        accounts: NamedDependency[AccountParts],
        link_tokens: NamedDependency[LinkTokens],
        settings: NamedDependency[Settings],
    ) -> ContactLinkView:
        """A link for one customer, good for one press. Called with an API token of the site."""
        return await create_contact_link(
            accounts,
            link_tokens,
            principal,
            account_id,
            data,
            seconds=settings.contact_link_seconds,
        )

    @get("/{link_id:uuid}", guards=[_MAY_CREATE])
    async def show(
        self,
        account_id: FromPath[UUID],
        link_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> ContactLinkState:
        """What became of a link that the caller has made."""
        async with database.connection() as connection:
            return await get_contact_link(connection, principal, account_id, link_id)
