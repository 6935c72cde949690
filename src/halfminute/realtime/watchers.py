"""Who follows which stream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from halfminute.realtime.sockets import Subscription


class Watchers:
    """The subscriptions of this process by stream."""

    def __init__(self) -> None:
        """Nobody follows anything yet."""
        self._by_stream: dict[str, list[Subscription]] = {}

    def add(self, subscription: Subscription) -> None:
        """From now on it follows its stream."""
        self._by_stream.setdefault(subscription.stream, []).append(subscription)

    def remove(self, subscription: Subscription) -> None:
        """It follows no longer; nothing happens if it did not."""
        watching = self._by_stream.get(subscription.stream)
        if watching is not None and subscription in watching:
            watching.remove(subscription)
            if not watching:
                del self._by_stream[subscription.stream]

    def of(self, stream: str) -> Sequence[Subscription]:
        """Those who follow the stream."""
        return self._by_stream.get(stream, ())

    def all(self) -> Iterable[Subscription]:
        """Every subscription."""
        return (one for watching in self._by_stream.values() for one in watching)
