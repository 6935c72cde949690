"""A browser begins to chat."""

from __future__ import annotations

from uuid import UUID

from halfminute.kit.database import Database
from halfminute.kit.ids import new_id
from halfminute.webchat import tables
from halfminute.webchat.schemas import NewVisit, VisitView
from halfminute.webchat.tokens import make_token
from halfminute.webchat.types import VisitorId


async def begin_visit(database: Database, channel_account_id: UUID, new: NewVisit) -> VisitView:
    """Make a visitor of a widget that is known to be there. Nobody learns of it before they write.

    Without a name they are called by the last of their number, so that an agent tells them apart.
    """
    visitor_id = VisitorId(new_id())
    token = make_token()
    name = " ".join(new.name.split()) or f"Guest {visitor_id.hex[-4:].upper()}"
    async with database.transaction() as connection:
        await connection.execute(
            tables.INSERT_VISITOR,
            visitor_id,
            channel_account_id,
            token.hash,
            name,
            new.language,
        )
    return VisitView(visitor_id=visitor_id, token=token.text)
