"""Notes which tickets were used, many in one statement: after a restart all come at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from halfminute.identity import tables
from halfminute.identity.errors import WrongToken
from halfminute.identity.tokens import ReadToken
from halfminute.kit.database import Database
from halfminute.kit.gathering import Gathering


class UsedTickets:
    """The book of used tickets, as this process writes in it."""

    def __init__(self, database: Database) -> None:
        """What is shown while one note is written shares the next."""
        self._database = database
        self._notes = Gathering("used tickets", self._note)

    async def use(self, ticket: ReadToken) -> None:
        """Note it. Raises WrongToken when it was used before, in any process, and Unavailable."""
        if not await self._notes.ask(ticket):
            raise WrongToken

    async def _note(self, tickets: Sequence[ReadToken]) -> list[bool]:
        """Of each whether it is the first to be used."""
        ids, ends = [each.id for each in tickets], [each.expires_at for each in tickets]
        async with self._database.transaction() as connection:
            noted = {row["id"] for row in await connection.fetch(tables.USE_TICKETS, ids, ends)}
        # Of those who show one ticket at once the first has it.
        return [_take(noted, each.id) for each in tickets]


def _take(held: set[UUID], item: UUID) -> bool:
    is_held = item in held
    held.discard(item)
    return is_held
