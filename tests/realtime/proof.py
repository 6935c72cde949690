"""The proof that screens are true: old state + frames = fresh state.

A screen that read the state at some number and applied every frame after it must hold what a
screen that reads the state afterwards is shown. A feature proves it of its own projectors:

    before = await read()                       # a Snapshot: views, and the streams' numbers
    async with following(hub, principal, before) as screen:
        ...                                     # whatever the feature does
        after = await read()
        await screen.reach(after)
    assert screen.views_like(after) == after.views
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from halfminute.identity.principals import Principal
from halfminute.realtime.hub import Hub
from halfminute.realtime.sockets import Socket

Views = dict[str, dict[str, Any]]


class Snapshot(msgspec.Struct):
    """A state as the application shows it: views by name and id, and how far each stream was.

    Read both in one repeatable-read transaction.
    """

    views: Views
    streams: dict[str, int]


def snapshot(streams: Mapping[str, int], **views: list[Any]) -> Snapshot:
    """A snapshot of structs or decoded JSON: `snapshot({...}, conversation=[...], message=[...])`.

    The names are those the projectors were registered with; each view has an `id`.
    """
    plain = msgspec.json.decode(msgspec.json.encode(views))
    by_id = {name: {view["id"]: view for view in listed} for name, listed in plain.items()}
    return Snapshot(by_id, dict(streams))


class FollowingScreen:
    """A screen that holds a snapshot and applies frames to it."""

    def __init__(self, before: Snapshot) -> None:
        self.views: Views = {name: dict(views) for name, views in before.views.items()}
        self.seqs = dict(before.streams)
        self._moved = asyncio.Event()

    async def send(self, message: Any) -> None:
        """ASGI's `send`, as the hub calls it."""
        assert message["type"] == "websocket.send", message
        decoded = msgspec.json.decode(message["text"])
        for frame in decoded if isinstance(decoded, list) else [decoded]:
            assert frame["type"] not in ("refused", "error"), frame
            if frame["type"] == "event":
                self.apply(frame)
        self._moved.set()

    def apply(self, frame: dict[str, Any]) -> None:
        """Put in the views of a frame; a hole or a double is an error."""
        stream, seq = frame["stream"], frame["seq"]
        assert seq == self.seqs[stream] + 1, f"{stream}: {seq} after {self.seqs[stream]}"
        self.seqs[stream] = seq
        for name, view in frame["data"].items():
            if isinstance(view, dict):
                self.views.setdefault(name, {})[view["id"]] = view

    async def reach(self, after: Snapshot, *, seconds: float = 10.0) -> None:
        """Wait until every frame up to the snapshot has been applied."""
        async with asyncio.timeout(seconds):
            while any(self.seqs[stream] < seq for stream, seq in after.streams.items()):
                self._moved.clear()
                await self._moved.wait()

    def views_like(self, after: Snapshot) -> Views:
        """What this screen shows of the things that are in the snapshot."""
        return {
            name: {key: self.views.get(name, {}).get(key) for key in views}
            for name, views in after.views.items()
        }


@asynccontextmanager
async def following(
    hub: Hub, principal: Principal, before: Snapshot
) -> AsyncIterator[FollowingScreen]:
    """A screen that follows the snapshot's streams in a hub that runs."""
    screen = FollowingScreen(before)
    socket = Socket(screen.send, principal, most_bytes=2**24, most_frames=2**16)
    hub.join(socket)
    for stream, seq in before.streams.items():
        hub.subscribe(socket, stream, seq)
    try:
        yield screen
    finally:
        hub.leave(socket)
