"""The simulated agents: when they are at work, and what each moment of theirs is spent on."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from halfminute_engine.routing.values import AgentId, Presence
from halfminute_engine.simulation.scenario import AgentTemplate, Period, SimulatedRoster
from halfminute_engine.simulation.variates import Draw, Uniforms


class Activity(IntEnum):
    """What an agent does. With several conversations at once, talk goes before wrap-up.

    Idle is available with nothing to do, ringing included.
    """

    OFFLINE = 0
    AWAY = 1
    IDLE = 2
    TALK = 3
    WRAP_UP = 4


_ACTIVITY_OF = {
    Presence.OFFLINE: Activity.OFFLINE,
    Presence.AWAY: Activity.AWAY,
    Presence.AVAILABLE: Activity.IDLE,
}


class SpentTime(NamedTuple):
    """An agent's time at some moment; the fields are those of `SimulatedAgent`."""

    spent_us: tuple[int, ...]
    held_us: int
    overrun_us: int


class AgentKind:
    """The agents of one template, with the times they draw.

    `is_single`: none of them can hold two conversations at once.
    """

    __slots__ = ("answers_at_once", "draw_accept_delay", "draw_return", "is_single", "template")

    def __init__(self, template: AgentTemplate, uniforms: Uniforms) -> None:
        self.template = template
        self.draw_accept_delay: Draw = template.accept_delay.draw_from(uniforms)
        self.draw_return: Draw = template.return_after.draw_from(uniforms)
        self.answers_at_once = template.accept_delay.mean_us == 0 and not template.no_answer_ratio
        capacity = template.capacity
        self.is_single = all(2 * units > capacity.total_units for _, units in capacity.weights)


class SimulatedAgent:
    """One agent. `changes` are the presences to come, the next one last.

    `spent_us` is its time by activity. `held_us` is time by the number of conversations held, and
    `overrun_us` what of the time was spent on finishing after a period had ended.
    """

    __slots__ = (
        "activity",
        "agent_id",
        "changes",
        "held",
        "held_us",
        "is_not_responding",
        "kind",
        "overrun_us",
        "presence",
        "since_us",
        "spent_us",
        "talking",
        "warm_up",
        "wrapping_up",
    )

    def __init__(self, agent_id: AgentId, kind: AgentKind, periods: tuple[Period, ...]) -> None:
        self.agent_id = agent_id
        self.kind = kind
        self.changes = list(reversed(_changes_of(periods)))
        self.presence = Presence.OFFLINE
        self.is_not_responding = False
        self.talking = 0
        self.wrapping_up = 0
        self.held = 0
        self.activity = Activity.OFFLINE
        self.since_us = 0
        self.spent_us = [0] * len(Activity)
        self.held_us = 0
        self.overrun_us = 0
        self.warm_up = SpentTime((0,) * len(Activity), 0, 0)

    def end_warm_up(self, now_us: int) -> None:
        """Keep apart what was spent up to now."""
        self.settle(now_us)
        self.warm_up = SpentTime(tuple(self.spent_us), self.held_us, self.overrun_us)

    def begin_talk(self, now_us: int) -> None:
        """One more conversation."""
        self.settle(now_us)
        self.talking += 1
        self.held += 1
        self.activity = Activity.TALK

    def end_talk(self, now_us: int, *, is_wrapping_up: bool) -> None:
        """One less, which may go on as a wrap-up."""
        self.settle(now_us)
        self.talking -= 1
        self.wrapping_up += is_wrapping_up
        self.turn()

    def settle(self, now_us: int) -> None:
        """Count what the agent has done up to now; to be called before it does something else."""
        elapsed_us = now_us - self.since_us
        if elapsed_us:
            self.since_us = now_us
            self.spent_us[self.activity] += elapsed_us
            if self.held:
                self.held_us += self.held * elapsed_us
                if self.presence is Presence.OFFLINE:
                    self.overrun_us += elapsed_us

    def turn(self) -> None:
        """Note what the agent does from now on, after it was settled."""
        self.held = self.talking + self.wrapping_up
        if self.held:
            self.activity = Activity.TALK if self.talking else Activity.WRAP_UP
        elif self.is_not_responding and self.presence is Presence.AVAILABLE:
            self.activity = Activity.AWAY
        else:
            self.activity = _ACTIVITY_OF[self.presence]


def agents_of(roster: SimulatedRoster, uniforms: Uniforms) -> list[SimulatedAgent]:
    """The agents of the roster, by ids made of the template's name and a number from 1."""
    kind = AgentKind(roster.template, uniforms)
    return [
        SimulatedAgent(AgentId(f"{roster.template.name}-{number}"), kind, periods)
        for number, periods in enumerate(roster.periods, start=1)
    ]


def planned_us(
    roster: SimulatedRoster, from_us: int, until_us: int, *, has_breaks: bool = False
) -> int:
    """Time for which the roster plans agents between the two; breaks are left out unless asked."""
    return sum(
        max(0, min(period.end_us, until_us) - max(period.start_us, from_us))
        for periods in roster.periods
        for period in periods
        if has_breaks or not period.is_break
    )


def _changes_of(periods: tuple[Period, ...]) -> list[tuple[int, Presence]]:
    changes: list[tuple[int, Presence]] = []
    for period in periods:
        if changes and changes[-1][0] == period.start_us:
            changes.pop()
        presence = Presence.AWAY if period.is_break else Presence.AVAILABLE
        changes += [(period.start_us, presence), (period.end_us, Presence.OFFLINE)]
    return changes
