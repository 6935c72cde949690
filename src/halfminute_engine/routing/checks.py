"""What queues must fulfil together, which no queue's own settings can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from halfminute_engine.routing.errors import UnsoundConfiguration
from halfminute_engine.routing.events import QueueConfigured
from halfminute_engine.routing.queue_rules import Overflow
from halfminute_engine.routing.values import QueueId


class FaultCode(StrEnum):
    """What is wrong: the same queue twice, an overflow to nowhere, or a wait without an end."""

    QUEUE_TWICE = "queue_twice"
    TARGET_UNKNOWN = "target_unknown"
    NO_END = "no_end"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the settings of a queue, and at which of its fields."""

    queue_id: QueueId
    field: str
    code: FaultCode


def find_faults(queues: Sequence[QueueConfigured]) -> list[Fault]:
    """All that is wrong with these queues as the whole configuration, in their order.

    Each queue's own settings have been found good when the value was made. Here: every overflow has
    its target; and where the rings of a queue have narrowed who is asked, what waits in it comes to
    any agent, a call-back or a message in the end, in this queue or in those that it overflows to.
    """
    by_id: dict[QueueId, QueueConfigured] = {}
    faults = []
    for queue in queues:
        if queue.queue_id in by_id:
            faults.append(Fault(queue.queue_id, "queue_id", FaultCode.QUEUE_TWICE))
        by_id[queue.queue_id] = queue
    for queue in queues:
        overflow = queue.overflow
        if overflow is not None and overflow.queue_id and overflow.queue_id not in by_id:
            faults.append(Fault(queue.queue_id, "overflow.queue_id", FaultCode.TARGET_UNKNOWN))
        elif not _has_end(queue, by_id):
            field = "rings" if overflow is None else "overflow"
            faults.append(Fault(queue.queue_id, field, FaultCode.NO_END))
    return faults


def require_sound(queues: Sequence[QueueConfigured]) -> None:
    """Raise `UnsoundConfiguration` naming the fields when there is any fault."""
    faults = find_faults(queues)
    if faults:
        told = ", ".join(f"{fault.queue_id}.{fault.field}: {fault.code}" for fault in faults)
        raise UnsoundConfiguration(told)


def _has_end(queue: QueueConfigured, by_id: Mapping[QueueId, QueueConfigured]) -> bool:
    """Whether waiting ends, wherever the overflows lead, for a conversation that begins here."""
    seen = {queue.queue_id}
    last = queue
    while last.overflow is not None and last.overflow.queue_id in by_id.keys() - seen:
        last = by_id[last.overflow.queue_id]
        seen.add(last.queue_id)
    return _asks_anybody(last) or _takes_out(last.overflow)


def _asks_anybody(queue: QueueConfigured) -> bool:
    return not queue.rings or queue.rings[-1].is_any_agent


def _takes_out(overflow: Overflow | None) -> bool:
    return overflow is not None and overflow.queue_id is None and not overflow.is_kept
