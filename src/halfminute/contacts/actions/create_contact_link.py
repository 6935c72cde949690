"""Makes links by which a customer comes to a channel as the contact that they are."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.channels.types import ChannelAccount
from halfminute.contacts import tables
from halfminute.contacts.errors import (
    AccountUnnamed,
    ContactNotFound,
    LinksUnsupported,
    ReturnDataTooLarge,
)
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.contacts.queries import find_address, list_subjects
from halfminute.contacts.schemas import ContactLinkView, NewContactLink
from halfminute.contacts.types import AddressKey, LinkId
from halfminute.identity.access import require
from halfminute.identity.principals import Principal
from halfminute.kit.ids import new_id

RETURN_DATA_BYTES: Final = 4096


async def create_contact_link(
    accounts: AccountParts,
    tokens: LinkTokens,
    principal: Principal,
    account_id: UUID,
    new: NewContactLink,
    *,
    seconds: float,
) -> ContactLinkView:
    """A link that is good for one press within `seconds`.

    Raises Forbidden, ChannelAccountNotFound, LinksUnsupported, AccountUnnamed, ReturnDataTooLarge.
    """
    require(principal, "contact_link.create")
    if len(msgspec.json.encode(new.return_data)) > RETURN_DATA_BYTES:
        raise ReturnDataTooLarge
    link_id = LinkId(new_id())
    account = await accounts.book.get(account_id)
    url = _make_url(accounts, tokens, account, link_id)
    async with accounts.log.database.transaction() as connection:
        expires_at = await connection.fetchval(
            tables.INSERT_LINK,
            link_id,
            account.id,
            new.subject,
            new.name,
            new.language,
            new.return_data,
            principal.actor_id,
            seconds,
        )
    return ContactLinkView(id=link_id, url=url, expires_at=expires_at)


async def create_link_of_address(
    accounts: AccountParts,
    tokens: LinkTokens,
    account_id: UUID,
    address: AddressKey,
    *,
    seconds: float,
) -> ContactLinkView:
    """A link for whoever holds an address, to the same contact on another account.

    The site's word goes with it where it has proven the address, and only there. Asks for no
    permission: the caller has. Raises ContactNotFound, and what a link to the account raises.
    """
    link_id = LinkId(new_id())
    account = await accounts.book.get(account_id)
    url = _make_url(accounts, tokens, account, link_id)
    async with accounts.log.database.transaction() as connection:
        found = await find_address(connection, address)
        if found is None:
            raise ContactNotFound
        is_proven = found.proof == "signed"
        subjects = await list_subjects(connection, found.contact_id) if is_proven else []
        subject = subjects[0] if subjects else None
        expires_at = await connection.fetchval(
            tables.INSERT_LINK, link_id, account.id, subject, None, None, None, None, seconds
        )
        if subject is None:
            await connection.execute(tables.INSERT_LINK_CONTACT, link_id, found.contact_id)
    return ContactLinkView(id=link_id, url=url, expires_at=expires_at)


def _make_url(
    accounts: AccountParts, tokens: LinkTokens, account: ChannelAccount, link_id: LinkId
) -> str:
    """Raises ChannelAccountNotFound, LinksUnsupported, AccountUnnamed."""
    if not account.is_enabled:
        raise ChannelAccountNotFound
    channel = accounts.registry.get(account.kind)
    if not channel.capabilities.has_links:
        raise LinksUnsupported
    if account.username is None:
        raise AccountUnnamed
    return channel.make_link(account.username, tokens.sign(link_id))
