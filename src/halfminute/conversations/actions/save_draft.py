"""Keeps what an agent has begun to write, on whichever device."""

from __future__ import annotations

from uuid import UUID

from halfminute.contacts.errors import ContactErased
from halfminute.conversations.access import require_sight
from halfminute.conversations.errors import DraftChanged
from halfminute.conversations.schemas import DraftChange, DraftVersion
from halfminute.conversations.tables import erasure
from halfminute.conversations.tables import messages as tables
from halfminute.conversations.texts import check_storable
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection
from halfminute.kit.event_log import EventLog


async def save_draft(
    log: EventLog, principal: Principal, conversation_id: UUID, draft: DraftChange
) -> DraftVersion:
    """Save over the version that the device has read; an empty text deletes the draft.

    Raises ConversationNotFound, ContactErased, DraftChanged (another device was newer),
    InvalidText.
    """
    check_storable(draft.text)
    async with log.write() as unit:
        await require_sight(unit.connection, principal, conversation_id)
        await _require_not_erased(unit.connection, conversation_id)
        whose = (conversation_id, principal.user_id)
        if not draft.text:
            return await _delete(unit.connection, whose, draft.version)
        version = await unit.connection.fetchval(
            tables.SAVE_DRAFT, *whose, draft.text, draft.version
        )
        if version is None:
            raise DraftChanged(version=await _version(unit.connection, whose))
        return DraftVersion(version)


async def _require_not_erased(connection: Connection, conversation_id: UUID) -> None:
    """An erasure is waited for; one that comes later finds the draft."""
    address_id = await connection.fetchval(erasure.HOLD_CONVERSATION, conversation_id)
    if await connection.fetchval(erasure.IS_ERASED, address_id):
        raise ContactErased


async def _delete(
    connection: Connection, whose: tuple[UUID, UUID | None], version: int
) -> DraftVersion:
    await connection.execute(tables.DELETE_DRAFT, *whose, version)
    if stored := await _version(connection, whose):
        raise DraftChanged(version=stored)
    return DraftVersion(0)


async def _version(connection: Connection, whose: tuple[UUID, UUID | None]) -> int:
    return await connection.fetchval(tables.DRAFT_VERSION, *whose) or 0
