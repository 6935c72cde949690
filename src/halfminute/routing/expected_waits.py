"""The places and expected waits of those in a queue, for whoever looks after it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from halfminute.conversations.queries import list_waiting_ids, require_queue
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.time import to_us, utc_now
from halfminute.routing.follower import RouterFollower
from halfminute.routing.rounding import place_of
from halfminute.routing.schemas_expected_waits import ExpectedWaits, WaitingPlace

MOST_PLACES: Final = 50
_MOST_SECONDS: Final = 0.2


async def get_expected_waits(
    database: Database, follower: RouterFollower, principal: Principal, queue_id: UUID
) -> ExpectedWaits:
    """Of those who have waited longest in the queue, fifty at the most.

    Raises QueueNotFound, RouterNotReady.
    """
    async with database.connection() as connection:
        await require_queue(connection, principal, queue_id)
        waiting = await list_waiting_ids(connection, queue_id, limit=MOST_PLACES)
    now = utc_now()
    found = await follower.expect(waiting, to_us(now), most_seconds=_MOST_SECONDS)
    places = {each: place_of(wait) for each, wait in found.items()}
    return ExpectedWaits(
        as_of=now,
        items=[
            WaitingPlace(
                conversation_id=each, position=place.position, expected_wait=place.expected_wait
            )
            for each, place in places.items()
            if place is not None
        ],
    )
