"""How long customers waited, and how many did not wait to the end."""

from __future__ import annotations

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.durations import SECOND_US
from halfminute_engine.service_level.ratios import ratio


def asa_seconds(counters: ContactCounters) -> float | None:
    """Average speed of answer: mean wait of the answered ones; None when there are none.

    Who left is not in it, so it can be bought by losing customers: never show it alone.
    """
    return counters.answered.mean_seconds()


def asa_from_first_queue_seconds(counters: ContactCounters) -> float | None:
    """The same, each wait that of all the conversation's queues together, over all transfers."""
    return counters.answered_from_first_queue.mean_seconds()


def mean_wait_seconds(counters: ContactCounters) -> float | None:
    """Mean wait of all whose wait has ended, however it did; None when there are none.

    This is E[W] of the Erlang A model, where P(abandon) = E[W] / mean patience.
    """
    return counters.waits.mean_seconds()


def longest_wait_seconds(counters: ContactCounters) -> float | None:
    """The longest wait that has ended; None when there are none."""
    waits = counters.waits
    return waits.longest_us / SECOND_US if waits.count else None


def abandon_ratio(counters: ContactCounters) -> float | None:
    """Abandoned / offered; None when nobody was offered."""
    return ratio(counters.abandoned.count, counters.offered)


def abandon_ratio_without_short(
    counters: ContactCounters, short_abandon_seconds: int = 5
) -> float | None:
    """The same with short abandons (`<`) taken out above and below; None when nobody is left.

    Raises `UnknownThreshold`.
    """
    short = counters.abandoned.count_below(short_abandon_seconds)
    return ratio(counters.abandoned.count - short, counters.offered - short)


def abandoned_within_ratio(counters: ContactCounters, seconds: int) -> float | None:
    """Abandoned in `seconds` or less / offered; None when nobody was offered.

    Raises `UnknownThreshold`.
    """
    return ratio(counters.abandoned.count_within(seconds), counters.offered)


def first_response_seconds(counters: ContactCounters) -> float | None:
    """FRT, mean first response time; None when nothing was replied to."""
    return counters.first_replies.mean_seconds()


def reply_seconds(counters: ContactCounters) -> float | None:
    """Mean reply time, over all runs of customer messages that were answered; None without any."""
    return counters.replies.mean_seconds()


def replied_within_ratio(counters: ContactCounters, seconds: int) -> float | None:
    """Runs answered in `seconds` or less / runs answered; None without any.

    Raises `UnknownThreshold`.
    """
    return ratio(counters.replies.count_within(seconds), counters.replies.count)
