"""One open socket: what it may see, what it follows, and what still has to be sent to it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from halfminute.identity.principals import Principal
from halfminute.kit import metrics
from halfminute.realtime.protocol import CLOSE_SLOW, Frame
from halfminute.realtime.types import Audience, StreamKey, audience_of

Send: TypeAlias = Callable[[Any], Awaitable[None]]
Phase: TypeAlias = Literal["checking", "catching_up", "live", "ended"]

_LARGEST_MESSAGE: Final = 128 * 1024
_CLOSE_SECONDS: Final = 5.0


class Subscription:
    """One socket's wish to follow one stream. `last_seq` is the last number sent."""

    __slots__ = ("is_announced", "is_check_due", "key", "last_seq", "phase", "socket", "stream")

    def __init__(self, socket: Socket, stream: str, key: StreamKey, after: int) -> None:
        self.socket = socket
        self.stream = stream
        self.key = key
        self.last_seq = after
        self.phase: Phase = "checking"
        self.is_announced = False
        self.is_check_due = False


class Socket:
    """Frames go into a bounded buffer, which a task empties while there is something in it.

    Events go in only while there is room; what has none is read again from the database when
    there is. Who reads nothing at all is closed and resumes by number. Nothing is left out.
    """

    __slots__ = (
        "_abort_timer",
        "_close_code",
        "_drain_task",
        "_most_bytes",
        "_most_frames",
        "_pending",
        "_send",
        "_size",
        "allowance",
        "allowance_at",
        "audience",
        "come_back_ticket",
        "is_gone",
        "on_room",
        "principal",
        "progress_at",
        "subscriptions",
        "token_ends_at",
        "token_id",
    )

    def __init__(
        self, send: Send, principal: Principal, *, most_bytes: int, most_frames: int
    ) -> None:
        """`send` is ASGI's; the limits are of what waits to be sent."""
        self.principal = principal
        self.audience: Audience = audience_of(principal)
        self.subscriptions: dict[str, Subscription] = {}
        self.token_id: UUID | None = None
        self.token_ends_at = float("inf")
        # What opens the next socket, told with the welcome.
        self.come_back_ticket: str | None = None
        self.allowance = 0.0
        self.allowance_at = 0.0
        self.is_gone = False
        self.progress_at = 0.0
        # Called once when the buffer is empty again, by who wanted room in it.
        self.on_room: Callable[[], None] | None = None
        self._send = send
        self._most_bytes = most_bytes
        self._most_frames = most_frames
        self._pending: deque[Frame] = deque()
        self._size = 0
        self._close_code: int | None = None
        self._drain_task: asyncio.Task[None] | None = None
        self._abort_timer: asyncio.TimerHandle | None = None

    @property
    def is_closing(self) -> bool:
        """Whether nothing more will be sent but the close."""
        return self.is_gone or self._close_code is not None

    @property
    def is_sending(self) -> bool:
        """Whether something still has to go out."""
        return self._drain_task is not None

    @property
    def has_room(self) -> bool:
        """Whether more events may go in: the buffer is less than half full."""
        return self._size * 2 < self._most_bytes and len(self._pending) * 2 < self._most_frames

    def push(self, frame: Frame) -> None:
        """Send the frame after those before it, or close the socket if too much is waiting."""
        if self.is_closing:
            return
        is_full = self._size + frame.size > self._most_bytes
        if (is_full and self._pending) or len(self._pending) >= self._most_frames:
            self.close_slow()
            return
        self._pending.append(frame)
        self._size += frame.size
        self._start_draining()

    def close_slow(self) -> None:
        """Close it for not keeping up; what waits is read again from the database on resuming."""
        metrics.slow_consumers_total.inc()
        self._pending.clear()
        self._size = 0
        self.close(CLOSE_SLOW)

    def close(self, code: int) -> None:
        """Send what waits and then the close; cut the connection if that takes too long."""
        if self.is_closing:
            return
        self._close_code = code
        self._start_draining()
        self._abort_timer = asyncio.get_running_loop().call_later(_CLOSE_SECONDS, self._abort)

    def end(self) -> None:
        """The connection is over: let everything go."""
        self.is_gone = True
        self._pending.clear()
        if self._abort_timer is not None:
            self._abort_timer.cancel()
        if self._drain_task is not None:
            self._drain_task.cancel()

    def _start_draining(self) -> None:
        if self._drain_task is None:
            loop = asyncio.get_running_loop()
            self.progress_at = loop.time()
            self._drain_task = loop.create_task(self._drain())

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._pending:
                await self._send({"type": "websocket.send", "text": self._take()})
                self.progress_at = loop.time()
            if self._close_code is not None:
                await self._send({"type": "websocket.close", "code": self._close_code})
        except (OSError, RuntimeError):  # how ASGI servers say that the client has gone
            self.is_gone = True
        finally:
            self._drain_task = None
        if self.on_room is not None:
            call, self.on_room = self.on_room, None
            call()

    def _take(self) -> str:
        # Events that wait together go as one JSON array; any other frame goes alone.
        texts: list[str] = []
        size = 0
        while self._pending and size < _LARGEST_MESSAGE:
            if texts and not self._pending[0].is_event:
                break
            frame = self._pending.popleft()
            self._size -= frame.size
            size += frame.size
            texts.append(frame.text)
            if not frame.is_event:
                break
        return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"

    def _abort(self) -> None:
        # ASGI has no word for cutting a connection whose buffers are full, and waiting for its
        # client to read could take for ever; in uvicorn `send` is a method of the protocol.
        self.is_gone = True
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
