"""Finds a channel account without asking the database for every message."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import asyncpg

from halfminute.channels import tables
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.channels.types import ChannelAccount
from halfminute.kit.database import Database
from halfminute.kit.secrets import SecretBox

# How long another process's change of an account may stay unseen.
FRESH_SECONDS: Final = 2.0
# Forged ids are remembered as unknown as well, so their number is bounded.
_REMEMBERED: Final = 2000
_SEALED: Final = ("secrets", "previous_secrets")


class AccountBook:
    """Channel accounts by id, each at most `FRESH_SECONDS` old."""

    def __init__(
        self, database: Database, box: SecretBox, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Secrets are opened with `box`."""
        self._database = database
        self._box = box
        self._clock = clock
        self._known: OrderedDict[UUID, tuple[float, ChannelAccount | None]] = OrderedDict()
        self._looking: dict[UUID, asyncio.Task[ChannelAccount | None]] = {}

    async def find(
        self, account_id: UUID, *, fresh_seconds: float = FRESH_SECONDS
    ) -> ChannelAccount | None:
        """The account, enabled or not, as it was `fresh_seconds` ago at the earliest.

        Raises DatabaseUnavailable, UnreadableSecret.
        """
        known = self._known.get(account_id)
        if known is not None and self._clock() - known[0] < fresh_seconds:
            return known[1]
        # One look-up for all who ask meanwhile: they go on in the order in which they asked.
        looking = self._looking.get(account_id)
        if looking is None:
            looking = asyncio.create_task(self._look_up(account_id))
            looking.add_done_callback(_note_end)
            self._looking[account_id] = looking
        return await asyncio.shield(looking)

    async def get(self, account_id: UUID) -> ChannelAccount:
        """The account, enabled or not. Raises ChannelAccountNotFound, DatabaseUnavailable."""
        account = await self.find(account_id)
        if account is None:
            raise ChannelAccountNotFound
        return account

    async def list_polled(self) -> list[ChannelAccount]:
        """The enabled accounts whose messages are to be fetched by us."""
        async with self._database.connection() as connection:
            return [self.read_row(row) for row in await connection.fetch(tables.LIST_POLLED)]

    async def list_enabled(self) -> list[ChannelAccount]:
        """All accounts that are on."""
        async with self._database.connection() as connection:
            return [self.read_row(row) for row in await connection.fetch(tables.LIST_ENABLED)]

    def forget(self, account_id: UUID) -> None:
        """Ask the database at the next look-up."""
        self._known.pop(account_id, None)
        self._looking.pop(account_id, None)

    def read_row(self, row: asyncpg.Record) -> ChannelAccount:
        """The account of its row, with its secrets opened."""
        values: dict[str, Any] = {
            name: row[name] for name in ChannelAccount.__struct_fields__ if name not in _SEALED
        }
        secrets = self._box.open(row["encrypted_secrets"], row_id=row["id"])
        sealed = row["previous_secrets"]
        previous = None if sealed is None else self._box.open(sealed, row_id=row["id"])
        return ChannelAccount(**values, secrets=secrets, previous_secrets=previous)

    async def _look_up(self, account_id: UUID) -> ChannelAccount | None:
        try:
            async with self._database.connection() as connection:
                row = await connection.fetchrow(tables.GET, account_id)
            account = None if row is None else self.read_row(row)
        except BaseException:
            self._end_look_up(account_id)
            raise
        if self._end_look_up(account_id):
            self._remember(account_id, account)
        return account

    def _end_look_up(self, account_id: UUID) -> bool:
        """Whether what was found is still the present: nobody said `forget` meanwhile."""
        if self._looking.get(account_id) is not asyncio.current_task():
            return False
        del self._looking[account_id]
        return True

    def _remember(self, account_id: UUID, account: ChannelAccount | None) -> None:
        self._known[account_id] = (self._clock(), account)
        self._known.move_to_end(account_id)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _note_end(looking: asyncio.Task[ChannelAccount | None]) -> None:
    """Whoever asked has heard the error; if all have gone away, nobody needs to."""
    if not looking.cancelled():
        looking.exception()
