"""What web chat refuses, and why."""

from __future__ import annotations

from halfminute.kit.errors import InvalidRequest, NotFound, NotSignedIn, TooManyRequests


class WidgetNotFound(NotFound):
    """There is no such widget, or it is switched off."""

    code = "widget_not_found"


class InvalidWidget(InvalidRequest):
    """The settings of the widget are wrong: `problems` names the fields, each with a code."""

    code = "invalid_widget"


class UnknownVersion(NotFound):
    """No such version of the widget's loader was ever fixed."""

    code = "unknown_version"


class UnknownVisitor(NotSignedIn):
    """The visitor's token is none, or has ended: begin a visit."""

    code = "unknown_visitor"


class NothingSaid(NotFound):
    """The visitor has not written yet, so there is no conversation."""

    code = "nothing_said"


class EmptyMessage(InvalidRequest):
    """A message needs words."""

    code = "empty_message"


class TooManyMessages(TooManyRequests):
    """The visitor writes faster than a person can: wait."""

    code = "too_many_messages"


class TooManyVisits(TooManyRequests):
    """Too many visits begin from one place: wait."""

    code = "too_many_visits"
