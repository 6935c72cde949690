"""Changes a stored channel account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET, UnsetType

from halfminute.channels import tables
from halfminute.channels.actions.connect_account import AccountParts, check_account
from halfminute.channels.errors import (
    AccountChanged,
    ChannelAccountNotFound,
    UnknownInboundMode,
    UnknownQueue,
)
from halfminute.channels.schemas import ChannelAccountView, view_of
from halfminute.channels.types import ChannelAccount, InboundMode
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import Unit, stream_name


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; what is not given stays. A `form` is given whole, secrets too.

    `settings` in its place are stored as they are: their feature has checked them.
    """

    name: str | UnsetType = UNSET
    form: Mapping[str, str] | UnsetType = UNSET
    settings: Mapping[str, Any] | UnsetType = UNSET
    inbound_mode: InboundMode | UnsetType = UNSET
    queue_id: UUID | UnsetType | None = UNSET
    reopen_seconds: Annotated[int, msgspec.Meta(ge=0)] | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET


async def change_account(
    parts: AccountParts,
    principal: Principal,
    account_id: UUID,
    change: AccountChange,
    *,
    expect: Callable[[ChannelAccount], bool] | None = None,
) -> ChannelAccountView:
    """Change it; a new form is tried at the provider first.

    `expect` says of the account as it is whether it is the one that the change is meant for.

    A change of form, mode or enabling takes effect at the provider by `connect_account`.
    Raises ChannelAccountNotFound, AccountChanged, UnknownInboundMode, UnknownQueue, InvalidAccount,
    ProviderError.
    """
    require(principal, "channel.configure")
    account = await parts.book.get(account_id)
    given = await _read_change(parts, account, change)
    try:
        async with parts.log.write() as unit:
            view = await _store(unit, parts, account_id, given, expect or _is_any)
            await record_audit(
                unit,
                principal,
                "change_account",
                "channel_account",
                account_id,
                {"changed": sorted(given)},
            )
    except asyncpg.ForeignKeyViolationError:
        raise UnknownQueue(queue_id=str(change.queue_id)) from None
    parts.book.forget(account_id)
    return view


def _is_any(_account: ChannelAccount) -> bool:
    return True


async def _read_change(
    parts: AccountParts, account: ChannelAccount, change: AccountChange
) -> dict[str, Any]:
    given = {
        name: value
        for name in change.__struct_fields__
        if (value := getattr(change, name)) is not UNSET
    }
    channel = parts.registry.get(account.kind)
    mode = given.get("inbound_mode", account.inbound_mode)
    if mode not in channel.capabilities.inbound_modes:
        raise UnknownInboundMode(inbound_mode=mode)
    form = given.pop("form", None)
    if form is not None:
        configuration = channel.read_form(form)
        identity = await check_account(channel, configuration)
        given["username"] = identity.username
        given["settings"] = configuration.settings
        given["secrets"] = configuration.secrets
    return given


async def _store(
    unit: Unit,
    parts: AccountParts,
    account_id: UUID,
    given: dict[str, Any],
    expect: Callable[[ChannelAccount], bool],
) -> ChannelAccountView:
    row = await unit.connection.fetchrow(tables.LOCK, account_id)
    if row is None:
        raise ChannelAccountNotFound
    present = parts.book.read_row(row)
    if not expect(present):
        raise AccountChanged
    account = msgspec.structs.replace(present, **given)
    if account.secrets != present.secrets:
        await unit.connection.execute(
            tables.KEEP_PREVIOUS_SECRETS, account.id, present.secrets_revision
        )
    [changed] = await unit.connection.fetch(
        tables.UPDATE,
        account.id,
        account.name,
        account.settings,
        parts.box.seal(account.secrets, row_id=account.id),
        account.inbound_mode,
        account.queue_id,
        account.reopen_seconds,
        account.is_enabled,
        account.username,
    )
    unit.record(
        "ChannelAccountConfigured",
        {"channel_account_id": str(account_id)},
        stream_name("channel_account", account_id),
    )
    return view_of(changed)
