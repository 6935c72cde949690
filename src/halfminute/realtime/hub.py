"""The sockets of this process and what moves them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from halfminute.identity.principals import Principal
from halfminute.identity.sessions import IDENTITY_TOPIC, Sessions
from halfminute.identity.tokens import Tokens
from halfminute.identity.types import SessionId
from halfminute.kit import metrics
from halfminute.kit.database import Database
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import Event
from halfminute.kit.time import utc_now
from halfminute.kit.wakeups import Wakeups
from halfminute.realtime.authority import Authority, Check
from halfminute.realtime.heartbeats import Heard, RecordHeartbeats, Wheel
from halfminute.realtime.projection import Fetch, Projection
from halfminute.realtime.protocol import (
    CLOSE_NOT_SIGNED_IN,
    CLOSE_RESTART,
    Frame,
    heartbeat_frame,
    refused_frame,
    typing_frame,
)
from halfminute.realtime.pump import Pump
from halfminute.realtime.sockets import Socket, Subscription
from halfminute.realtime.types import parse_stream
from halfminute.realtime.typing import TYPING_PREFIX, read_typing
from halfminute.realtime.watchers import Watchers

logger = structlog.get_logger(__name__)

_SWEEP_SECONDS: Final = 2.0
_MOST_SUBSCRIPTIONS: Final = {"user": 500, "contact": 2}
# After these somebody may have lost the stream they are told on.
_HANDOVERS: Final = frozenset(
    {
        "ConversationQueued",
        "ConversationReturned",
        "ConversationAssigned",
        "ConversationClosed",
        "ConsultDeclined",
        "ConsultWithdrawn",
        "ConsultEnded",
    }
)


async def _record_nothing(_agent_ids: Collection[UUID]) -> None:
    return None


class Hub:
    """What features register with, and sockets join."""

    def __init__(
        self,
        database: Database,
        wakeups: Wakeups,
        sessions: Sessions,
        tokens: Tokens,
        *,
        record_heartbeats: RecordHeartbeats = _record_nothing,
    ) -> None:
        """`record_heartbeats` gets, once a second, the ids of the users that were heard of."""
        self._database = database
        self._sessions = sessions
        self._tokens = tokens
        self._identity_bell = wakeups.subscribe(IDENTITY_TOPIC)
        self._sockets: set[Socket] = set()
        self._watchers = Watchers()
        self._projection = Projection()
        self._pump = Pump(
            database,
            wakeups,
            self._watchers,
            self._projection,
            refuse=self._refuse,
            observe=self._observe,
        )
        self._authority = Authority(database, admit=self._admit, refuse=self._refuse)
        wakeups.listen(TYPING_PREFIX, self._show_typing)
        self._wheel = Wheel(lambda: self._pump.is_live)
        self._heard = Heard(record_heartbeats)
        self._is_open = True

    def register_projector(
        self, key: str, view_name: str, fetch: Fetch, *, events: Collection[str] | None = None
    ) -> None:
        """Join `view_name` to events whose data has `key`: all of them, or these types only.

        `fetch(connection, ids, audience)` gives the views of those ids that the audience may see,
        by one query.
        """
        self._projection.register(key, view_name, fetch, events=events)

    def register_authoriser(self, kind: str, check: Check) -> None:
        """`check(connection, principal, id)` says whether a user may follow `<kind>:<id>`."""
        self._authority.register(kind, check)

    @property
    def is_live(self) -> bool:
        """Whether screens are as new as the log of two seconds ago."""
        return self._pump.is_live

    async def run(self) -> None:
        """Serve until cancelled; then every socket is told to come back."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump.run())
                tasks.create_task(self._authority.run())
                tasks.create_task(self._wheel.run())
                tasks.create_task(self._heard.run())
                tasks.create_task(self._sweep_for_ever())
        finally:
            self.stop()

    def stop(self) -> None:
        """Close every socket with 1012, and let none in."""
        self._is_open = False
        for socket in self._sockets:
            socket.close(CLOSE_RESTART)

    def join(self, socket: Socket) -> None:
        """The socket is served from now on."""
        self._sockets.add(socket)
        self._wheel.add(socket)
        metrics.sockets.labels(socket.audience).inc()
        if not self._is_open:
            socket.close(CLOSE_RESTART)

    def leave(self, socket: Socket) -> None:
        """The connection is over."""
        self._sockets.discard(socket)
        metrics.sockets.labels(socket.audience).dec()
        for subscription in list(socket.subscriptions.values()):
            self._end(subscription)
        socket.end()

    def subscribe(self, socket: Socket, stream: str, after: int) -> None:
        """Send the socket the stream's events after a number, once it is known that it may."""
        key = parse_stream(stream)
        if key is None:
            socket.push(refused_frame(stream, "invalid_stream"))
            return
        self.unsubscribe(socket, stream)
        if len(socket.subscriptions) >= _MOST_SUBSCRIPTIONS[socket.audience]:
            socket.push(refused_frame(stream, "too_many_subscriptions"))
            return
        subscription = Subscription(socket, stream, key, after)
        socket.subscriptions[stream] = subscription
        self._watchers.add(subscription)
        self._authority.ask(subscription)

    def unsubscribe(self, socket: Socket, stream: str) -> None:
        """Send no more of the stream; nothing happens if it was not followed."""
        subscription = socket.subscriptions.get(stream)
        if subscription is not None:
            self._end(subscription)

    def list_contacts_following(self, kind: str) -> list[Subscription]:
        """The live subscriptions of contacts to streams of the kind."""
        return [
            one
            for one in self._watchers.all()
            if one.phase == "live" and one.key.kind == kind and one.socket.audience == "contact"
        ]

    def tell(self, subscription: Subscription, frame: Frame) -> bool:
        """Send what is no event to one who follows a stream; False where it has no room."""
        if subscription.phase != "live" or not subscription.socket.has_room:
            return False
        subscription.socket.push(frame)
        return True

    def hear(self, socket: Socket) -> None:
        """The client gave a sign of life; a contact's is a question whether we are there."""
        if socket.principal.user_id is None:
            socket.push(heartbeat_frame(utc_now(), is_live=self.is_live))
        else:
            self._heard.hear(socket.principal.user_id)

    def _show_typing(self, topic: str) -> None:
        """Tell the other side of a conversation at once; who is not there learns of it never."""
        typing = read_typing(topic)
        if typing is None:
            return
        audience = "contact" if typing.by == "agent" else "user"
        frame = typing_frame(typing)
        for subscription in self._watchers.of(typing.stream):
            socket = subscription.socket
            # What nobody will read again must not be what fills a buffer.
            if subscription.phase == "live" and socket.audience == audience and socket.has_room:
                socket.push(frame)

    def _admit(self, subscription: Subscription) -> None:
        self._pump.catch_up(subscription)

    def _refuse(self, subscription: Subscription, code: str) -> None:
        if subscription.phase != "ended":
            self._end(subscription)
            subscription.socket.push(refused_frame(subscription.stream, code))

    def _end(self, subscription: Subscription) -> None:
        subscription.phase = "ended"
        subscription.socket.subscriptions.pop(subscription.stream, None)
        self._watchers.remove(subscription)

    def _observe(self, event: Event) -> None:
        if event.type in _HANDOVERS:
            for subscription in self._watchers.of(event.stream):
                self._ask_again(subscription)
        elif event.type == "QueueConfigured":
            for subscription in self._watchers.all():
                self._ask_again(subscription)
        elif event.type == "AgentConfigured":
            self._ask_again_for_agent(event.data.get("agent_id"))

    def _ask_again_for_agent(self, agent_id: object) -> None:
        for socket in self._sockets:
            if str(socket.principal.user_id) == agent_id:
                for subscription in socket.subscriptions.values():
                    self._ask_again(subscription)

    def _ask_again(self, subscription: Subscription) -> None:
        if subscription.socket.audience == "user":
            self._authority.ask(subscription)

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self._sweep()
            except (Unavailable, asyncpg.PostgresError) as error:
                logger.warning("sweep_postponed", fault=type(error).__name__)
            await self._identity_bell.wait(_SWEEP_SECONDS)

    async def _sweep(self) -> None:
        """Look at the sessions and tokens of all open sockets, in two queries."""
        self._close_expired()
        await self._tokens.refresh(self._database)
        self._close_expired()
        await self._check_sessions()

    def _close_expired(self) -> None:
        now = asyncio.get_running_loop().time()
        for socket in self._sockets:
            is_revoked = socket.token_id is not None and self._tokens.is_revoked(socket.token_id)
            if is_revoked or now >= socket.token_ends_at:
                socket.close(CLOSE_NOT_SIGNED_IN)

    async def _check_sessions(self) -> None:
        by_session: dict[SessionId, list[Socket]] = {}
        for socket in self._sockets:
            if socket.principal.session_id is not None:
                by_session.setdefault(socket.principal.session_id, []).append(socket)
        known = await self._sessions.check(by_session) if by_session else {}
        for session_id, sockets in by_session.items():
            for socket in sockets:
                self._renew(socket, known.get(session_id))

    def _renew(self, socket: Socket, principal: Principal | None) -> None:
        if principal is None:
            socket.close(CLOSE_NOT_SIGNED_IN)
        elif principal != socket.principal:
            socket.principal = principal
            for subscription in socket.subscriptions.values():
                self._ask_again(subscription)
