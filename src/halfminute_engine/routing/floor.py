"""The ground on which every handler works: the state, its indexes, this event's time and answer.

`let_go_agents` are those who, in this event, have ceased to be kept for somebody.
"""

from __future__ import annotations

from halfminute_engine.routing.commands import CancelTimer, Command, StartTimer
from halfminute_engine.routing.matching import Matching
from halfminute_engine.routing.paces import Paces
from halfminute_engine.routing.schedule import StepSchedule
from halfminute_engine.routing.state import AgentState, RouterState, RunningTimer, TimerPurpose
from halfminute_engine.routing.values import TimerId

PAUSES = (TimerPurpose.AGENT_PAUSE, TimerPurpose.CONVERSATION_PAUSE)


class Floor:
    """One router's state while it handles one event after another.

    `pauses` counts the running timers of `PAUSES`: without one, nobody is paused.
    """

    __slots__ = (
        "commands",
        "let_go_agents",
        "matching",
        "now_us",
        "paces",
        "pauses",
        "schedule",
        "state",
    )

    def __init__(self, state: RouterState) -> None:
        self.state = state
        self.matching = Matching(state)
        self.schedule = StepSchedule(state)
        self.paces = Paces()
        self.let_go_agents: list[AgentState] = []
        self.now_us = 0
        self.commands: list[Command] = []
        self.pauses = sum(timer.purpose in PAUSES for timer in state.timers.values())

    def begin(self, now_us: int) -> None:
        """A new event is about to be handled."""
        self.now_us = now_us
        self.commands = []

    def command(self, command: Command) -> None:
        """Add to the answer."""
        self.commands.append(command)

    def start_timer(self, timer_id: TimerId, timer: RunningTimer) -> None:
        """Have the timer run; one of the same id is replaced."""
        if timer.purpose in PAUSES and timer_id not in self.state.timers:
            self.pauses += 1
        self.state.timers[timer_id] = timer
        self.command(StartTimer(timer_id, timer.due_us))

    def cancel_timer(self, timer_id: TimerId) -> None:
        """Stop the timer if it runs."""
        if self.forget_timer(timer_id) is not None:
            self.command(CancelTimer(timer_id))

    def forget_timer(self, timer_id: TimerId) -> RunningTimer | None:
        """The timer runs no more, without a word to the driver; it is returned if it ran."""
        timer = self.state.timers.pop(timer_id, None)
        if timer is not None and timer.purpose in PAUSES:
            self.pauses -= 1
        return timer
