"""What became of everybody: counters by queue and time, and who took what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from halfminute_engine.routing.values import AgentId, ConversationId, QueueId
from halfminute_engine.service_level.counters import ContactCounters, interval_start_us

K = TypeVar("K")

INTERVAL_US = 900_000_000
"""Quarters of an hour, as the wallboard counts."""

CountersByPlace = dict[tuple[QueueId, int], ContactCounters]


class Taking(NamedTuple):
    """Who took a conversation, out of which queue."""

    queue_id: QueueId
    agent_id: AgentId


@dataclass(slots=True)
class ReplayResult:
    """One replay. `counters` are by queue and start of the interval in which they came there.

    Only those who came within the day are in them. `takings` are by stay. `stranded_count`: no
    queue would have them.
    """

    counters: CountersByPlace = field(default_factory=dict)
    takings: dict[ConversationId, Taking] = field(default_factory=dict)
    stranded_count: int = 0
    command_hash: str = ""

    def counters_at(self, queue_id: QueueId, at_us: int) -> ContactCounters:
        """Where one is counted that comes into the queue at that moment."""
        place = queue_id, interval_start_us(at_us, INTERVAL_US)
        found = self.counters.get(place)
        if found is None:
            found = self.counters[place] = ContactCounters()
        return found


def sum_by_queue(counters: CountersByPlace) -> dict[QueueId, ContactCounters]:
    """All intervals of each queue together."""
    return _sum((queue_id, each) for (queue_id, _), each in counters.items())


def sum_by_interval(counters: CountersByPlace) -> dict[int, ContactCounters]:
    """All queues of each interval together, by its start, in their order."""
    found = _sum((start_us, each) for (_, start_us), each in counters.items())
    return dict(sorted(found.items()))


def _sum(counted: Iterable[tuple[K, ContactCounters]]) -> dict[K, ContactCounters]:
    sums: dict[K, ContactCounters] = {}
    for key, each in counted:
        known = sums.get(key)
        sums[key] = each if known is None else known + each
    return sums


def count_moved(before: ReplayResult, after: ReplayResult) -> tuple[int, int]:
    """How many were taken in both, in another queue; and by another agent."""
    queues = agents = 0
    for conversation_id, taking in before.takings.items():
        other = after.takings.get(conversation_id)
        if other is not None:
            queues += taking.queue_id != other.queue_id
            agents += taking.agent_id != other.agent_id
    return queues, agents
