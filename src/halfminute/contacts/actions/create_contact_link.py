"""Makes a link by which one customer of the site comes to a channel, proven."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.contacts import tables
from halfminute.contacts.errors import AccountUnnamed, LinksUnsupported, ReturnDataTooLarge
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.contacts.schemas import ContactLinkView, NewContactLink
from halfminute.contacts.types import LinkId
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
    account = await accounts.book.get(account_id)
    if not account.is_enabled:
        raise ChannelAccountNotFound
    channel = accounts.registry.get(account.kind)
    if not channel.capabilities.has_links:
        raise LinksUnsupported
    if account.username is None:
        raise AccountUnnamed
    link_id = LinkId(new_id())
    url = channel.make_link(account.username, tokens.sign(link_id))
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
