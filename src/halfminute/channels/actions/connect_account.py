"""Has the provider of a stored account bring its updates, or stop bringing them."""

from __future__ import annotations

from uuid import UUID

import msgspec

from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.health import health_after, record_health
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.webhooks import tell_provider
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.kit.secrets import SecretBox
from halfminute.sdk.channel import AccountConfiguration, AccountIdentity, Channel
from halfminute.sdk.errors import ProviderError


class AccountParts(msgspec.Struct, frozen=True):
    """What the verbs on channel accounts work with. `base_url` is where providers reach us."""

    log: EventLog
    registry: ChannelRegistry
    book: AccountBook
    box: SecretBox
    clients: ClientPool
    base_url: str


async def check_account(channel: Channel, configuration: AccountConfiguration) -> AccountIdentity:
    """Who the provider says we are with these settings. Raises ProviderError."""
    client = channel.open_client(configuration.settings, configuration.secrets)
    try:
        return await client.check()
    finally:
        await client.close()


async def connect_account(parts: AccountParts, principal: Principal, account_id: UUID) -> str:
    """Ask the provider to bring updates to our hook, or none if the account is polled.

    Returns the hook's address, or "" where there is none. May be repeated.
    Raises ProviderError, which the account's health then shows.
    """
    require(principal, "channel.configure")
    parts.book.forget(account_id)
    account = await parts.book.get(account_id)
    try:
        async with parts.clients.use(account) as client:
            url = await tell_provider(parts.log, parts.base_url, account, client)
    except ProviderError as error:
        await record_health(parts.log, account.id, health_after(error), error.reason)
        raise
    await record_health(parts.log, account.id, "ok")
    parts.book.forget(account_id)
    async with parts.log.write() as unit:
        await record_audit(unit, principal, "connect_account", "channel_account", account.id)
    return url
