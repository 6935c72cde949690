"""The HTTP routes and the socket of the stand-in."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from tests.web.stand_in.ids import uuid7_at
from tests.web.stand_in.people import FIRST_LINE, ME, PHOTO, Json, conversation, instant, message
from tests.web.stand_in.people import rfc, text
from tests.web.stand_in.pictures import make_photo, make_sticker
from tests.web.stand_in.world import World, earlier_conversations, make_world

DIST = Path(__file__).parents[3] / "web" / "apps" / "desk" / "dist"
CSP = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'"
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
        self.photo = make_photo()
        self.sticker = make_sticker()
        self.attempts = 0

    async def tell(self, frames: list[Json]) -> None:
        await self.hub.publish(frames)

    def view(self, conversation_id: str) -> Json | None:
        return self.world.conversations.get(conversation_id)


def make_app() -> FastAPI:
    app = FastAPI()
    here = StandIn()
    app.state.here = here
    _guard(app, here)
    _session_routes(app, here)
    _read_routes(app, here)
    _write_routes(app, here)
    _routing_routes(app, here)
    _realtime(app, here)
    _stage(app, here)
    app.mount("/", StaticFiles(directory=DIST, html=True))
    return app


def _guard(app: FastAPI, here: StandIn) -> None:
    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        path = request.url.path
        if path.startswith("/api"):
            if not here.world.is_database_up:
                return problem(503, "database_unavailable", {"retry-after": "1"})
            for pattern, status in list(here.world.failing.items()):
                if pattern in f"{request.method} {path}":
                    return problem(status, f"staged_{status}")
            if path != "/api/session" and COOKIE not in request.cookies:
                return problem(401, "not_signed_in")
        response: Response = await call_next(request)
        response.headers["content-security-policy"] = CSP
        return response


def _session_routes(app: FastAPI, here: StandIn) -> None:
    def session() -> Json:
        return {"user": here.world.user, "roles": [], "permissions": ["conversation.reply"]}

    @app.post("/api/session")
    async def sign_in(request: Request) -> Response:
        body = await request.json()
        if body["password"] != "half-minute":
            here.attempts += 1
            if here.attempts > 3:
                return problem(429, "too_many_attempts", {"retry-after": "30"})
            return problem(401, "wrong_credentials")
        response = JSONResponse(session(), status_code=201)
        response.set_cookie(COOKIE, "stand-in", httponly=True, samesite="lax")
        return response

    @app.get("/api/session")
    async def get_session(request: Request) -> Response:
        if COOKIE not in request.cookies:
            return problem(401, "not_signed_in")
        return JSONResponse(session())

    @app.delete("/api/session", status_code=204)
    async def sign_out(response: Response) -> None:
        response.delete_cookie(COOKIE)

    @app.put("/api/session/language", status_code=204)
    async def set_language(request: Request) -> None:
        here.world.user["language"] = (await request.json())["language"]


def _read_routes(app: FastAPI, here: StandIn) -> None:
    @app.get("/api/desk")
    async def desk() -> Json:
        return here.world.desk()

    @app.get("/api/queues/{queue_id}/conversations")
    async def waiting(queue_id: str, after: str | None = None, limit: int = 50) -> Json:
        views = here.world.waiting(queue_id)
        start = int(after or 0)
        page = views[start : start + limit]
        following = str(start + limit) if len(views) > start + limit else None
        seq = here.world.seq(f"queue:{queue_id}")
        return {"items": page, "next": following, "stream_seq": seq}

    @app.get("/api/conversations/{conversation_id}")
    async def get_conversation(conversation_id: str) -> Response:
        view = here.view(conversation_id)
        if view is None:
            return problem(404, "not_found")
        body = {
            "conversation": view,
            "draft": here.world.drafts.get(conversation_id),
            "last_read_message_id": here.world.reads.get(conversation_id),
            "stream_seq": here.world.seq(f"conversation:{conversation_id}"),
        }
        return JSONResponse(body)

    @app.get("/api/conversations/{conversation_id}/messages")
    async def messages(conversation_id: str, before: str = "~", limit: int = 50) -> Json:
        thread = sorted(here.world.messages.get(conversation_id, []), key=lambda m: str(m["id"]))
        older = [known for known in thread if known["id"] < before]
        seq = here.world.seq(f"conversation:{conversation_id}")
        return {"items": older[-limit:], "has_more": len(older) > limit, "stream_seq": seq}

    @app.get("/api/conversations/{conversation_id}/revisions/{message_id}")
    async def revisions(conversation_id: str, message_id: str) -> list[Json]:
        parts = [text("Спасибо, вышка здесь не причём. Проверяю порт.")]
        return [{"revision": 0, "parts": parts, "replaced_at": rfc(instant(1370))}]

    @app.get("/api/contacts/{contact_id}")
    async def contact(contact_id: str) -> Json:
        view = next(
            view
            for view in here.world.conversations.values()
            if view["contact"]["id"] == contact_id
        )
        known = earlier_conversations(here.world, view["contact"])
        newest_first = sorted(known, key=lambda known: str(known["opened_at"]), reverse=True)
        return {"contact": view["contact"], "addresses": [], "conversations": newest_first}

    @app.get("/api/files/{file_id}")
    async def file(file_id: str) -> Response:
        content = here.photo if file_id == PHOTO else here.sticker
        return Response(content, media_type="image/png")


def _write_routes(app: FastAPI, here: StandIn) -> None:
    async def say(conversation_id: str, request: Request, direction: str) -> Response:
        body = await request.json()
        view = here.view(conversation_id)
        if view is None:
            return problem(404, "not_found")
        for known in here.world.messages[conversation_id]:
            if known["client_id"] == body["client_id"]:
                return JSONResponse(known)
        quote = body.get("reply_to_message_id")
        new = message(
            view,
            direction,
            0,
            text(body["text"]),
            client_id=body["client_id"],
            delivery="queued" if direction == "out" else None,
            reply_to={"message_id": quote} if quote else None,
        )
        event = "ReplyQueued" if direction == "out" else "NoteAdded"
        await here.tell(here.world.put_message(event, new))
        if direction == "out":
            asyncio.get_running_loop().create_task(deliver(dict(new)))
        return JSONResponse(new, status_code=201)

    async def deliver(new: Json) -> None:
        for state in ("sending", "sent", "delivered"):
            await asyncio.sleep(0.25)
            new = {**new, "delivery": state}
            await here.tell(here.world.put_message(f"Message{state.capitalize()}", new))

    @app.post("/api/conversations/{conversation_id}/messages")
    async def reply(conversation_id: str, request: Request) -> Response:
        return await say(conversation_id, request, "out")

    @app.post("/api/conversations/{conversation_id}/notes")
    async def note(conversation_id: str, request: Request) -> Response:
        return await say(conversation_id, request, "internal")

    @app.post("/api/conversations/{conversation_id}/messages/{message_id}/retry")
    async def retry(conversation_id: str, message_id: str) -> Json:
        found = next(m for m in here.world.messages[conversation_id] if m["id"] == message_id)
        queued = {**found, "delivery": "queued", "delivery_reason": "", "is_retryable": False}
        await here.tell(here.world.put_message("MessageRetried", queued))
        asyncio.get_running_loop().create_task(deliver(queued))
        return queued

    @app.put("/api/conversations/{conversation_id}/draft")
    async def draft(conversation_id: str, request: Request) -> Response:
        body = await request.json()
        known = here.world.drafts.get(conversation_id, {"version": 0})
        if known["version"] != body["version"]:
            return problem(409, "draft_conflict")
        version = int(body["version"]) + 1
        here.world.drafts[conversation_id] = {"text": body["text"], "version": version}
        return JSONResponse({"version": version})

    @app.post("/api/conversations/{conversation_id}/read", status_code=204)
    async def read(conversation_id: str, request: Request) -> None:
        here.world.reads[conversation_id] = (await request.json())["message_id"]

    @app.post("/api/conversations/{conversation_id}/close")
    async def close(conversation_id: str, request: Request) -> Json:
        body = await request.json()
        change = {**body, "state": "wrap_up", "wrap_up_at": rfc(instant()), "wrap_up_seconds": 30}
        await here.tell(here.world.change("WrapUpStarted", conversation_id, {}, **change))
        return here.world.conversations[conversation_id]

    @app.post("/api/conversations/{conversation_id}/finish-wrap-up")
    async def finish(conversation_id: str) -> Json:
        await here.tell(
            here.world.change("ConversationClosed", conversation_id, {}, state="closed")
        )
        return here.world.conversations[conversation_id]


def _routing_routes(app: FastAPI, here: StandIn) -> None:
    async def assign(conversation_id: str, by: str, agent_id: str, name: str) -> Json:
        change = {"state": "active", "agent_id": agent_id, "agent_name": name}
        data = {"by": by}
        await here.tell(here.world.change("ConversationAssigned", conversation_id, data, **change))
        return here.world.conversations[conversation_id]

    app.state.assign = assign

    @app.post("/api/conversations/{conversation_id}/pull")
    async def pull(conversation_id: str) -> Response:
        if here.world.conversations[conversation_id]["state"] != "queued":
            return problem(409, "conversation_taken")
        return JSONResponse(await assign(conversation_id, "pull", ME, "Анна Ковалёва"))

    @app.post("/api/offers/{offer_id}/accept")
    async def accept(offer_id: str) -> Response:
        offer = here.world.offers[offer_id]
        if offer["state"] != "pending":
            return problem(409, "offer_ended")
        offer["state"] = "accepted"
        await end_offer(offer, "OfferAccepted")
        view = await assign(offer["conversation_id"], "offer", ME, "Анна Ковалёва")
        return JSONResponse(view)

    @app.post("/api/offers/{offer_id}/decline", status_code=204)
    async def decline(offer_id: str) -> None:
        offer = here.world.offers[offer_id]
        offer["state"] = "declined"
        here.world.conversations[offer["conversation_id"]]["state"] = "queued"
        await end_offer(offer, "OfferDeclined")

    async def end_offer(offer: Json, event: str) -> None:
        data = {"offer_id": offer["id"], "offer": dict(offer)}
        await here.tell(here.world.change(event, offer["conversation_id"], data))

    app.state.end_offer = end_offer

    @app.put("/api/presence")
    async def presence(request: Request) -> Json:
        body = await request.json()
        here.world.agent.update(
            presence=body["presence"],
            presence_reason=body["reason"],
            presence_changed_at=rfc(instant()),
        )
        data = {"agent_id": ME, "agent": dict(here.world.agent)}
        await here.tell(here.world.record("AgentPresenceChanged", [f"agent:{ME}"], data))
        return here.world.agent


def _realtime(app: FastAPI, here: StandIn) -> None:
    async def beat(socket: WebSocket) -> None:
        while True:
            frame = {
                "type": "heartbeat",
                "server_time": rfc(instant()),
                "is_live": here.world.is_live,
            }
            await socket.send_text(json.dumps(frame))
            await asyncio.sleep(1)

    async def receive(socket: WebSocket, frame: Json) -> None:
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

    @app.websocket("/api/realtime")
    async def realtime(socket: WebSocket) -> None:
        await socket.accept()
        if COOKIE not in socket.cookies:
            await socket.close(4401)
            return
        here.hub.sockets[socket] = set()
        welcome = {"type": "welcome", "heartbeat_seconds": 2, "server_time": rfc(instant())}
        await socket.send_text(json.dumps(welcome))
        pulse = asyncio.create_task(beat(socket))
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, KeyError):
            while True:
                await receive(socket, json.loads(await socket.receive_text()))
        pulse.cancel()
        here.hub.sockets.pop(socket, None)


def _stage(app: FastAPI, here: StandIn) -> None:
    """What a test lets happen in the world outside of the desk."""

    @app.post("/stage/offer")
    async def offer(seconds: float = 20, name: str = "Софья Андреевна") -> Json:
        view = conversation(name, "offered", 9)
        words = text("Здравствуйте! Телефон украли, заблокируйте, пожалуйста, сим-карту!")
        here.world.add(view, [message(view, "in", 9, words)])
        made: Json = {
            "id": uuid7_at(instant()),
            "number": len(here.world.offers) + 1,
            "conversation_id": view["id"],
            "agent_id": ME,
            "queue_id": FIRST_LINE,
            "state": "pending",
            "epoch": 1,
            "offered_at": rfc(instant()),
            "expires_at": rfc(instant(-seconds)),
            "reason": "",
        }
        here.world.offers[made["id"]] = made
        data = {"offer_id": made["id"], "offer": dict(made)}
        await here.tell(here.world.change("ConversationOffered", view["id"], data))
        return made

    @app.post("/stage/offer/{offer_id}/end")
    async def end(offer_id: str, event: str = "OfferTimedOut", quietly: bool = False) -> None:
        made = here.world.offers[offer_id]
        made["state"] = "timed_out" if event == "OfferTimedOut" else "withdrawn"
        here.world.conversations[made["conversation_id"]]["state"] = "queued"
        if not quietly:
            await app.state.end_offer(made, event)

    @app.post("/stage/message")
    async def say(name: str, words: str) -> Json:
        view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
        new = message(view, "in", 0, text(words))
        await here.tell(here.world.put_message("MessageReceived", new))
        return new

    @app.post("/stage/history")
    async def history(name: str, count: int) -> None:
        view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
        long = [
            message(view, "in" if n % 3 else "out", 200_000 - n * 60, text(f"Сообщение {n}"))
            for n in range(count)
        ]
        here.world.messages[view["id"]][:0] = long

    @app.post("/stage/taken")
    async def taken(name: str, by: str = "Борис", quietly: bool = False) -> None:
        view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
        if quietly:
            view.update(state="active", agent_id=str(uuid4()), agent_name=by, version=99)
        else:
            await app.state.assign(view["id"], "pull", str(uuid4()), by)

    @app.post("/stage/waiting")
    async def waiting(count: int) -> None:
        for number in range(count):
            view = conversation(f"Абонент {number}", "queued", 5)
            here.world.add(view, [message(view, "in", 5, text("Алло?"))])
            queued = here.world.change("ConversationQueued", view["id"], {})
            await here.tell([frame for frame in queued if frame["stream"].startswith("queue:")])

    @app.post("/stage/draft")
    async def other_draft(name: str, words: str) -> None:
        view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
        here.world.drafts[view["id"]] = {"text": words, "version": 7}

    @app.post("/stage/set")
    async def set_stage(request: Request) -> None:
        for key, value in (await request.json()).items():
            setattr(here.world, key, value)

    @app.post("/stage/drop")
    async def drop(code: int = 1012) -> None:
        await here.hub.drop(code)

    @app.get("/stage/messages")
    async def said(name: str) -> list[Json]:
        view = next(v for v in here.world.conversations.values() if v["contact"]["name"] == name)
        return here.world.messages[view["id"]]

    @app.post("/stage/reset")
    async def reset() -> None:
        await here.hub.drop(1012)
        here.world = make_world()
        here.attempts = 0


def world_of(app: FastAPI) -> World:
    world: World = app.state.here.world
    return world
