"""The WebSocket itself, as a bare ASGI application: one task per socket, which only listens."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any, Final

from halfminute.identity.authentication import read_session_cookie
from halfminute.identity.errors import WrongToken
from halfminute.identity.origins import Origins, origin_of
from halfminute.kit.errors import NotSignedIn, TooManyRequests, Unavailable
from halfminute.kit.time import utc_now
from halfminute.realtime.admission import Admission
from halfminute.realtime.hub import Hub
from halfminute.realtime.protocol import (
    CLOSE_FOREIGN_ORIGIN,
    CLOSE_NOT_AUTHENTICATED_IN_TIME,
    CLOSE_NOT_SIGNED_IN,
    CLOSE_TOO_LARGE,
    CLOSE_TOO_MANY,
    CLOSE_TRY_LATER,
    CONTACT_HEARTBEAT_SECONDS,
    LARGEST_FRAME,
    USER_HEARTBEAT_SECONDS,
    Authenticate,
    Heartbeat,
    InvalidFrame,
    Subscribe,
    Unsubscribe,
    error_frame,
    read_frame,
    welcome_frame,
)
from halfminute.realtime.sockets import Socket

# What the server must be started with. Compression costs 40 kB and more a socket; the library's
# own limit on a message lies above ours, so that ours is told by its own code.
UVICORN_OPTIONS: Final[dict[str, Any]] = {
    "ws": "websockets-sansio",
    "ws_max_size": 2 * LARGEST_FRAME,
    "ws_per_message_deflate": False,
    "ws_ping_interval": 20.0,
    "ws_ping_timeout": 20.0,
}

CONTACT_QUERY: Final = b"as=contact"
_AUTHENTICATE_SECONDS: Final = 5.0
# Frames a client may send: so many at once, and so many a second after that.
_RATES: Final = {"user": (600.0, 20.0), "contact": (20.0, 2.0)}


class _Disconnected(Exception):
    """The client has gone."""


class _Refused(Exception):
    """The connection ends with a close code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class RealtimeEndpoint:
    """Serves `/api/realtime`; with `?as=contact` no cookie counts."""

    def __init__(self, hub: Hub, admission: Admission, origins: Origins) -> None:
        """Lets in holders of a session's cookie, and those who authenticate by a token."""
        self._hub = hub
        self._admission = admission
        self._origins = origins

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One connection, from its handshake to its end."""
        await receive()
        await send({"type": "websocket.accept"})
        with ExitStack() as held:
            try:
                socket = await self._let_in(scope, receive, send, held)
                await self._serve(socket, receive)
            except _Refused as refusal:
                await send({"type": "websocket.close", "code": refusal.code})
            except (_Disconnected, OSError):
                return

    async def _let_in(self, scope: Any, receive: Any, send: Any, held: ExitStack) -> Socket:
        headers = scope["headers"]
        # A visitor who is signed in at the desk as well is a contact where they chat.
        is_contact = scope["query_string"] == CONTACT_QUERY
        cookie = None if is_contact else read_session_cookie(headers)
        if not self._origins.is_allowed(headers, may_be_absent=cookie is None):
            raise _Refused(CLOSE_FOREIGN_ORIGIN)
        try:
            if cookie is not None:
                return await self._admission.admit_user(cookie, send)
            self._admission.hold_address(held)
            token = await _receive_token(receive)
            return await self._admission.admit_contact(token, origin_of(headers), send, held)
        except (NotSignedIn, WrongToken) as error:
            raise _Refused(CLOSE_NOT_SIGNED_IN) from error
        except TooManyRequests as error:
            raise _Refused(CLOSE_TOO_MANY) from error
        except Unavailable as error:
            raise _Refused(CLOSE_TRY_LATER) from error

    async def _serve(self, socket: Socket, receive: Any) -> None:
        is_user = socket.audience == "user"
        period = USER_HEARTBEAT_SECONDS if is_user else CONTACT_HEARTBEAT_SECONDS
        _fill_allowance(socket)
        self._hub.join(socket)
        # Told once, and not kept for as long as the socket lasts.
        ticket, socket.come_back_ticket = socket.come_back_ticket, None
        socket.push(welcome_frame(period, utc_now(), ticket))
        try:
            # Listening is also how the end of a connection is noticed.
            while True:
                self._obey(socket, await _receive_text(receive))
        except _Refused as refusal:
            socket.close(refusal.code)
            await _wait_for_end(receive)
        finally:
            self._hub.leave(socket)

    def _obey(self, socket: Socket, text: str) -> None:
        _take_from_allowance(socket)
        try:
            frame = read_frame(text)
        except InvalidFrame as error:
            socket.push(error_frame(error.code))
            return
        match frame:
            case Subscribe():
                self._hub.subscribe(socket, frame.stream, frame.after)
            case Unsubscribe():
                self._hub.unsubscribe(socket, frame.stream)
            case Heartbeat():
                self._hub.hear(socket)
            case Authenticate():
                socket.push(error_frame("already_authenticated"))


async def _receive_token(receive: Any) -> str:
    """What the first frame proves itself by."""
    try:
        async with asyncio.timeout(_AUTHENTICATE_SECONDS):
            text = await _receive_text(receive)
    except TimeoutError as error:
        raise _Refused(CLOSE_NOT_AUTHENTICATED_IN_TIME) from error
    try:
        frame = read_frame(text)
    except InvalidFrame as error:
        raise _Refused(CLOSE_NOT_SIGNED_IN) from error
    if not isinstance(frame, Authenticate):
        raise _Refused(CLOSE_NOT_SIGNED_IN)
    return frame.token


async def _receive_text(receive: Any) -> str:
    message = await receive()
    if message["type"] == "websocket.disconnect":
        raise _Disconnected
    text = message.get("text")
    if text is None:
        return ""  # binary frames are not of this protocol, and no JSON is empty
    if len(text) > LARGEST_FRAME or len(text.encode()) > LARGEST_FRAME:
        raise _Refused(CLOSE_TOO_LARGE)
    return str(text)


async def _wait_for_end(receive: Any) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _fill_allowance(socket: Socket) -> None:
    socket.allowance = _RATES[socket.audience][0]
    socket.allowance_at = asyncio.get_running_loop().time()


def _take_from_allowance(socket: Socket) -> None:
    most, per_second = _RATES[socket.audience]
    now = asyncio.get_running_loop().time()
    refilled = socket.allowance + (now - socket.allowance_at) * per_second
    socket.allowance, socket.allowance_at = min(most, refilled) - 1, now
    if socket.allowance < 0:
        raise _Refused(CLOSE_TOO_MANY)
