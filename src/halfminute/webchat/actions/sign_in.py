"""The site says who sits before the browser."""

from __future__ import annotations

import hashlib
from uuid import UUID

from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.queries import find_address_of_subject, find_contact_of_subject
from halfminute.contacts.types import ContactId, Introduction, SiteWord
from halfminute.conversations.actions.sign_in_address import sign_in_address
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog, Unit
from halfminute.kit.ids import new_id
from halfminute.webchat import tables
from halfminute.webchat.channel import KIND
from halfminute.webchat.errors import SiteTokenUsed
from halfminute.webchat.schemas import SignInView
from halfminute.webchat.site_tokens import SKEW_SECONDS, SiteToken
from halfminute.webchat.tokens import make_token
from halfminute.webchat.types import Visitor, VisitorId, guest_name
from halfminute.webchat.visitors import Shown


async def sign_in(
    log: EventLog,
    widget_id: ChannelAccountId,
    token: SiteToken,
    shown: Shown | None,
    former: UUID | None,
) -> SignInView:
    """A visit of the site's customer, in one transaction with the use of the token.

    What the browser has said before anybody was signed in becomes the customer's. `shown` is its
    visit, and `former` whom it was signed in as at last: was that another, their visit ends, and
    a new one begins that shows nothing of it. Raises SiteTokenUsed.
    """
    async with log.write() as unit:
        await _use(unit, widget_id, token)
        person = await find_contact_of_subject(unit.connection, token.said.subject)
        visitor = None if shown is None else shown.visitor
        if visitor is not None and former is not None and former != person:
            await unit.connection.execute(tables.END_VISIT, visitor.id)
            visitor = None
        if visitor is not None:
            signed_in = await _go_on(unit, visitor, token.said)
            if signed_in is not None:
                return signed_in
            await unit.connection.execute(tables.END_VISIT, visitor.id)
        return await _begin(unit, widget_id, token.said)


async def _use(unit: Unit, widget_id: ChannelAccountId, token: SiteToken) -> None:
    digest = hashlib.sha256(token.id.encode()).digest()
    used = await unit.connection.fetchval(
        tables.NOTE_USED, widget_id, digest, token.expires_at, float(SKEW_SECONDS)
    )
    if used is None:
        raise SiteTokenUsed
    await unit.connection.execute(tables.NOTE_KEY_USED, token.key_id)


async def _go_on(unit: Unit, visitor: Visitor, said: SiteWord) -> SignInView | None:
    """The same visit, signed in; None where it is another customer's, or has ended meanwhile."""
    token = make_token()
    # First of all, so that of two sign-ins at once one waits for the other.
    if await unit.connection.fetchval(tables.SIGN_IN, visitor.id, token.hash) is None:
        return None
    # At its own address, though the customer may have another: a message may be on its way to it.
    person = await _prove(unit, visitor, said)
    if person is None:
        return None
    return SignInView(visitor_id=visitor.id, token=token.text, person=person)


async def _begin(unit: Unit, widget_id: ChannelAccountId, said: SiteWord) -> SignInView:
    home = await find_address_of_subject(unit.connection, said.subject, widget_id)
    visitor = Visitor(
        id=VisitorId(new_id()),
        channel_account_id=widget_id,
        address_external_id=None if home is None else UUID(home.external_id),
    )
    person = await _prove(unit, visitor, said)
    if person is None:
        # The address that was theirs a moment ago has become another's: the next try finds none.
        raise Unavailable
    token = make_token()
    await unit.connection.execute(
        tables.INSERT_KNOWN_VISITOR, visitor.id, widget_id, token.hash, visitor.address_external_id
    )
    return SignInView(visitor_id=visitor.id, token=token.text, person=person)


async def _prove(unit: Unit, visitor: Visitor, said: SiteWord) -> ContactId | None:
    introduction = Introduction(
        key=visitor.address,
        channel_kind=KIND,
        name=guest_name(visitor.address),
        username=None,
        language_hint=said.language,
    )
    return await sign_in_address(unit, introduction, said)
