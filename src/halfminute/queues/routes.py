"""The routes of queues: what they are, and who serves them."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from halfminute.identity.access import require
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.queries import list_enabled_queue_views
from halfminute.queues.schemas import QueueAgents, QueueSettings, QueueView


class QueueController(Controller):
    """`/api/queues`. Needs `database`, `log` and `principal`."""

    path = "/api/queues"
    tags = ("queues",)

    @get("/", guards=[requires("queue.configure")])
    async def list_queues(
        self, principal: NamedDependency[Principal], database: NamedDependency[Database]
    ) -> list[QueueView]:
        """All queues that are on."""
        require(principal, "queue.read")
        async with database.connection() as connection:
            return await list_enabled_queue_views(connection)

    @post("/", guards=[requires("queue.configure")])
    async def create(
        self,
        principal: NamedDependency[Principal],
        data: JSONBody[QueueSettings],
        log: NamedDependency[EventLog],
    ) -> QueueView:
        """A new queue."""
        return await configure_queue(log, principal, data)

    @put("/{queue_id:uuid}", guards=[requires("queue.configure")])
    async def configure(
        self,
        queue_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[QueueSettings],
        log: NamedDependency[EventLog],
    ) -> QueueView:
        """Set all that is configured of it."""
        return await configure_queue(log, principal, data, queue_id=queue_id)

    @put(
        "/{queue_id:uuid}/agents",
        guards=[requires("queue.configure")],
        status_code=HTTP_204_NO_CONTENT,
    )
    async def set_agents(
        self,
        queue_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[QueueAgents],
        log: NamedDependency[EventLog],
    ) -> None:
        """Say who serves it."""
        await set_queue_agents(log, principal, queue_id, data.agent_ids)
