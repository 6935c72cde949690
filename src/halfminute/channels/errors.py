"""What can be wrong with a channel account."""

from __future__ import annotations

from halfminute.kit.errors import InvalidRequest, NotFound


class ChannelAccountNotFound(NotFound):
    """There is no such channel account."""

    code = "channel_account_not_found"


class UnknownChannelKind(InvalidRequest):
    """No plug-in of this installation speaks this kind of channel."""

    code = "unknown_channel_kind"


class UnknownInboundMode(InvalidRequest):
    """This kind of channel does not bring its messages this way."""

    code = "unknown_inbound_mode"


class UnknownQueue(InvalidRequest):
    """There is no such queue."""

    code = "unknown_queue"
