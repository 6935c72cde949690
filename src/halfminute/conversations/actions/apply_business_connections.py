"""Applies that an owner has connected us, changed our rights, or disconnected us."""

from __future__ import annotations

from collections.abc import Sequence

from halfminute.channels.actions.put_business_connections import (
    ToldConnection,
    put_business_connections,
)
from halfminute.conversations.delivery.attempts import outbox_topic
from halfminute.conversations.tables import business as tables
from halfminute.kit.event_log import Unit, stream_name


async def apply_business_connections(unit: Unit, told: Sequence[ToldConnection]) -> None:
    """Note them, tell the open conversations, and hold back or let go what waits to be sent.

    What waits goes out by the connection that stands then, whatever the provider calls it.
    """
    if not told:
        return
    changed = await put_business_connections(unit, told)
    if not changed:
        return
    for row in await unit.connection.fetch(tables.LIST_OPEN, changed):
        data = {"conversation_id": str(row["id"])}
        unit.record("BusinessConnectionChanged", data, stream_name("conversation", row["id"]))
    await unit.connection.execute(tables.HOLD_BACK, changed)
    let_go = await unit.connection.fetch(tables.LET_GO, changed)
    for account_id in {row["channel_account_id"] for row in let_go}:
        unit.wake(outbox_topic(account_id))
