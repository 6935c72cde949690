"""The wire shape of a channel account: never its secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from halfminute.channels.types import ChannelAccountId, Health, InboundMode


class ChannelAccountView(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator sees of a channel account."""

    id: ChannelAccountId
    kind: str
    name: str
    settings: dict[str, Any]
    inbound_mode: InboundMode
    queue_id: UUID | None
    reopen_seconds: int
    is_enabled: bool
    sending_blocked_until: datetime | None
    health: Health
    health_detail: str
    health_at: datetime | None
    created_at: datetime


def view_of(row: asyncpg.Record) -> ChannelAccountView:
    """The view of an account's row."""
    return ChannelAccountView(**{n: row[n] for n in ChannelAccountView.__struct_fields__})
