"""Reads of offers."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import asyncpg

from halfminute.kit.database import Connection
from halfminute.routing.errors import OfferNotFound
from halfminute.routing.schemas import OfferView
from halfminute.routing.tables import offers as tables
from halfminute.routing.types import Offer


async def get_offer(connection: Connection, offer_id: UUID) -> Offer:
    """The offer's row. Raises OfferNotFound."""
    row = await connection.fetchrow(tables.GET, offer_id)
    if row is None:
        raise OfferNotFound
    return _offer(row)


async def find_offer_by_number(connection: Connection, number: int) -> Offer | None:
    """The offer to which the engine gave this number."""
    row = await connection.fetchrow(tables.GET_BY_NUMBER, number)
    return None if row is None else _offer(row)


async def list_pending_offers(connection: Connection) -> list[Offer]:
    """All that ring, in the order in which they were made."""
    return [_offer(row) for row in await connection.fetch(tables.LIST_PENDING)]


async def find_pending_offers(connection: Connection, agent_id: UUID) -> list[OfferView]:
    """What rings at the agent: at most one."""
    rows = await connection.fetch(tables.LIST_PENDING_OF_AGENT, agent_id)
    return [_view(row) for row in rows]


async def list_offer_views(
    connection: Connection, offer_ids: Collection[UUID]
) -> dict[UUID, OfferView]:
    """The views of these offers, by id."""
    rows = await connection.fetch(tables.LIST_OF, list(offer_ids))
    return {row["id"]: _view(row) for row in rows}


async def list_ringing_agents(connection: Connection) -> set[UUID]:
    """The agents at whom an offer rings."""
    rows = await connection.fetch(tables.LIST_RINGING_AGENTS)
    return {row["agent_id"] for row in rows}


def _offer(row: asyncpg.Record) -> Offer:
    return Offer(**{name: row[name] for name in Offer.__struct_fields__})


def _view(row: asyncpg.Record) -> OfferView:
    return OfferView(**{name: row[name] for name in OfferView.__struct_fields__})
