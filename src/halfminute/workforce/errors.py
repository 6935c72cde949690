"""What a planner can put right."""

from __future__ import annotations

from halfminute.kit.errors import InvalidRequest, NotFound


class UnknownScenario(NotFound):
    """There is no such scenario."""

    code = "unknown_scenario"


class UnreadableScenario(InvalidRequest):
    """The file does not describe a scenario."""

    code = "unreadable_scenario"
