"""Where a conversation can be, and every step from one place to another, as data.

A step that the table does not list from a conversation's place is not taken: the event that asked
for it is late, doubled or out of order, and changes nothing.
"""

from __future__ import annotations

from enum import StrEnum

from halfminute_engine.routing.state import ConversationState, Place


class Step(StrEnum):
    """What befalls a conversation."""

    QUEUED = "queued"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REQUEUED = "requeued"
    TAKEN = "taken"
    RELEASED = "released"
    RELEASED_TO_WRAP_UP = "released_to_wrap_up"
    WRAPPED_UP = "wrapped_up"
    WITHDRAWN = "withdrawn"
    STRANDED = "stranded"
    TRANSFERRED = "transferred"
    OVERFLOWED = "overflowed"


TRANSITIONS: dict[tuple[Place, Step], Place] = {
    (Place.ABSENT, Step.QUEUED): Place.WAITING,
    (Place.ABSENT, Step.TAKEN): Place.ASSIGNED,
    (Place.WAITING, Step.OFFERED): Place.RINGING,
    (Place.WAITING, Step.TAKEN): Place.ASSIGNED,
    (Place.WAITING, Step.WITHDRAWN): Place.ABSENT,
    (Place.WAITING, Step.STRANDED): Place.ABSENT,
    (Place.WAITING, Step.TRANSFERRED): Place.WAITING,
    (Place.WAITING, Step.OVERFLOWED): Place.ABSENT,
    (Place.RINGING, Step.ACCEPTED): Place.ASSIGNED,
    (Place.RINGING, Step.RETURNED): Place.WAITING,
    (Place.RINGING, Step.TAKEN): Place.ASSIGNED,
    (Place.RINGING, Step.WITHDRAWN): Place.ABSENT,
    (Place.RINGING, Step.TRANSFERRED): Place.WAITING,
    (Place.ASSIGNED, Step.TAKEN): Place.ASSIGNED,
    (Place.ASSIGNED, Step.REQUEUED): Place.WAITING,
    (Place.ASSIGNED, Step.RELEASED): Place.ABSENT,
    (Place.ASSIGNED, Step.RELEASED_TO_WRAP_UP): Place.WRAP_UP,
    (Place.ASSIGNED, Step.STRANDED): Place.ABSENT,
    (Place.ASSIGNED, Step.TRANSFERRED): Place.WAITING,
    (Place.WRAP_UP, Step.QUEUED): Place.WAITING,
    (Place.WRAP_UP, Step.TAKEN): Place.ASSIGNED,
    (Place.WRAP_UP, Step.WRAPPED_UP): Place.ABSENT,
    (Place.WRAP_UP, Step.TRANSFERRED): Place.WAITING,
}


def is_open_to(conversation: ConversationState | None, step: Step) -> bool:
    """Whether the conversation (None: absent) can take this step from where it is."""
    place = Place.ABSENT if conversation is None else conversation.place
    return (place, step) in TRANSITIONS


def advance(conversation: ConversationState, step: Step) -> None:
    """Take the step; a step that the table does not list is a bug of ours and raises KeyError."""
    conversation.place = TRANSITIONS[conversation.place, step]
