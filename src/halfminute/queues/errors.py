"""What can be wrong with a request about a queue."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound


class QueueNotFound(NotFound):
    """There is no such queue, or it is not yours to see."""

    code = "queue_not_found"


class QueueNameTaken(Conflict):
    """Another queue has this name."""

    code = "queue_name_taken"


class QueueChanged(Conflict):
    """Somebody else has changed the queue since you read it: read it again."""

    code = "queue_changed"


class InvalidRequirements(InvalidRequest):
    """Some of these skills are not there."""

    code = "invalid_requirements"


class AccountRequirementsChanged(Conflict):
    """Somebody else has changed what the account requires since you read it: read it again."""

    code = "account_requirements_changed"


class CalendarNotFound(NotFound):
    """There is no such calendar."""

    code = "calendar_not_found"


class CalendarNameTaken(Conflict):
    """Another calendar has this name."""

    code = "calendar_name_taken"


class CalendarChanged(Conflict):
    """Somebody else has changed the calendar since you read it: read it again."""

    code = "calendar_changed"


class CalendarInUse(Conflict):
    """Queues go by this calendar: give them another first."""

    code = "calendar_in_use"


class InvalidCalendar(InvalidRequest):
    """The calendar is wrong: `problems` names the fields, each with a code."""

    code = "invalid_calendar"


class InvalidQueueAgents(InvalidRequest):
    """Some of these users are no agents: configure them as agents first."""

    code = "invalid_queue_agents"


class InvalidQueueRules(InvalidRequest):
    """The rules of those who wait are wrong: `problems` names the fields, each with a code.

    `queue_name`: the other queue that would be wrong by them, where it is another.
    """

    code = "invalid_queue_rules"
