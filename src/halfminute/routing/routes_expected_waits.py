"""The route by which the desk asks how long those in a queue may still wait."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.routing.expected_waits import get_expected_waits
from halfminute.routing.follower import RouterFollower
from halfminute.routing.schemas_expected_waits import ExpectedWaits


class ExpectedWaitsController(Controller):
    """`/api/queues/{queue_id}/expected-waits`. Needs `database`, `follower` and `principal`."""

    path = "/api/queues/{queue_id:uuid}/expected-waits"
    tags = ("routing",)

    @get("/", guards=[requires("report.read")])
    async def show(
        self,
        queue_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        follower: NamedDependency[RouterFollower],
    ) -> ExpectedWaits:
        """The places and expected waits of the fifty who have waited longest."""
        return await get_expected_waits(database, follower, principal, queue_id)
