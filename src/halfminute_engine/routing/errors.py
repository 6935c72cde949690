"""What the router refuses, each refusal with a stable code."""

from __future__ import annotations

from typing import ClassVar


class RoutingError(Exception):
    """The caller handed the router something it cannot take; the router's state is unchanged."""

    code: ClassVar[str] = "routing_error"


class InvalidValue(RoutingError, ValueError):
    """A field of an event has a value outside its range."""

    code = "invalid_value"


class MalformedDocument(RoutingError, ValueError):
    """A plain value (a journal line, a snapshot) does not have the shape of what it should be."""

    code = "malformed_document"


class UnknownConversation(RoutingError, LookupError):
    """The router holds no conversation of this id: never queued, or it has left."""

    code = "unknown_conversation"


class UnsoundConfiguration(RoutingError, ValueError):
    """Queues whose settings, each in range, do not fit together; the message names the fields."""

    code = "unsound_configuration"
