"""Contacts one by one, as the properties draw them, and the counters they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hypothesis import strategies as st

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.durations import SECOND_US, THRESHOLDS_SECONDS


class End(StrEnum):
    """What became of a contact in the queue."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    DISCONNECTED = "disconnected"
    FLOWED_OUT = "flowed_out"
    WAITING = "waiting"


@dataclass(frozen=True)
class Contact:
    """One contact: how its wait ended and after how long; how long until solved, if it was."""

    end: End
    wait_us: int
    handle_us: int = 0
    is_solved: bool = False


def count(contacts: Iterable[Contact]) -> ContactCounters:
    """The counters of one interval in which these came."""
    counters = ContactCounters()
    for contact in contacts:
        counters.offered += 1
        if contact.end is not End.WAITING:
            getattr(counters, contact.end).add(contact.wait_us)
        if contact.end is End.ANSWERED:
            counters.handled += 1
            counters.talk_us += contact.handle_us
            if contact.is_solved:
                counters.solved.add(contact.wait_us + contact.handle_us)
    return counters


thresholds = st.sampled_from(THRESHOLDS_SECONDS)

# Near the thresholds, where `<` and `<=` part, and anywhere.
durations_us = st.one_of(
    st.builds(
        lambda seconds, off: max(seconds * SECOND_US + off, 0), thresholds, st.integers(-1, 1)
    ),
    st.integers(0, 400_000 * SECOND_US),
)

contacts = st.lists(
    st.builds(Contact, st.sampled_from(End), durations_us, durations_us, st.booleans()), max_size=60
)
