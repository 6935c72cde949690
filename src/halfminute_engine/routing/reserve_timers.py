"""The timers at whose end those whom an idle reserve was kept from may have anybody."""

from __future__ import annotations

from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.state import RunningTimer, TimerPurpose
from halfminute_engine.routing.timers import reserve_timer_id


def start_reserve_timers(floor: Floor) -> None:
    """Have a timer run for each skill for whose sake somebody has just been passed over.

    There is one for a skill, due when the first of them may have anybody.
    """
    due_us_by_skill = floor.matching.reserves.due_us
    if not due_us_by_skill:
        return
    for skill, due_us in due_us_by_skill.items():
        timer_id = reserve_timer_id(skill)
        running = floor.state.timers.get(timer_id)
        if running is None or due_us < running.due_us:
            timer = RunningTimer(TimerPurpose.RESERVE, due_us, skill=skill)
            floor.start_timer(timer_id, timer)
    due_us_by_skill.clear()
