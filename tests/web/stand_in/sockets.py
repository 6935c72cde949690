"""The socket."""

from __future__ import annotations

import asyncio
import contextlib
import json

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from tests.web.stand_in.here import COOKIE, StandIn
from tests.web.stand_in.people import Json, instant, rfc

router = APIRouter()


async def _beat(here: StandIn, socket: WebSocket) -> None:
    while True:
        frame = {
            "type": "heartbeat",
            "server_time": rfc(instant()),
            "is_live": here.world.is_live,
        }
        await socket.send_text(json.dumps(frame))
        await asyncio.sleep(1)


async def _receive(here: StandIn, socket: WebSocket, frame: Json) -> None:
    stream = frame.get("stream", "")
    if frame["type"] == "unsubscribe":
        here.hub.sockets[socket].discard(stream)
    if frame["type"] != "subscribe":
        return
    missed = here.world.log.setdefault(stream, [])[frame["after"] :]
    if missed:
        await socket.send_text(json.dumps(missed))
    here.hub.sockets[socket].add(stream)
    done = {"type": "subscribed", "stream": stream, "seq": here.world.seq(stream)}
    await socket.send_text(json.dumps(done))


@router.websocket("/api/realtime")
async def realtime(socket: WebSocket) -> None:
    here: StandIn = socket.app.state.here
    await socket.accept()
    if COOKIE not in socket.cookies:
        await socket.close(4401)
        return
    here.hub.sockets[socket] = set()
    welcome = {"type": "welcome", "heartbeat_seconds": 2, "server_time": rfc(instant())}
    await socket.send_text(json.dumps(welcome))
    pulse = asyncio.create_task(_beat(here, socket))
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, KeyError):
        while True:
            await _receive(here, socket, json.loads(await socket.receive_text()))
    pulse.cancel()
    here.hub.sockets.pop(socket, None)
