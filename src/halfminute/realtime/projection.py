"""Turns events into frames: joins the present form of the rows they name, for each audience.

The log holds identifiers alone; names and texts are joined as they are now, so what was erased is
erased from replays as well. A frame may therefore show more than its event told, never less.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

import asyncpg
import msgspec
import structlog

from halfminute.kit.database import Connection
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import Event
from halfminute.realtime.protocol import Frame, event_frame
from halfminute.realtime.types import Audience

logger = structlog.get_logger(__name__)

Fetch: TypeAlias = Callable[
    [Connection, Sequence[UUID], Audience], Awaitable[Mapping[UUID, msgspec.Struct]]
]
Wanted: TypeAlias = Mapping[Audience, Sequence[Event]]
Address: TypeAlias = tuple[str, int, Audience]

# What the contact in a conversation is told; notes and who works on it are not.
CONTACT_EVENTS: Final = frozenset(
    {
        "ConversationOpened",
        "ConversationReopened",
        "ConversationClosed",
        "ConversationEndedByContact",
        "ConversationRated",
        "ConversationRead",
        "MessageReceived",
        "AccountOwnerReplied",
        "MessageEdited",
        "MessageExtended",
        "MessageDeleted",
        "MessageErased",
        "MessageSending",
        "MessageSent",
        "MessageDelivered",
        "MessageRead",
        "MessageFailed",
        "MessageUnknown",
        "MessageRetried",
        "ReplyQueued",
        "NoticeQueued",
        # There may be more to read: what they said in another browser.
        "AddressProven",
        "WrapUpStarted",
    }
)
_DATABASE_GONE: Final = (
    Unavailable,
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
)
_CONTACT_KEYS: Final = frozenset({"conversation_id", "message_id", "revision"})


class _Projector(NamedTuple):
    view_name: str
    fetch: Fetch
    events: frozenset[str] | None

    def applies_to(self, event: Event) -> bool:
        return self.events is None or event.type in self.events


class Projection:
    """The registered views, and the frames they make."""

    def __init__(self) -> None:
        """No view is joined before it is registered."""
        self._projectors: dict[str, _Projector] = {}

    def register(
        self, key: str, view_name: str, fetch: Fetch, *, events: Collection[str] | None = None
    ) -> None:
        """Join `view_name` where data has `key`; with `events`, in those types of events only."""
        chosen = frozenset(events) if events is not None else None
        self._projectors[key] = _Projector(view_name, fetch, chosen)

    async def project(self, connection: Connection, wanted: Wanted) -> dict[Address, Frame]:
        """One frame per event and audience, by one query per key and audience.

        An event that an audience may not see has no frame.
        """
        frames: dict[Address, Frame] = {}
        for audience, events in wanted.items():
            shown = [event for event in events if _is_shown(event, audience)]
            views = await self._fetch_views(connection, shown, audience)
            for event in shown:
                frame = self._encode(event, audience, views)
                if frame is not None:
                    frames[event.stream, event.seq, audience] = frame
        return frames

    async def _fetch_views(
        self, connection: Connection, events: Iterable[Event], audience: Audience
    ) -> dict[tuple[str, str], msgspec.Raw]:
        views: dict[tuple[str, str], msgspec.Raw] = {}
        for key, identifiers in self._list_named(events).items():
            fetched = await self._fetch(connection, key, identifiers, audience)
            for identifier, view in fetched.items():
                views[key, str(identifier)] = msgspec.Raw(msgspec.json.encode(view))
        return views

    async def _fetch(
        self, connection: Connection, key: str, identifiers: set[str], audience: Audience
    ) -> Mapping[UUID, msgspec.Struct]:
        fetch = self._projectors[key].fetch
        try:
            return await fetch(connection, [UUID(one) for one in sorted(identifiers)], audience)
        except _DATABASE_GONE:
            raise
        except Exception:
            # A bug in one view must not stop every screen: its frames go out without it, and
            # a screen reads what it misses.
            logger.exception("projection_failed", key=key, audience=audience)
            return {}

    def _list_named(self, events: Iterable[Event]) -> dict[str, set[str]]:
        named: dict[str, set[str]] = {}
        for event in events:
            for key, projector in self._projectors.items():
                identifier = event.data.get(key)
                if identifier is not None and projector.applies_to(event):
                    named.setdefault(key, set()).add(identifier)
        return named

    def _encode(
        self, event: Event, audience: Audience, views: Mapping[tuple[str, str], msgspec.Raw]
    ) -> Frame | None:
        data: dict[str, Any] = dict(event.data)
        if audience == "contact":
            if "message_id" in data and ("message_id", data["message_id"]) not in views:
                return None  # not theirs to see: a note that was edited
            data = {key: value for key, value in data.items() if key in _CONTACT_KEYS}
        for key in list(data):
            projector = self._projectors.get(key)
            if projector is not None and projector.applies_to(event):
                view = views.get((key, data[key])) if data[key] is not None else None
                if view is not None:
                    data[projector.view_name] = view
        return event_frame(event.stream, event.seq, event.at, event.type, data)


def _is_shown(event: Event, audience: Audience) -> bool:
    return audience == "user" or event.type in CONTACT_EVENTS
