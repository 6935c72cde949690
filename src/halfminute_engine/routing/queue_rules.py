"""What a queue does for those who wait in it: whom it asks as time goes on, and how it ends.

A requirement is a skill by its namespaced name (`language:ru`, `topic:tariffs`, `brand:main`) and
the least level. The namespace is everything up to and with the first colon; the router gives it no
meaning but one: a ring may name a whole namespace instead of a skill.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.values import QueueId, require_distinct, require_not_negative

PER_MILLE = 1_000
DROPPED = 0
"""The level of a requirement that is made no more."""

Requirements = tuple[tuple[str, int], ...]
"""(skill, least level) pairs, sorted by skill."""


class AgentChoice(StrEnum):
    """Which of those who could take a conversation is asked first.

    Least load and longest idle alone, or before them the sum of the levels that the agent has of
    the skills the conversation was queued with.
    """

    LONGEST_IDLE = "longest_idle"
    BEST_SKILLED = "best_skilled"


class OverflowKind(StrEnum):
    """What becomes of a conversation that has waited in its queue for too long."""

    QUEUE = "queue"
    CALLBACK = "callback"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Ring:
    """A wider circle of agents, asked once a conversation has been in the queue for `after_us`.

    `least_levels` are (skill or namespace, level) pairs: the requirements they name are lowered to
    the level, or dropped where it is `DROPPED`; others stay as they are. A ring is no addition to
    the one before, but says all that it lowers. `is_any_agent`: nothing is required any more.
    """

    after_us: int
    least_levels: tuple[tuple[str, int], ...] = ()
    is_any_agent: bool = False

    def __post_init__(self) -> None:
        if self.after_us <= 0:
            raise InvalidValue(f"rings.after_us must be positive: {self.after_us}")
        for name, level in self.least_levels:
            require_not_negative(f"rings.least_levels[{name}]", level)
        require_distinct("rings.least_levels", tuple(name for name, _ in self.least_levels))

    def least_level(self, skill: str, level: int) -> int:
        """What is left of a requirement of `level` in this ring, or `DROPPED`."""
        if self.is_any_agent:
            return DROPPED
        names = (skill, namespace_of(skill))
        return min([level, *(lowered for name, lowered in self.least_levels if name in names)])


@dataclass(frozen=True, slots=True)
class Overflow:
    """The last step: after `after_us` in the queue the conversation goes elsewhere.

    To the queue `queue_id`, where it keeps its age and begins with that queue's first ring; to a
    call-back; or to a message. After the last two it leaves the router, unless it `is_kept`: then
    it goes on waiting in its place (as a call-back in the first case).
    """

    after_us: int
    kind: OverflowKind
    queue_id: QueueId | None = None
    is_kept: bool = False

    def __post_init__(self) -> None:
        if self.after_us <= 0:
            raise InvalidValue(f"overflow.after_us must be positive: {self.after_us}")
        if (self.kind is OverflowKind.QUEUE) != bool(self.queue_id):
            raise InvalidValue(f"overflow.queue_id does not fit {self.kind}: {self.queue_id!r}")
        if self.is_kept and self.kind is OverflowKind.QUEUE:
            raise InvalidValue("overflow.is_kept: what goes to another queue is not kept in this")


def namespace_of(skill: str) -> str:
    """The skill's namespace with its colon; a skill without one has none, which is empty."""
    head, colon, _ = skill.partition(":")
    return head + colon if colon else ""


def relax(requirements: Requirements, ring: Ring) -> Requirements:
    """What is still required in this ring."""
    relaxed = [(skill, ring.least_level(skill, level)) for skill, level in requirements]
    return tuple((skill, level) for skill, level in relaxed if level != DROPPED)


def ring_at(rings: tuple[Ring, ...], waited_us: int) -> int:
    """How many of the rings have been reached after this time in the queue."""
    for number, ring in enumerate(rings):
        if waited_us < ring.after_us:
            return number
    return len(rings)


def require_widening(rings: tuple[Ring, ...], overflow: Overflow | None) -> None:
    """Raise `InvalidValue` unless each ring comes later than the one before and asks all it asks.

    An overflow comes after the last ring.
    """
    times = [ring.after_us for ring in rings] + ([overflow.after_us] if overflow else [])
    for number in range(1, len(times)):
        if times[number] <= times[number - 1]:
            name = f"rings[{number}]" if number < len(rings) else "overflow"
            raise InvalidValue(f"{name}.after_us must be after the step before it")
    for number in range(1, len(rings)):
        earlier, later = rings[number - 1], rings[number]
        if earlier.is_any_agent:
            raise InvalidValue(f"rings[{number}] comes after a ring of any agent")
        for name, level in earlier.least_levels:
            if later.least_level(name, level + 1) > level:
                raise InvalidValue(f"rings[{number}].least_levels asks more of {name} again")
