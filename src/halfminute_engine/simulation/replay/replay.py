"""One whole replay: from the first of the day to a result that has kept every law."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from halfminute_engine.routing.events import Event
from halfminute_engine.simulation.replay.models import ReplayModels
from halfminute_engine.simulation.replay.recorded import RecordedDay
from halfminute_engine.simulation.replay.replayer import Replayer
from halfminute_engine.simulation.replay.results import ReplayResult

STEPS = 100


def replay(
    day: RecordedDay,
    configuration: Iterable[Event],
    models: ReplayModels,
    tell: Callable[[float], None] | None = None,
) -> ReplayResult:
    """The day under this configuration.

    `tell` hears now and then how much of it is over, as a share of 1. Raises `BrokenLaw`.
    """
    replayer = Replayer(day, configuration, models)
    span_us = day.horizon_us - day.start_us
    for step in range(1, STEPS + 1):
        replayer.advance(day.start_us + span_us * step // STEPS)
        if tell is not None:
            tell(step / STEPS)
    return replayer.finish()
