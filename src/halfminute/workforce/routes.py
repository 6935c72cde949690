"""The routes by which settings are tried on the last recorded day."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_204_NO_CONTENT

from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.workforce.actions.cancel_replay import cancel_replay
from halfminute.workforce.actions.request_replay import request_replay
from halfminute.workforce.replay.process import ReplayStarter
from halfminute.workforce.schemas import NewReplay, ReplayView
from halfminute.workforce.trials import get_replay


class ReplayController(Controller):
    """`/api/replays`. Needs `database`, `replays` and `principal`."""

    path = "/api/replays"
    tags = ("workforce",)

    @post("/", guards=[requires("queue.configure")])
    async def request(
        self,
        principal: NamedDependency[Principal],
        data: JSONBody[NewReplay],
        database: NamedDependency[Database],
        replays: NamedDependency[ReplayStarter],
    ) -> ReplayView:
        """Try these settings on the last recorded day. One at a time; nothing is changed by it."""
        change = data.queue
        return await request_replay(
            database, replays, principal, data.queue_id, change.settings, agent_ids=change.agent_ids
        )

    @get("/{replay_id:uuid}", guards=[requires("queue.configure")])
    async def show(
        self,
        replay_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> ReplayView:
        """How far it is, and in the end what it shows; to be asked for once a second."""
        return await get_replay(database, principal, replay_id)

    @delete(
        "/{replay_id:uuid}",
        guards=[requires("queue.configure")],
        status_code=HTTP_204_NO_CONTENT,
    )
    async def cancel(
        self,
        replay_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> None:
        """Nobody waits for it any more. What is over stays."""
        await cancel_replay(database, principal, replay_id)
