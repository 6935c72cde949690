"""The frames of the socket, as JSON texts, and the codes it is closed with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple, TypeAlias

import msgspec

from halfminute.kit.errors import InvalidRequest
from halfminute.kit.time import Moment
from halfminute.realtime.typing import Typing, Typist
from halfminute.realtime.waits import ExpectedWait, WaitPlace

LARGEST_FRAME: Final = 64 * 1024

USER_HEARTBEAT_SECONDS: Final = 2.0
CONTACT_HEARTBEAT_SECONDS: Final = 25.0

# RFC 6455, 7.4: 4000-4999 are an application's own; 1012 and 1013 are registered with IANA.
CLOSE_RESTART: Final = 1012
CLOSE_TRY_LATER: Final = 1013
CLOSE_NOT_SIGNED_IN: Final = 4401
CLOSE_FOREIGN_ORIGIN: Final = 4403
CLOSE_NOT_AUTHENTICATED_IN_TIME: Final = 4408
CLOSE_SLOW: Final = 4409
CLOSE_TOO_LARGE: Final = 4413
CLOSE_TOO_MANY: Final = 4429


class InvalidFrame(InvalidRequest):
    """The frame is not one of the protocol's."""

    code = "invalid_frame"


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe"):
    """Send me every event of the stream after this number."""

    stream: Annotated[str, msgspec.Meta(max_length=100)]
    after: Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


class Unsubscribe(msgspec.Struct, tag_field="type", tag="unsubscribe"):
    """Send me no more of the stream."""

    stream: Annotated[str, msgspec.Meta(max_length=100)]


class Heartbeat(msgspec.Struct, tag_field="type", tag="heartbeat"):
    """I am here: an agent's presence lives on it. A contact is answered by one."""


class Authenticate(msgspec.Struct, tag_field="type", tag="authenticate"):
    """The first frame of who has no cookie."""

    token: str


ClientFrame: TypeAlias = Subscribe | Unsubscribe | Heartbeat | Authenticate
_decoder: msgspec.json.Decoder[ClientFrame] = msgspec.json.Decoder(ClientFrame)


class Frame(NamedTuple):
    """A text to send, encoded once for all who get it; `size` in bytes of UTF-8."""

    text: str
    size: int
    is_event: bool = False


def read_frame(text: str) -> ClientFrame:
    """What a client says. Raises InvalidFrame."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidFrame from error


class WelcomeFrame(msgspec.Struct, tag_field="type", tag="welcome", omit_defaults=True):
    """The first frame to who is let in.

    A visitor's has a `ticket` that opens the next socket, in place of one that is fetched.
    """

    heartbeat_seconds: float
    server_time: Moment
    ticket: str | None = None


class SubscribedFrame(msgspec.Struct, tag_field="type", tag="subscribed"):
    """All up to `seq` has been sent, and what follows is live."""

    stream: str
    seq: int


class EventFrame(msgspec.Struct, tag_field="type", tag="event"):
    """A fact of the log, with the views it names. `seq` has no gaps within its stream."""

    stream: str
    seq: int
    at: Moment
    event: str
    data: dict[str, Any]


class TypingFrame(msgspec.Struct, tag_field="type", tag="typing"):
    """The other side types, or has stopped to: true for six seconds, and never repeated.

    It is no event: it has no number, and may be lost.
    """

    stream: str
    by: Typist
    is_typing: bool


class WaitFrame(msgspec.Struct, tag_field="type", tag="wait"):
    """The place of a contact's own conversation among those who wait, told to that contact alone.

    It is no event: it has no number, and is told anew to who has just subscribed. `position` null:
    it waits no longer, or nobody knows.
    """

    stream: str
    position: int | None
    expected_wait: ExpectedWait | None


class RefusedFrame(msgspec.Struct, tag_field="type", tag="refused"):
    """The stream will not be sent, or no longer."""

    stream: str
    code: str


class HeartbeatFrame(msgspec.Struct, tag_field="type", tag="heartbeat"):
    """The server is here; unless `is_live`, what the screen shows may be old."""

    server_time: Moment
    is_live: bool


class ErrorFrame(msgspec.Struct, tag_field="type", tag="error"):
    """A frame could not be understood; nothing was done."""

    code: str


ServerFrame: TypeAlias = (
    WelcomeFrame
    | SubscribedFrame
    | EventFrame
    | TypingFrame
    | WaitFrame
    | RefusedFrame
    | HeartbeatFrame
    | ErrorFrame
)


def event_frame(stream: str, seq: int, at: datetime, event: str, data: dict[str, Any]) -> Frame:
    """A fact of the log, encoded."""
    return _frame(EventFrame(stream, seq, at, event, data), is_event=True)


def welcome_frame(
    heartbeat_seconds: float, server_time: datetime, ticket: str | None = None
) -> Frame:
    """The first frame, encoded."""
    return _frame(WelcomeFrame(heartbeat_seconds, server_time, ticket))


def subscribed_frame(stream: str, seq: int) -> Frame:
    """That the stream is live now, encoded."""
    return _frame(SubscribedFrame(stream, seq))


def typing_frame(typing: Typing) -> Frame:
    """Who types, encoded."""
    return _frame(TypingFrame(*typing))


def wait_frame(stream: str, place: WaitPlace | None) -> Frame:
    """A place in line, or that there is none any more, encoded."""
    if place is None:
        return _frame(WaitFrame(stream, None, None))
    return _frame(WaitFrame(stream, place.position, place.expected_wait))


def refused_frame(stream: str, code: str) -> Frame:
    """That the stream will not be sent, encoded."""
    return _frame(RefusedFrame(stream, code))


def heartbeat_frame(server_time: datetime, *, is_live: bool) -> Frame:
    """A beat of the server, encoded."""
    return _frame(HeartbeatFrame(server_time, is_live))


def error_frame(code: str) -> Frame:
    """What was wrong with a frame, encoded."""
    return _frame(ErrorFrame(code))


def _frame(value: ServerFrame, *, is_event: bool = False) -> Frame:
    encoded = msgspec.json.encode(value)
    return Frame(encoded.decode(), len(encoded), is_event)
