"""Whether a channel account works, as its last contact with the provider showed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.channels import tables
from halfminute.channels.types import Health
from halfminute.kit.event_log import EventLog, stream_name

_DETAIL_LENGTH: Final = 300


async def record_health(log: EventLog, account_id: UUID, health: Health, detail: str = "") -> None:
    """Write it down and tell the screens, if it has changed. Raises DatabaseUnavailable."""
    async with log.write() as unit:
        detail = detail.replace("\0", "")[:_DETAIL_LENGTH]
        changed = await unit.connection.fetchval(tables.RECORD_HEALTH, account_id, health, detail)
        if changed is not None:
            unit.record(
                "ChannelAccountHealthChanged",
                {"channel_account_id": str(account_id)},
                stream_name("channel_account", account_id),
            )
