"""What the formulas refuse, each refusal with a stable code."""

from __future__ import annotations

from typing import ClassVar


class ServiceLevelError(Exception):
    """The caller handed in something that cannot be counted; no counter has changed."""

    code: ClassVar[str] = "service_level_error"


class InvalidValue(ServiceLevelError, ValueError):
    """A duration, a percentage or a score is outside its range."""

    code = "invalid_value"


class UnknownThreshold(ServiceLevelError, ValueError):
    """No count was kept for this threshold: it is none of `THRESHOLDS_SECONDS`."""

    code = "unknown_threshold"


class MalformedDocument(ServiceLevelError, ValueError):
    """A plain value does not have the shape of the counters that it should be."""

    code = "malformed_document"
