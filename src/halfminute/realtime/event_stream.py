"""`GET /api/realtime/stream?after=N`: what a contact's socket would tell, as server-sent events.

For browsers behind a proxy that lets no WebSocket through. The frames are the socket's, one or an
array of them as the data of each event (HTML Living Standard, 9.2); an event `close` brings the
code that a socket would have been closed with. A token or a ticket comes as `Authorization:
Bearer`, never in the address, which stands in logs.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Final
from urllib.parse import parse_qs

from halfminute.identity.api_tokens import read_bearer
from halfminute.identity.errors import ForeignOrigin
from halfminute.identity.origins import Origins, origin_of
from halfminute.kit.errors import (
    HalfminuteError,
    InvalidRequest,
    NotSignedIn,
    TooManyRequests,
    Unavailable,
)
from halfminute.kit.http.errors import encode_error
from halfminute.kit.time import utc_now
from halfminute.realtime.admission import Admission
from halfminute.realtime.hub import Hub
from halfminute.realtime.protocol import CONTACT_HEARTBEAT_SECONDS, welcome_frame
from halfminute.realtime.sockets import Socket

STREAM_PATH: Final = "/api/realtime/stream"
# The largest number that a browser counts to without a fault.
_LARGEST_SEQ: Final = 2**53 - 1
_RETRY_SECONDS: Final = 1
_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    # nginx would keep what comes until its buffer is full.
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)


class EventStreamEndpoint:
    """The ASGI application at `STREAM_PATH`."""

    def __init__(self, hub: Hub, admission: Admission, origins: Origins) -> None:
        """Lets contacts in, and nobody else."""
        self._hub = hub
        self._admission = admission
        self._origins = origins

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One stream, from its request to its end."""
        carrier = _Carrier(receive, send)
        with ExitStack() as held:
            try:
                after = _read_after(scope)
                socket = await self._let_in(scope["headers"], carrier, held)
            except HalfminuteError as error:
                await _refuse(send, error)
                return
            await self._serve(socket, carrier, after)

    async def _let_in(self, headers: Any, carrier: _Carrier, held: ExitStack) -> Socket:
        if not self._origins.is_allowed(headers, may_be_absent=True):
            raise ForeignOrigin
        self._admission.hold_address(held)
        token = read_bearer(headers)
        if token is None:
            raise NotSignedIn
        return await self._admission.admit_contact(token, origin_of(headers), carrier.send, held)

    async def _serve(self, socket: Socket, carrier: _Carrier, after: int) -> None:
        await carrier.begin()
        self._hub.join(socket)
        try:
            socket.push(welcome_frame(CONTACT_HEARTBEAT_SECONDS, utc_now()))
            stream = f"conversation:{socket.principal.conversation_id}"
            self._hub.subscribe(socket, stream, after)
            await carrier.wait_for_end()
        finally:
            self._hub.leave(socket)


class _Carrier:
    """Takes what is meant for a WebSocket, and sends it as events."""

    def __init__(self, receive: Any, send: Any) -> None:
        self._receive = receive
        self._send = send

    @property
    def transport(self) -> Any:
        """What a socket cuts when nobody reads; in uvicorn the cycle of a request has it."""
        return getattr(getattr(self._receive, "__self__", None), "transport", None)

    async def begin(self) -> None:
        """The head of the answer."""
        await self._send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})

    async def send(self, message: Any) -> None:
        """As ASGI sends to a socket."""
        is_last = message["type"] == "websocket.close"
        event = f"event: close\ndata: {message['code']}\n\n" if is_last else _event(message["text"])
        body = {"body": event.encode(), "more_body": not is_last}
        await self._send({"type": "http.response.body", **body})

    async def wait_for_end(self) -> None:
        """Until the answer is whole or the client has gone."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _event(text: str) -> str:
    return f"data: {text}\n\n"


def _read_after(scope: Any) -> int:
    if scope["method"] != "GET" or scope["path"] != STREAM_PATH:
        raise InvalidRequest
    [text] = parse_qs(scope["query_string"].decode("latin-1")).get("after", ["0"])[:1]
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_LARGEST_SEQ))):
        raise InvalidRequest
    return min(int(text), _LARGEST_SEQ)


async def _refuse(send: Any, error: HalfminuteError) -> None:
    body = encode_error(error)
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    headers.append((b"content-length", str(len(body)).encode()))
    if isinstance(error, TooManyRequests):
        headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
    elif isinstance(error, Unavailable):
        headers.append((b"retry-after", str(_RETRY_SECONDS).encode()))
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
