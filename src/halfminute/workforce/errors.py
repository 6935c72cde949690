"""What a planner can put right."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound


class UnknownScenario(NotFound):
    """There is no such scenario."""

    code = "unknown_scenario"


class UnreadableScenario(InvalidRequest):
    """The file does not describe a scenario."""

    code = "unreadable_scenario"


class UnknownDay(InvalidRequest):
    """The day is none."""

    code = "unknown_day"


class UnknownTimeZone(InvalidRequest):
    """There is no such time zone."""

    code = "unknown_time_zone"


class NoRecordedDay(NotFound):
    """Nobody came to a queue on that day."""

    code = "no_recorded_day"


class TooFewConversations(Conflict):
    """Too few conversations were recorded on that day to say what would have been different."""

    code = "too_few_conversations"


class UnreadableChanges(InvalidRequest):
    """The changes are wrong: `field` says where."""

    code = "unreadable_changes"


class QueueCannotBeTried(InvalidRequest):
    """A queue that is new or switched off has no day that it could be tried on."""

    code = "queue_cannot_be_tried"


class ReplayUnderWay(Conflict):
    """Another replay is under way: wait for its end, or cancel it."""

    code = "replay_under_way"


class ReplayNotFound(NotFound):
    """There is no such replay, or it is not yours to see."""

    code = "replay_not_found"
