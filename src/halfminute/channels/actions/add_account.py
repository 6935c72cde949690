"""Connects a channel account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec

from halfminute.channels import tables
from halfminute.channels.actions.connect_account import AccountParts, check_account
from halfminute.channels.errors import UnknownInboundMode, UnknownQueue
from halfminute.channels.schemas import ChannelAccountView, view_of
from halfminute.channels.types import ChannelAccountId, InboundMode
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import stream_name
from halfminute.kit.ids import new_id
from halfminute.sdk.channel import AccountConfiguration, Channel

REOPEN_SECONDS = 86_400


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator says of a new account. `form` holds the fields of the channel's form.

    `settings` in its place are stored as they are: their feature has checked them.
    Without an `inbound_mode` it is the first that the channel has. A customer who writes within
    `reopen_seconds` of the closing goes on with the old conversation.
    """

    kind: str
    form: Mapping[str, str] = msgspec.field(default_factory=dict)
    settings: Mapping[str, Any] | None = None
    name: str = ""
    inbound_mode: InboundMode | None = None
    queue_id: UUID | None = None
    reopen_seconds: Annotated[int, msgspec.Meta(ge=0)] = REOPEN_SECONDS


async def add_account(
    parts: AccountParts, principal: Principal, new: NewAccount
) -> ChannelAccountView:
    """Try it at the provider, then store it, its secrets sealed.

    With `webhook` the provider is asked by `connect_account` to bring its updates.
    Raises Forbidden, UnknownChannelKind, UnknownInboundMode, UnknownQueue, InvalidAccount, and
    ProviderError when the provider does not accept the settings; then nothing is stored.
    """
    require(principal, "channel.configure")
    channel = parts.registry.get(new.kind)
    mode = new.inbound_mode or channel.capabilities.inbound_modes[0]
    if mode not in channel.capabilities.inbound_modes:
        raise UnknownInboundMode(inbound_mode=mode)
    configuration = (
        channel.read_form(new.form)
        if new.settings is None
        else AccountConfiguration(settings=dict(new.settings), secrets={})
    )
    identity = await check_account(channel, configuration)
    named = msgspec.structs.replace(new, name=new.name or identity.name, inbound_mode=mode)
    try:
        return await _store(parts, principal, channel, named, identity.username, configuration)
    except asyncpg.ForeignKeyViolationError:
        raise UnknownQueue(queue_id=str(new.queue_id)) from None


async def _store(  # noqa: PLR0917 - one row's worth of values
    parts: AccountParts,
    principal: Principal,
    channel: Channel,
    new: NewAccount,
    username: str | None,
    configuration: AccountConfiguration,
) -> ChannelAccountView:
    account_id = ChannelAccountId(new_id())
    sealed = parts.box.seal(configuration.secrets, row_id=account_id)
    async with parts.log.write() as unit:
        [row] = await unit.connection.fetch(
            tables.INSERT,
            account_id,
            channel.kind,
            new.name,
            configuration.settings,
            sealed,
            new.inbound_mode,
            new.queue_id,
            new.reopen_seconds,
            username,
        )
        await record_audit(unit, principal, "add_account", "channel_account", account_id)
        unit.record(
            "ChannelAccountConfigured",
            {"channel_account_id": str(account_id)},
            stream_name("channel_account", account_id),
        )
        return view_of(row)
