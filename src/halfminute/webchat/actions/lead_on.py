"""A visitor carries on in another channel."""

from __future__ import annotations

from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.queries import LinkedAccount, find_linked_account
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccount
from halfminute.contacts.actions.create_contact_link import create_link_of_address
from halfminute.contacts.errors import ContactNotFound
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.kit.database import Database
from halfminute.webchat.errors import NothingSaid, NowhereToContinue
from halfminute.webchat.schemas import ContinuationView
from halfminute.webchat.types import Visitor


async def find_continuation(
    database: Database, registry: ChannelRegistry, widget: ChannelAccount
) -> LinkedAccount | None:
    """The account that the widget's visitors can be led on to.

    One of the same queue before others, of these the oldest.
    """
    async with database.connection() as connection:
        return await find_linked_account(connection, registry.linked_kinds, widget.queue_id)


async def lead_on(
    accounts: AccountParts,
    tokens: LinkTokens,
    widget: ChannelAccount,
    visitor: Visitor,
    *,
    seconds: float,
) -> ContinuationView:
    """A link of one press within `seconds`: whoever presses it is the same contact from then on.

    Raises NowhereToContinue, NothingSaid.
    """
    account = await find_continuation(accounts.log.database, accounts.registry, widget)
    if account is None:
        raise NowhereToContinue
    try:
        link = await create_link_of_address(
            accounts, tokens, account.id, visitor.address, seconds=seconds
        )
    except ContactNotFound:
        raise NothingSaid from None
    return ContinuationView(kind=account.kind, url=link.url, expires_at=link.expires_at)
