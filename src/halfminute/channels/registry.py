"""The kinds of channels that this installation speaks, as `main` hands them in."""

from __future__ import annotations

from collections.abc import Iterable

from halfminute.channels.errors import UnknownChannelKind
from halfminute.sdk.channel import Channel


class ChannelRegistry:
    """Channels by kind."""

    def __init__(self, channels: Iterable[Channel]) -> None:
        """Two of one kind are a mistake of the installation: ValueError."""
        self._channels: dict[str, Channel] = {}
        for channel in channels:
            if channel.kind in self._channels:
                raise ValueError(f"two plug-ins speak {channel.kind}")
            self._channels[channel.kind] = channel

    @property
    def kinds(self) -> list[str]:
        """All kinds, sorted."""
        return sorted(self._channels)

    @property
    def linked_kinds(self) -> list[str]:
        """Those to which a person can come by a link, sorted."""
        return [kind for kind in self.kinds if self._channels[kind].capabilities.has_links]

    def find(self, kind: str) -> Channel | None:
        """The channel of a kind, if a plug-in speaks it."""
        return self._channels.get(kind)

    def get(self, kind: str) -> Channel:
        """The channel of a kind. Raises UnknownChannelKind."""
        channel = self._channels.get(kind)
        if channel is None:
            raise UnknownChannelKind(kind=kind)
        return channel
