"""Reads of contact links, and how long they are remembered."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

import asyncpg

from halfminute.contacts import tables
from halfminute.contacts.errors import ContactLinkNotFound
from halfminute.contacts.schemas import ContactLinkState
from halfminute.identity.access import require
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection, Database
from halfminute.kit.retention import Amount, delete_in_batches, measure

_AT_ONCE: Final = 1000


async def get_contact_link(
    connection: Connection, principal: Principal, account_id: UUID, link_id: UUID
) -> ContactLinkState:
    """What became of a link that the caller has made. Raises ContactLinkNotFound."""
    require(principal, "contact_link.create")
    row = await connection.fetchrow(tables.FIND_LINK, link_id, account_id, principal.actor_id)
    if row is None:
        raise ContactLinkNotFound
    return ContactLinkState(
        id=row["id"],
        state=_state_of(row),
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        contact_id=row["contact_id"] if row["outcome"] == "proven" else None,
        return_data=row["return_data"],
    )


async def forget_old_links(database: Database, days: int) -> int:
    """Delete links and presses of more than so many days ago; returns how many.

    A link's days begin when it expires. Until then it is evidence of who was believed, and why.
    """
    forgotten = 0
    for statement in (tables.FORGET_LINKS, tables.FORGET_PRESSES):
        forgotten += await delete_in_batches(database, statement, days, at_once=_AT_ONCE)
    return forgotten


async def measure_old_links(connection: Connection, days: int) -> Amount:
    """How much that would be."""
    links = await measure(connection, tables.COUNT_LINKS, days)
    return links + await measure(connection, tables.COUNT_PRESSES, days)


async def list_links_of(connection: Connection, contact_id: UUID) -> list[dict[str, Any]]:
    """All that the site has said of a contact in links that are kept still, oldest first."""
    return [dict(row) for row in await connection.fetch(tables.LINKS_OF_CONTACT, contact_id)]


async def list_presses_of(connection: Connection, contact_id: UUID) -> list[dict[str, Any]]:
    """The presses of links at a contact's addresses, oldest first."""
    return [dict(row) for row in await connection.fetch(tables.PRESSES_OF_CONTACT, contact_id)]


def _state_of(row: asyncpg.Record) -> Literal["open", "expired", "proven", "disputed"]:
    if row["outcome"] == "disputed":
        return "disputed"
    if row["used_at"] is not None:
        return "proven"
    return "expired" if row["is_expired"] else "open"
