"""Whether visitors who come back by a ticket still may: asked for many at once.

After a restart all of them come within a second, and none of them asks for a ticket first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from halfminute.channels.accounts import AccountBook
from halfminute.channels.types import ChannelAccountId
from halfminute.conversations.thread import list_newest_conversations
from halfminute.identity.errors import WrongToken
from halfminute.identity.tokens import ReadToken
from halfminute.kit.database import Connection, Database
from halfminute.kit.gathering import Gathering
from halfminute.webchat import tables
from halfminute.webchat.channel import KIND
from halfminute.webchat.limits import VisitorLimits
from halfminute.webchat.types import Visitor, VisitorId
from halfminute.webchat.visitors import ABSENCE_DAYS, FORMER_TOKEN_SECONDS, Shown

_MARK_BYTES: Final = 16


class _Holder(NamedTuple):
    """A visitor as a ticket names them: by themselves, and by a mark of the token they showed."""

    visitor_id: UUID
    mark: str


def holder_of(shown: Shown) -> str:
    """How a ticket names a visitor: it is good no longer than the token by which it was fetched."""
    return f"{shown.visitor.id}.{_mark_of(shown.token_hash)}"


class Returning:
    """Asks of those who come back what `POST /ticket` would."""

    def __init__(self, database: Database, book: AccountBook, limits: VisitorLimits) -> None:
        """Those who come while one group is asked for share the next."""
        self._database = database
        self._book = book
        self._limits = limits
        self._questions = Gathering("visitors coming back", self._ask)

    async def confirm(self, ticket: ReadToken) -> None:
        """Return if the ticket's holder may follow its conversation.

        That is while the visit lasts, the token has not become another's, the widget is switched
        on, and no newer conversation has begun. Raises WrongToken, TooManyTickets, Unavailable.
        """
        holder = _read_holder(ticket.holder)
        self._limits.tickets.take(str(holder.visitor_id))
        visitor, newest_id = await self._questions.ask(holder) or (None, None)
        if visitor is None or newest_id != ticket.principal.conversation_id:
            raise WrongToken
        account = await self._book.find(visitor.channel_account_id)
        if account is None or account.kind != KIND or not account.is_enabled:
            raise WrongToken

    async def _ask(self, holders: Sequence[_Holder]) -> list[tuple[Visitor, UUID | None] | None]:
        """Each holder with the newest conversation; None for those who hold nothing any more."""
        ids = list({holder.visitor_id for holder in holders})
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                tables.LIST_VISITORS, ids, FORMER_TOKEN_SECONDS, ABSENCE_DAYS
            )
            by_id = {row["id"]: row for row in rows}
            known = [_find_visitor(by_id, holder) for holder in holders]
            visitors = [visitor for visitor in known if visitor is not None]
            newest = await list_newest_conversations(
                connection, [visitor.address for visitor in visitors]
            )
            await _touch(connection, rows)
        found = dict(zip((visitor.id for visitor in visitors), newest, strict=True))
        return [None if visitor is None else (visitor, found[visitor.id]) for visitor in known]


async def _touch(connection: Connection, rows: Sequence[Any]) -> None:
    if due := [row["id"] for row in rows if row["is_touch_due"]]:
        await connection.execute(tables.TOUCH_VISITORS, due)


def _find_visitor(by_id: Mapping[UUID, Any], holder: _Holder) -> Visitor | None:
    row = by_id.get(holder.visitor_id)
    hashes = () if row is None else (row["token_hash"], row["former_token_hash"])
    if row is None or holder.mark not in [_mark_of(each) for each in hashes if each is not None]:
        return None
    return Visitor(
        id=VisitorId(row["id"]),
        channel_account_id=ChannelAccountId(row["channel_account_id"]),
        address_external_id=row["address_external_id"],
    )


def _read_holder(text: str) -> _Holder:
    visitor_id, _, mark = text.partition(".")
    return _Holder(UUID(visitor_id), mark)


def _mark_of(token_hash: bytes) -> str:
    return hashlib.sha256(token_hash).digest()[:_MARK_BYTES].hex()
