"""The routes of queues: what they are, and who serves them."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from halfminute.identity.access import Facts, allows
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.details import list_queue_details
from halfminute.queues.schemas import QueueAgents, QueueChange, QueueDetails


class QueueController(Controller):
    """`/api/queues`. Needs `database`, `log` and `principal`."""

    path = "/api/queues"
    tags = ("queues",)

    @get("/", guards=[requires("queue.configure")])
    async def list_queues(
        self, principal: NamedDependency[Principal], database: NamedDependency[Database]
    ) -> list[QueueDetails]:
        """The queues that the caller may configure, also those switched off, by name."""
        async with database.connection() as connection:
            details = await list_queue_details(connection)
        return [
            each
            for each in details
            if allows(principal, "queue.configure", Facts(queue_id=each.id))
        ]

    @post("/", guards=[requires("queue.configure")])
    async def create(
        self,
        principal: NamedDependency[Principal],
        data: JSONBody[QueueChange],
        log: NamedDependency[EventLog],
    ) -> QueueDetails:
        """A new queue."""
        return await configure_queue(log, principal, data.settings, agent_ids=data.agent_ids)

    @put("/{queue_id:uuid}", guards=[requires("queue.configure")])
    async def configure(
        self,
        queue_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        data: JSONBody[QueueChange],
        log: NamedDependency[EventLog],
    ) -> QueueDetails:
        """Set all that is configured of it, as long as it is what the caller has seen."""
        return await configure_queue(
            log,
            principal,
            data.settings,
            queue_id=queue_id,
            agent_ids=data.agent_ids,
            revision=data.revision,
        )

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
