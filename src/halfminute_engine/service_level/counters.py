"""The raw counters of one interval: integers and tallies that add up.

A contact is counted in the interval in which it was **offered**, with all that becomes of it: so a
service level belongs to those who came then, and offered = answered + abandoned + disconnected +
flowed out + still waiting holds for every interval and every sum of intervals. Counters by another
rule (by the time of the end, for billing) are other counters; the two are never added.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Self

from halfminute_engine.service_level.durations import DurationTally

HALF_HOUR_US = 1_800_000_000


def interval_start_us(at_us: int, length_us: int = HALF_HOUR_US) -> int:
    """The start of the interval that holds the moment; the start belongs to it, its end does not.

    Intervals begin at multiples of their length since the epoch in UTC.
    """
    return at_us - at_us % length_us


@dataclass(slots=True)
class Counters:
    """Base of counters: two of a kind add field by field."""

    def __add__(self, other: Self) -> Self:
        names = [each.name for each in fields(self)]
        return type(self)(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(slots=True)
class ContactCounters(Counters):
    """What became of those offered to one queue (or class) in one interval.

    `offered`: entered the queue. Who leaves a menu before it is none. A transfer into the queue is
    a new offer, though no new contact.

    Waits run from the entry into the queue, ringing included, and are tallied once it has ended:
    `answered` to the agent's connection (voice) or first words (text), `abandoned` to the
    customer's leaving, also while it rang, `disconnected` to a break that was not the customer's,
    `flowed_out` to another queue, a call-back or a message. An offer that the agent declined or let
    ring out ends no wait. `answered_from_first_queue`: the answered ones once more, their wait in
    all queues of the conversation together, transfers included; time with an agent is no wait.

    `first_replies`: first human public reply minus first customer message. `replies`: for each run
    of unanswered customer messages, first agent message minus the first of the run. Automatic
    replies and notes end neither. By which clock (24 hours, opening hours) is the counting side's
    choice, one for all intervals that are added.

    `handled`: handlings that are over, wrap-up included; each transferred leg is one. Their
    `talk_us` (text: open with the agent), `hold_us` and `wrap_up_us`.

    `solved`: answered and closed as solved, tallied by the time from the customer's first message
    (of a call: from the entry into the queue) to the end of the customer's side. Each of the
    answered counts at most once.

    `followable`: handled ones whose follow-up window has passed, so that it is known whether the
    same matter came back; `followed_up`: those of them where it did.
    """

    offered: int = 0
    answered: DurationTally = field(default_factory=DurationTally)
    abandoned: DurationTally = field(default_factory=DurationTally)
    disconnected: DurationTally = field(default_factory=DurationTally)
    flowed_out: DurationTally = field(default_factory=DurationTally)
    answered_from_first_queue: DurationTally = field(default_factory=DurationTally)
    first_replies: DurationTally = field(default_factory=DurationTally)
    replies: DurationTally = field(default_factory=DurationTally)
    handled: int = 0
    talk_us: int = 0
    hold_us: int = 0
    wrap_up_us: int = 0
    solved: DurationTally = field(default_factory=DurationTally)
    followable: int = 0
    followed_up: int = 0

    @property
    def waiting(self) -> int:
        """Still in the queue."""
        return self.offered - self.waits.count

    @property
    def waits(self) -> DurationTally:
        """All waits that have ended, however they did."""
        return self.answered + self.abandoned + self.disconnected + self.flowed_out

    @property
    def handle_us(self) -> int:
        """Talk, hold and wrap-up together."""
        return self.talk_us + self.hold_us + self.wrap_up_us


@dataclass(slots=True)
class AgentCounters(Counters):
    """What agents did in one interval, summed over the agents, in whole microseconds.

    An agent's signed-in time is `busy_us` (one conversation at least, wrap-up included), `idle_us`
    (available and holding none) or `away_us` (neither; an agent who is away and still holds a
    conversation is busy).

    `handle_us`: each conversation's handle time; with several at once it exceeds `busy_us`.
    `used_units_us` and `capacity_units_us`: units in use, and units in all, times time, while busy
    or idle. `other_productive_us`: paid work beside contacts (training, back office). `paid_us`,
    `scheduled_us` (time that the schedule names), `adherent_us` (of that, in the state it names),
    `worked_us` (time worked at all, in whatever state).
    """

    busy_us: int = 0
    idle_us: int = 0
    away_us: int = 0
    handle_us: int = 0
    used_units_us: int = 0
    capacity_units_us: int = 0
    other_productive_us: int = 0
    paid_us: int = 0
    scheduled_us: int = 0
    adherent_us: int = 0
    worked_us: int = 0
