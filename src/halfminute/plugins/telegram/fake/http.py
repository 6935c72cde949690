"""The Bot API over ASGI: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

import msgspec

from halfminute.plugins.telegram.fake.methods import Methods
from halfminute.plugins.telegram.fake.parameters import read_fields
from halfminute.plugins.telegram.fake.refusals import CutConnection, RawAnswer, Refusal
from halfminute.plugins.telegram.fake.world import World

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

# How a protocol tells the application to close the connection without an answer.
CUT: Final = "halfminute.cut"

_METHOD: Final = re.compile(r"/bot(\d+:[A-Za-z0-9_-]+)/(\w+)")
_FILE: Final = re.compile(r"/file/bot(\d+:[A-Za-z0-9_-]+)/(.+)")
# "50 MB max size for other files" (https://core.telegram.org/bots/api#sending-files), and what
# stands around them.
_BODY_LIMIT: Final = 51 * 1024 * 1024
_CHUNK: Final = 256 * 1024
_ENCODER: Final = msgspec.json.Encoder()


class BotApi:
    """Answers the Bot API's addresses and passes all others to `control`."""

    def __init__(self, methods: Methods, world: World, control: Application) -> None:
        self._methods = methods
        self._world = world
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/bot"):
            await self._answer_method(scope, receive, send)
        elif scope["type"] == "http" and path.startswith("/file/"):
            await self._answer_file(scope, send)
        else:
            await self._control(scope, receive, send)

    async def _answer_method(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            result = await self._call(scope, receive)
        except Refusal as refusal:
            await _answer(send, refusal.status, _ENCODER.encode(refusal.as_answer()))
        except RawAnswer as raw:
            await _answer(send, raw.status, raw.body.encode(), b"text/html")
        except CutConnection:
            scope[CUT]()
            await receive()
        else:
            await _answer(send, 200, _ENCODER.encode({"ok": True, "result": result}))

    async def _call(self, scope: Scope, receive: Receive) -> Any:
        match = _METHOD.fullmatch(scope["path"])
        if match is None:
            raise Refusal(404, "Not Found")
        headers = dict(scope["headers"])
        body = await _read_body(receive)
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        fields, uploaded = read_fields(scope.get("query_string", b""), content_type, body)
        return await self._methods.call(match[1], match[2], fields, uploaded)

    async def _answer_file(self, scope: Scope, send: Send) -> None:
        match = _FILE.fullmatch(scope["path"])
        bot = self._world.find_bot(match[1]) if match else None
        files = bot.files.values() if bot else ()
        file = next((each for each in files if match and each.path == match[2]), None)
        if file is None:
            refusal = Refusal(404, "Not Found")
            await _answer(send, 404, _ENCODER.encode(refusal.as_answer()))
            return
        content = file.content if file.content is not None else bytes(file.size)
        await _answer(send, 200, content, b"application/octet-stream")


async def _read_body(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise CutConnection
        pieces.append(event.get("body", b""))
        size += len(pieces[-1])
        if size > _BODY_LIMIT:
            raise Refusal(413, "Request Entity Too Large")
        if not event.get("more_body"):
            return b"".join(pieces)


async def _answer(
    send: Send, status: int, body: bytes, content_type: bytes = b"application/json"
) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for start in range(0, len(body), _CHUNK):
        piece = body[start : start + _CHUNK]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
