"""What all routes share: the world, the open sockets, and the form of an error."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Depends, Request, WebSocket
from fastapi.responses import JSONResponse

from tests.web.stand_in.people import Json
from tests.web.stand_in.world import make_world

COOKIE = "halfminute_session"


def problem(status: int, code: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"code": code, "message": code, "fields": {}}
    return JSONResponse(body, status_code=status, headers=headers)


class Hub:
    """Open sockets and the streams each follows."""

    def __init__(self) -> None:
        self.sockets: dict[WebSocket, set[str]] = {}

    async def publish(self, frames: list[Json]) -> None:
        for socket, streams in list(self.sockets.items()):
            wanted = [frame for frame in frames if frame["stream"] in streams]
            if wanted:
                await socket.send_text(json.dumps(wanted))

    async def drop(self, code: int) -> None:
        for socket in list(self.sockets):
            self.sockets.pop(socket, None)
            await socket.close(code)


class StandIn:
    def __init__(self) -> None:
        self.world = make_world()
        self.hub = Hub()
        self.attempts = 0

    async def tell(self, frames: list[Json]) -> None:
        await self.hub.publish(frames)

    def view(self, conversation_id: str) -> Json | None:
        return self.world.conversations.get(conversation_id)


def _here(request: Request) -> StandIn:
    here: StandIn = request.app.state.here
    return here


Here = Annotated[StandIn, Depends(_here)]
