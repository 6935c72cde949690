"""Notes which tickets were used, many in one statement: after a restart all come at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from halfminute.identity import tables
from halfminute.identity.errors import WrongToken
from halfminute.identity.tokens import ReadToken
from halfminute.kit.database import Database


class _Use(NamedTuple):
    """A ticket that somebody shows, who waits for the answer."""

    ticket: ReadToken
    is_first: asyncio.Future[bool]


class UsedTickets:
    """The book of used tickets, as this process writes in it."""

    def __init__(self, database: Database) -> None:
        """What is shown while one note is written shares the next."""
        self._database = database
        self._shown: dict[UUID, _Use] = {}
        self._writing: asyncio.Task[None] | None = None

    async def use(self, ticket: ReadToken) -> None:
        """Note it. Raises WrongToken when it was used before, in any process, and Unavailable."""
        if ticket.id in self._shown:
            raise WrongToken
        use = _Use(ticket, asyncio.get_running_loop().create_future())
        self._shown[ticket.id] = use
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="used tickets")
        if not await use.is_first:
            raise WrongToken

    async def _write(self) -> None:
        while self._shown:
            batch, self._shown = self._shown, {}
            try:
                first = await self._note(batch)
            except Exception as error:  # noqa: BLE001 - each of those who wait is told it
                _answer_all(batch, error)
            else:
                for use in batch.values():
                    if not use.is_first.done():
                        use.is_first.set_result(use.ticket.id in first)

    async def _note(self, batch: Mapping[UUID, _Use]) -> set[UUID]:
        ends = [use.ticket.expires_at for use in batch.values()]
        async with self._database.transaction() as connection:
            rows = await connection.fetch(tables.USE_TICKETS, list(batch), ends)
        return {row["id"] for row in rows}


def _answer_all(batch: Mapping[UUID, _Use], error: Exception) -> None:
    for use in batch.values():
        if not use.is_first.done():
            use.is_first.set_exception(error)
