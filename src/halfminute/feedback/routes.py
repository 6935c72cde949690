"""The routes of ratings, for who answers for the work of others."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from halfminute.conversations.queries import LARGEST_PAGE
from halfminute.feedback.queries import get_rating_page
from halfminute.feedback.schemas import RatingPage
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database


class RatingController(Controller):
    """`/api/ratings`. Needs `database` and `principal`."""

    path = "/api/ratings"
    tags = ("feedback",)

    @get("/", guards=[requires("rating.read")])
    async def list_ratings(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)] = 50,
    ) -> RatingPage:
        """What contacts said, the oldest first; `after` is the page before's `next`."""
        return await get_rating_page(database, principal, after=after, limit=limit)
