"""Figures of a steady run with the chance of what was drawn taken out: see `control_variates`.

What is known beside its mean, by class and batch: how many came, how long their handling was drawn,
and, where patience is exponential, how many left for so much waiting. A customer of exponential
patience leaves at the same rate in each moment of the wait, so leavers less waits / mean patience
has mean 0 under every routing. None of it hangs on who was given to whom and when, so a router that
gives wrongly is still told by its figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.batch_means import Estimate
from halfminute_engine.simulation.control_variates import controlled_mean
from halfminute_engine.simulation.results import SimulationResult, batches_of
from halfminute_engine.simulation.scenario import HOUR_US, ConversationClass, Scenario
from halfminute_engine.simulation.variates import Exponential

MOST_BATCHES = 60
"""Twice as many as without controls, each of which costs one."""


def estimate_by_controls(
    result: SimulationResult,
    counted: Callable[[ContactCounters], float],
    *,
    class_name: str | None = None,
    confidence: float = 0.95,
) -> Estimate | None:
    """What is counted, for each one who is expected to come, of one class or of all together.

    The last whole interval of the run, and what follows it, is left out: not all who came then have
    been seen to their end. None when the run is not steady, has silent abandonment, too few
    intervals, or such short ones that somebody who came before was not seen to the end either.
    """
    scenario = result.scenario
    if not scenario.is_steady or any(item.silent_ratio for item in scenario.classes):
        return None
    intervals = range(result.interval_range[0], scenario.horizon_us // scenario.interval_us - 1)
    by_class = {
        item.name: batches_of(item.counters_by_interval, intervals, MOST_BATCHES)
        for item in result.classes
    }
    if any(not _is_over(batch) for batches in by_class.values() for batch in batches):
        return None
    count = len(next(iter(by_class.values())))
    length_us = len(intervals) // count * scenario.interval_us if count else 0
    expected = {name: _arrivals(scenario, name) * length_us / HOUR_US for name in by_class}
    names = list(by_class) if class_name is None else [class_name]
    total = sum(expected[name] for name in names)
    values = [sum(counted(by_class[name][batch]) for name in names) for batch in range(count)]
    controls = [
        control
        for item in scenario.classes
        for control in _controls_of(item, by_class[item.name], expected[item.name])
    ]
    return controlled_mean([value / total for value in values], controls, confidence)


def _is_over(batch: ContactCounters) -> bool:
    """Whether all who came in it have left, or have been handled to the end."""
    return batch.waiting == 0 and batch.handled == batch.answered.count


def _arrivals(scenario: Scenario, class_name: str) -> float:
    """How many of the class come in an hour."""
    return sum(
        stream.rates_per_hour[0] * weight / sum(each for _, each in stream.mix)
        for stream in scenario.streams
        for name, weight in stream.mix
        if name == class_name
    )


def _controls_of(
    definition: ConversationClass, batches: Sequence[ContactCounters], expected: float
) -> list[list[float]]:
    talk_us, patience = definition.talk.mean_us, definition.patience
    controls = [
        [batch.offered - expected for batch in batches],
        [batch.talk_us + batch.hold_us - batch.handled * talk_us for batch in batches],
    ]
    if isinstance(patience, Exponential):
        leaving_us = patience.mean_us
        controls.append(
            [batch.abandoned.count - batch.waits.total_us / leaving_us for batch in batches]
        )
    return controls
