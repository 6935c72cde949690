"""Reads of ratings, from which reports are made."""

from __future__ import annotations

import asyncpg

from halfminute.conversations.access import sight_of
from halfminute.conversations.cursors import Place, read_cursor, write_cursor
from halfminute.conversations.queries import page_size
from halfminute.conversations.schemas import ContactBrief
from halfminute.feedback import tables
from halfminute.feedback.schemas import RatingPage, RatingView
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database


async def get_rating_page(
    database: Database, principal: Principal, *, after: str | None, limit: int
) -> RatingPage:
    """The ratings that the reader may see, after a page's end. Raises InvalidCursor.

    A rating that is changed meanwhile comes again, further on.
    """
    limit = page_size(limit)
    place = read_cursor(after)
    sight = sight_of(principal, "rating.read")
    async with database.connection() as connection:
        rows = await connection.fetch(
            tables.LIST,
            sight.is_everything,
            sight.queue_ids,
            sight.team_ids,
            *place,
            limit + 1,
        )
    items = [_view(row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return RatingPage(
        items=items,
        next=None if last is None else write_cursor(Place(last.rated_at, last.conversation_id)),
    )


def _view(row: asyncpg.Record) -> RatingView:
    told = dict(row)
    contact = ContactBrief(
        id=told.pop("contact_id"),
        name=told.pop("contact_name"),
        language=told.pop("contact_language"),
    )
    return RatingView(contact=contact, **told)
