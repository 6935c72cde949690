"""A browser begins to chat."""

from __future__ import annotations

from uuid import UUID

from halfminute.kit.database import Database
from halfminute.kit.ids import new_id
from halfminute.webchat import tables
from halfminute.webchat.schemas import VisitView
from halfminute.webchat.tokens import make_token
from halfminute.webchat.types import VisitorId


async def begin_visit(database: Database, channel_account_id: UUID) -> VisitView:
    """Make a visitor of a widget that is there. Nobody learns of it before it writes."""
    visitor_id = VisitorId(new_id())
    token = make_token()
    async with database.transaction() as connection:
        await connection.execute(tables.INSERT_VISITOR, visitor_id, channel_account_id, token.hash)
    return VisitView(visitor_id=visitor_id, token=token.text)
