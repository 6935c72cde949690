"""Reads the bytes of a file from the account that brought it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool


class ProviderFiles:
    """What `files` fetches by."""

    def __init__(self, book: AccountBook, clients: ClientPool) -> None:
        """Nothing is opened before the first file."""
        self._book = book
        self._clients = clients

    async def fetch(self, account_id: UUID, source: dict[str, Any]) -> AsyncIterator[bytes]:
        """The bytes, in pieces. Raises ProviderError, ChannelAccountNotFound."""
        account = await self._book.get(account_id)
        async with self._clients.use(account) as client:
            async for piece in client.fetch_file(source):
                yield piece
