"""What agents' time went into."""

from __future__ import annotations

from halfminute_engine.service_level.counters import AgentCounters, ContactCounters
from halfminute_engine.service_level.durations import SECOND_US
from halfminute_engine.service_level.ratios import ratio


def aht_seconds(counters: ContactCounters) -> float | None:
    """AHT, mean handle time: (talk + hold + wrap-up) / handled; None when nothing was handled.

    By the wall clock of each handling: with several at once this is longer than what a handling
    costs an agent, which is `agent_time_aht_seconds`.
    """
    return ratio(counters.handle_us / SECOND_US, counters.handled)


def agent_time_aht_seconds(agents: AgentCounters, handled: int) -> float | None:
    """What a handling costs in agents' time: busy time / handled; None when nothing was handled.

    Equals the wall-clock AHT / observed concurrency. Only this one times volume is a workload.
    """
    return ratio(agents.busy_us / SECOND_US, handled)


def concurrency(agents: AgentCounters) -> float | None:
    """Observed concurrency: handle time / busy time; None when nobody was busy."""
    return ratio(agents.handle_us, agents.busy_us)


def occupancy(agents: AgentCounters) -> float | None:
    """Busy / (busy + idle); None when nobody was either. Away time is in neither.

    Busy is whoever holds one conversation at least, however many would fit.
    """
    return ratio(agents.busy_us, agents.busy_us + agents.idle_us)


def load_occupancy(agents: AgentCounters) -> float | None:
    """Units in use / units in all, over the same time; None when there were none.

    Equals `occupancy` where every conversation takes an agent whole.
    """
    return ratio(agents.used_units_us, agents.capacity_units_us)


def utilisation(agents: AgentCounters) -> float | None:
    """Busy time / paid time; None when nothing was paid. Always tell the denominator with it."""
    return ratio(agents.busy_us, agents.paid_us)


def productive_utilisation(agents: AgentCounters) -> float | None:
    """(Busy + other productive) / paid time; None when nothing was paid."""
    return ratio(agents.busy_us + agents.other_productive_us, agents.paid_us)


def shrinkage(agents: AgentCounters) -> float | None:
    """1 - time for contacts (busy + idle) / paid time; None when nothing was paid.

    Below zero when unpaid time was worked. A roster is requirement / (1 - shrinkage), never
    requirement x (1 + shrinkage).
    """
    share = ratio(agents.busy_us + agents.idle_us, agents.paid_us)
    return None if share is None else 1 - share


def adherence(agents: AgentCounters) -> float | None:
    """Time in the scheduled state / scheduled time; None when nothing was scheduled."""
    return ratio(agents.adherent_us, agents.scheduled_us)


def conformance(agents: AgentCounters) -> float | None:
    """Time worked / scheduled time, whenever it was; None when nothing was scheduled.

    Above one with overtime. Not adherence: who works the right hours at the wrong time conforms.
    """
    return ratio(agents.worked_us, agents.scheduled_us)
