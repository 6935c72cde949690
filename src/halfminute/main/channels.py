"""The channels that this installation speaks: our own, and those of its plug-ins."""

from __future__ import annotations

from halfminute.channels.registry import ChannelRegistry
from halfminute.sdk.manifest import find_manifests, load_channel
from halfminute.webchat.channel import WebchatChannel


def load_channels() -> ChannelRegistry:
    """All of them. Raises InvalidManifest."""
    return ChannelRegistry([WebchatChannel(), *map(load_channel, find_manifests())])
