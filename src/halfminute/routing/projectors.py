"""What the realtime hub joins to events that name an offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from halfminute.kit.database import Connection
from halfminute.realtime.types import Audience
from halfminute.routing.queries import list_offer_views
from halfminute.routing.schemas import OfferView


async def fetch_offers(
    connection: Connection, ids: Sequence[UUID], audience: Audience
) -> Mapping[UUID, OfferView]:
    """The views of those that are there, for events that name `offer_id`; none for contacts."""
    return await list_offer_views(connection, ids) if audience == "user" else {}
