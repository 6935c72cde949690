"""Asks every provider now and then whether it still knows us, so that a dead account is seen."""

from __future__ import annotations

from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.health import record_health
from halfminute.channels.types import ChannelAccount
from halfminute.kit.event_log import EventLog
from halfminute.sdk.errors import ProviderError


class AccountWatch:
    """To be run at the start, which also opens the clients before the first reply, and later on."""

    def __init__(self, log: EventLog, book: AccountBook, clients: ClientPool) -> None:
        """Findings are the accounts' health."""
        self._log = log
        self._book = book
        self._clients = clients

    async def run_once(self) -> None:
        """Check all enabled accounts, one after another. Raises DatabaseUnavailable."""
        for account in await self._book.list_enabled():
            await self._check(account)

    async def _check(self, account: ChannelAccount) -> None:
        try:
            async with self._clients.use(account) as client:
                await client.check()
        except ProviderError as error:
            await record_health(self._log, account.id, "failing", error.reason)
        else:
            await record_health(self._log, account.id, "ok")
