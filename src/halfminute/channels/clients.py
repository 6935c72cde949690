"""Keeps one connection to the provider per account, and renews it when the account changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccount
from halfminute.sdk.channel import ChannelClient


class _Kept:
    """A client with the number of calls that are using it."""

    def __init__(self, account: ChannelAccount, client: ChannelClient) -> None:
        self.made_from = (account.kind, account.settings, account.secrets)
        self.client = client
        self.users = 0
        self.is_retired = False


class ClientPool:
    """Clients by account. A replaced one is closed when its last call has ended."""

    def __init__(self, registry: ChannelRegistry) -> None:
        """Opens what the registry's channels open."""
        self._registry = registry
        self._kept: dict[UUID, _Kept] = {}

    @asynccontextmanager
    async def use(self, account: ChannelAccount) -> AsyncIterator[ChannelClient]:
        """The account's client, for one call. Raises UnknownChannelKind."""
        kept = await self._current(account)
        kept.users += 1
        try:
            yield kept.client
        finally:
            kept.users -= 1
            await _close_if_over(kept)

    async def close(self) -> None:
        """Close every client."""
        kept_ones, self._kept = list(self._kept.values()), {}
        for kept in kept_ones:
            kept.is_retired = True
            await kept.client.close()

    async def _current(self, account: ChannelAccount) -> _Kept:
        kept = self._kept.get(account.id)
        wanted = (account.kind, account.settings, account.secrets)
        if kept is not None and kept.made_from == wanted:
            return kept
        channel = self._registry.get(account.kind)
        new = _Kept(account, channel.open_client(account.settings, account.secrets))
        self._kept[account.id] = new
        if kept is not None:
            kept.is_retired = True
            await _close_if_over(kept)
        return new


async def _close_if_over(kept: _Kept) -> None:
    if kept.is_retired and kept.users == 0:
        await kept.client.close()
