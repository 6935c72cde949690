"""Who holds a visitor's token, and its end."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from halfminute.kit.database import Database
from halfminute.webchat import tables
from halfminute.webchat.errors import UnknownVisitor
from halfminute.webchat.tokens import hash_token, make_token
from halfminute.webchat.types import Visitor, VisitorId

# The answer that brought a new token may have been lost.
FORMER_TOKEN_SECONDS: Final = 600.0
# A browser that was away for so long begins anew.
ABSENCE_DAYS: Final = 180


class Shown(NamedTuple):
    """A visitor who has shown a token."""

    visitor: Visitor
    token_hash: bytes
    is_rotation_due: bool


async def get_visitor(database: Database, channel_account_id: UUID, token: str) -> Shown:
    """Who holds the token at this widget. Raises UnknownVisitor."""
    token_hash = hash_token(token)
    if token_hash is None:
        raise UnknownVisitor
    async with database.connection() as connection:
        row = await connection.fetchrow(
            tables.FIND_VISITOR,
            channel_account_id,
            token_hash,
            FORMER_TOKEN_SECONDS,
            ABSENCE_DAYS,
        )
        if row is None:
            raise UnknownVisitor
        if row["is_touch_due"]:
            await connection.execute(tables.TOUCH_VISITOR, row["id"])
    visitor = Visitor(
        id=VisitorId(row["id"]),
        channel_account_id=row["channel_account_id"],
        address_external_id=row["address_external_id"],
    )
    return Shown(visitor, token_hash, row["is_rotation_due"])


async def rotate_token(database: Database, shown: Shown) -> str | None:
    """A new token in the place of the one that was shown; None when another tab was quicker."""
    token = make_token()
    async with database.transaction() as connection:
        rotated = await connection.fetchval(
            tables.ROTATE, shown.visitor.id, shown.token_hash, token.hash
        )
    return None if rotated is None else token.text


async def end_visit(database: Database, visitor_id: VisitorId) -> None:
    """The browser forgets who it was: from now on its tokens are none."""
    async with database.transaction() as connection:
        await connection.execute(tables.END_VISIT, visitor_id)
