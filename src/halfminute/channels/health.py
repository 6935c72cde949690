"""Whether a channel account works, as its last contact with the provider showed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.channels import tables
from halfminute.channels.types import Health
from halfminute.kit.event_log import EventLog, stream_name
from halfminute.sdk.errors import ProviderError

_DETAIL_LENGTH: Final = 300


def health_after(error: ProviderError) -> Health:
    """What a failed call says of its account."""
    return "refused" if error.refusal == "account_refused" else "failing"


async def record_health(
    log: EventLog,
    account_id: UUID,
    health: Health,
    detail: str = "",
    *,
    secrets_revision: int | None = None,
) -> None:
    """Write it down and tell the screens, if it has changed. Raises DatabaseUnavailable.

    With `secrets_revision` only as long as the account still has these secrets: what a call with
    older ones was told says nothing of the new.
    """
    async with log.write() as unit:
        detail = detail.replace("\0", "")[:_DETAIL_LENGTH]
        changed = await unit.connection.fetchval(
            tables.RECORD_HEALTH, account_id, health, detail, secrets_revision
        )
        if changed is not None:
            unit.record(
                "ChannelAccountHealthChanged",
                {"channel_account_id": str(account_id)},
                stream_name("channel_account", account_id),
            )
