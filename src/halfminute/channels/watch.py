"""Asks every provider now and then whether it still knows us, so that a dead account is seen.

What can be mended without a human is: an order for updates that was lost, or that an older version
of ours gave and that names fewer kinds than we understand by now.
"""

from __future__ import annotations

import structlog

from halfminute.channels import tables
from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.health import health_after, record_health
from halfminute.channels.types import ChannelAccount
from halfminute.channels.webhooks import mend_webhook
from halfminute.kit.event_log import EventLog
from halfminute.sdk.errors import ProviderError

logger = structlog.get_logger(__name__)


class AccountWatch:
    """To be run at the start, which also opens the clients before the first reply, and later on."""

    def __init__(
        self, log: EventLog, book: AccountBook, clients: ClientPool, base_url: str
    ) -> None:
        """Findings are the accounts' health. `base_url` is where providers reach us."""
        self._log = log
        self._book = book
        self._clients = clients
        self._base_url = base_url

    async def run_once(self) -> None:
        """Check all enabled accounts, one after another. Raises DatabaseUnavailable."""
        for account in await self._book.list_enabled():
            await self._check(account)
        async with self._log.database.transaction() as connection:
            await connection.execute(tables.FORGET_PREVIOUS_SECRETS)

    async def _check(self, account: ChannelAccount) -> None:
        try:
            async with self._clients.use(account) as client:
                await self._note_username(account, (await client.check()).username)
                if await mend_webhook(self._log, self._base_url, account, client):
                    logger.info("webhook_mended", channel_account_id=str(account.id))
        except ProviderError as error:
            health, detail = health_after(error), error.reason
        else:
            health, detail = "ok", ""
        await record_health(
            self._log, account.id, health, detail, secrets_revision=account.secrets_revision
        )

    async def _note_username(self, account: ChannelAccount, username: str | None) -> None:
        if username == account.username:
            return
        async with self._log.database.transaction() as connection:
            await connection.execute(tables.SET_USERNAME, account.id, username)
