"""Gives a stored account new secrets of the same account at the provider, without losing a message.

The new ones are tried first, and must be of the same bot. Calls that are under way end by the old
ones (`ClientPool`); what a refused account had to send goes on. The provider is told by what to
prove itself from now on, and until it was, and for a while after, the old proof counts as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import structlog

from halfminute.channels import tables
from halfminute.channels.actions.connect_account import (
    AccountParts,
    check_account,
    connect_account,
)
from halfminute.channels.errors import AccountChanged, AnotherAccount, NoSecret
from halfminute.channels.schemas import ChannelAccountView, view_of
from halfminute.channels.types import ChannelAccount
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import stream_name
from halfminute.sdk.channel import AccountConfiguration, AccountIdentity, Channel
from halfminute.sdk.errors import ProviderError

logger = structlog.get_logger(__name__)


async def replace_secrets(
    parts: AccountParts, principal: Principal, account_id: UUID, given: Mapping[str, str]
) -> ChannelAccountView:
    """Replace them by `given`, fields of the channel's form that are secret.

    Saved, the account is connected anew; should the provider not take that, its health says so and
    the watch goes on trying. Raises ChannelAccountNotFound, NoSecret, InvalidAccount,
    AnotherAccount, AccountChanged, and ProviderError when the provider does not accept them; then
    nothing is changed.
    """
    require(principal, "channel.configure")
    parts.book.forget(account_id)
    account = await parts.book.get(account_id)
    channel = parts.registry.get(account.kind)
    configuration = channel.read_form(_fill_form(channel, account, given))
    identity = await check_account(channel, configuration)
    _require_same(channel, account, identity)
    await _store(parts, principal, account, configuration, identity)
    parts.book.forget(account_id)
    if account.is_enabled:
        try:
            await connect_account(parts, principal, account_id)
        except ProviderError as error:
            logger.warning(
                "not_connected_anew", channel_account_id=str(account_id), reason=error.reason
            )
    async with parts.log.database.connection() as connection:
        [row] = await connection.fetch(tables.GET, account_id)
    return view_of(row)


def _fill_form(
    channel: Channel, account: ChannelAccount, given: Mapping[str, str]
) -> dict[str, str]:
    """The form with the account's settings as they are."""
    secret = {field.name for field in channel.form if field.is_secret}
    if not given or (wrong := sorted(set(given) - secret)):
        raise NoSecret(field=wrong[0] if given else None, fields=sorted(secret))
    kept = {
        field.name: str(account.settings[field.name])
        for field in channel.form
        if not field.is_secret and field.name in account.settings
    }
    return {**kept, **given}


def _require_same(channel: Channel, account: ChannelAccount, identity: AccountIdentity) -> None:
    present = channel.read_account_id(account.secrets)
    if present is not None and present != identity.external_id:
        raise AnotherAccount(
            present={"external_id": present, "username": account.username},
            given={"external_id": identity.external_id, "username": identity.username},
        )


async def _store(
    parts: AccountParts,
    principal: Principal,
    account: ChannelAccount,
    configuration: AccountConfiguration,
    identity: AccountIdentity,
) -> None:
    async with parts.log.write() as unit:
        kept = await unit.connection.fetchval(
            tables.KEEP_PREVIOUS_SECRETS, account.id, account.secrets_revision
        )
        if kept is None:
            raise AccountChanged
        await unit.connection.execute(
            tables.REPLACE_SECRETS,
            account.id,
            configuration.settings,
            parts.box.seal(configuration.secrets, row_id=account.id),
            identity.username,
        )
        await record_audit(unit, principal, "replace_secrets", "channel_account", account.id)
        for event in ("ChannelAccountConfigured", "ChannelAccountHealthChanged"):
            unit.record(
                event,
                {"channel_account_id": str(account.id)},
                stream_name("channel_account", account.id),
            )
