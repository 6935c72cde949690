"""Has providers bring their updates to our hooks, and keeps them at it."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from halfminute.channels import tables
from halfminute.channels.types import ChannelAccount
from halfminute.kit.event_log import EventLog
from halfminute.sdk.channel import ChannelClient
from halfminute.sdk.errors import ProviderError

# For so long after the provider was told of new secrets it may still prove itself by the old ones:
# what it had begun to bring is under way a minute at most, and clocks and proxies are slow.
GRACE_SECONDS: Final = 600.0


def hook_url(base_url: str, account: ChannelAccount) -> str:
    """Where the account's provider brings its updates."""
    return f"{base_url}{_hook_path(account)}"


async def tell_provider(
    log: EventLog, base_url: str, account: ChannelAccount, client: ChannelClient
) -> str:
    """Ask for updates at our hook, or for none if the account is polled or off.

    Returns the hook's address, or "" where there is none. May be repeated. Raises ProviderError.
    """
    is_brought = account.inbound_mode == "webhook" and account.is_enabled
    url = hook_url(base_url, account) if is_brought else ""
    await (client.set_webhook(url) if is_brought else client.delete_webhook())
    async with log.database.transaction() as connection:
        await connection.execute(
            tables.END_PREVIOUS_SECRETS, account.id, account.secrets_revision, GRACE_SECONDS
        )
    return url


async def mend_webhook(
    log: EventLog, base_url: str, account: ChannelAccount, client: ChannelClient
) -> bool:
    """Ask again where the provider has lost its order, or has one of an older version of ours.

    Whether it was needed. Raises ProviderError; also when the updates go to somebody else's
    address, for two that take it from each other in turn would both lose messages.
    """
    if account.inbound_mode != "webhook" or not account.is_enabled:
        return False
    found = await client.find_webhook()
    # Behind which public address we are may be known to the web role alone: the path is enough.
    if found is not None and urlsplit(found.url).path != _hook_path(account):
        host = urlsplit(found.url).hostname
        raise ProviderError(
            f"its updates are brought to another program at {host}", is_retryable=True
        )
    if found is not None and found.is_current and not account.is_webhook_due:
        return False
    ours = base_url if found is None else found.url.removesuffix(_hook_path(account))
    await tell_provider(log, ours, account, client)
    return True


def _hook_path(account: ChannelAccount) -> str:
    return f"/hooks/{account.kind}/{account.id}"
