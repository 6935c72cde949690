"""What one more event makes of a conversation, and what is to be counted of it. Pure.

Only the conversation's own stream is read, in the order of its numbers; what other streams are told
of the same is the same fact once more. A time is the event's: when its transaction began.

    ConversationQueued ------ the wait begins: offered
      ReplyQueued, AccountOwnerReplied ----- answered
      ConversationEndedByContact ----------- abandoned
      ConversationQueued (elsewhere) ------- flowed out
      WrapUpStarted, ConversationClosed ---- disconnected: we have ended it, and said nothing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from halfminute.kit.event_log import Event
from halfminute.kit.time import to_us
from halfminute.reports.types import (
    MINUTE_US,
    QUARTER_US,
    Book,
    Count,
    Entry,
    Matter,
    Place,
    WaitEnd,
)
from halfminute_engine.service_level.counters import ContactCounters, interval_start_us
from halfminute_engine.service_level.durations import DurationTally

Accounted = tuple[Matter, list[Entry]]


def account(matter: Matter, event: Event) -> Accounted:
    """The conversation after the event, and what is to be counted.

    An event that was accounted for already changes nothing, and so does one of another type.
    """
    rule = _RULES.get(event.type)
    if rule is None or event.seq <= matter.last_seq:
        return matter, []
    at_us = to_us(event.at)
    after, entries = rule(matter, at_us, event.data)
    return replace(after, last_seq=event.seq, changed_us=at_us), entries


def _opened(matter: Matter, _at_us: int, _data: Mapping[str, Any]) -> Accounted:
    return matter, []


def _reopened(matter: Matter, _at_us: int, _data: Mapping[str, Any]) -> Accounted:
    """The first message stays: a matter that comes back was not solved within three minutes."""
    first_us = matter.first_message_us
    return Matter(conversation_id=matter.conversation_id, first_message_us=first_us), []


def _heard(matter: Matter, at_us: int, _data: Mapping[str, Any]) -> Accounted:
    if matter.first_message_us is None:
        matter = replace(matter, first_message_us=at_us)
    return replace(matter, has_come_back=matter.wait_end == "answered"), []


def _queued(matter: Matter, at_us: int, data: Mapping[str, Any]) -> Accounted:
    matter, flowed_out = _end_wait(matter, at_us, "flowed_out")
    matter, handled = _end_handling(matter, at_us)
    matter = replace(
        matter,
        state="waiting",
        queue_id=UUID(data["queue_id"]),
        channel_kind=str(data["channel_kind"]),
        queued_us=at_us,
        wait_end=None,
        waited_us=None,
        has_come_back=False,
        earlier_waits_us=matter.earlier_waits_us + (matter.waited_us or 0),
    )
    offered = _enter(matter, "intervals", at_us, ContactCounters(offered=1))
    return matter, [*flowed_out, *handled, *offered]


def _answered(matter: Matter, at_us: int, _data: Mapping[str, Any]) -> Accounted:
    return _end_wait(matter, at_us, "answered")


def _ended_by_contact(matter: Matter, at_us: int, _data: Mapping[str, Any]) -> Accounted:
    # Who ends what was answered has read it.
    matter = replace(matter, has_come_back=matter.wait_end == "answered")
    return _end_wait(matter, at_us, "abandoned")


def _assigned(matter: Matter, at_us: int, data: Mapping[str, Any]) -> Accounted:
    if data["by"] == "reopen":
        # The customer wrote during the wrap-up: the same handling goes on.
        matter = replace(_add_time(matter, at_us), is_solved=None, solved_us=None)
        return replace(matter, state="held", since_us=at_us), []
    matter, entries = _end_handling(matter, at_us)
    return replace(matter, state="held", since_us=at_us), entries


def _wrapping_up(matter: Matter, at_us: int, data: Mapping[str, Any]) -> Accounted:
    matter, entries = _end_wait(matter, at_us, "disconnected")
    matter = _judge(_add_time(matter, at_us), at_us, data)
    return replace(matter, state="wrap_up", since_us=at_us), entries


def _judged(matter: Matter, at_us: int, data: Mapping[str, Any]) -> Accounted:
    return _judge(matter, at_us, data), []


def _closed(matter: Matter, at_us: int, data: Mapping[str, Any]) -> Accounted:
    matter, waited = _end_wait(matter, at_us, "disconnected")
    matter, handled = _end_handling(_judge(matter, at_us, data), at_us)
    return replace(matter, state="closed"), [*waited, *handled, *_closing(matter, at_us)]


_RULES: Final[Mapping[str, Callable[[Matter, int, Mapping[str, Any]], Accounted]]] = {
    "ConversationOpened": _opened,
    "ConversationReopened": _reopened,
    "MessageReceived": _heard,
    "ConversationQueued": _queued,
    "ReplyQueued": _answered,
    "AccountOwnerReplied": _answered,
    "ConversationEndedByContact": _ended_by_contact,
    "ConversationAssigned": _assigned,
    "WrapUpStarted": _wrapping_up,
    "OutcomeChosen": _judged,
    "ConversationClosed": _closed,
}
ACCOUNTED_TYPES: Final = frozenset(_RULES)


def _end_wait(matter: Matter, at_us: int, wait_end: WaitEnd) -> Accounted:
    """Whoever waits for the first words waits no more."""
    if matter.queued_us is None or matter.wait_end is not None:
        return matter, []
    # Who began earlier may have waited for who began later: a wait may seem to end before it began.
    waited_us = max(0, at_us - matter.queued_us)
    after = replace(matter, wait_end=wait_end, waited_us=waited_us)
    ended = _ended(after)
    return after, [
        *_enter(after, "intervals", matter.queued_us, ended),
        *_enter(after, "waits", at_us, ended + ContactCounters(offered=1)),
    ]


def _ended(matter: Matter) -> ContactCounters:
    counters = ContactCounters()
    if matter.wait_end is None or matter.waited_us is None:
        return counters
    tally: DurationTally = getattr(counters, matter.wait_end)
    tally.add(matter.waited_us)
    if matter.wait_end == "answered":
        counters.answered_from_first_queue.add(matter.waited_us + matter.earlier_waits_us)
    return counters


def _judge(matter: Matter, at_us: int, data: Mapping[str, Any]) -> Matter:
    """Solved at the first word of it that was not taken back."""
    is_solved = data["is_solved"]
    solved_us = (matter.solved_us or at_us) if is_solved else None
    return replace(matter, is_solved=is_solved, solved_us=solved_us)


def _closing(matter: Matter, at_us: int) -> list[Entry]:
    if matter.queued_us is None:
        return []
    solved = _solved(matter)
    whole = ContactCounters(offered=1, solved=solved) + _ended(matter)
    entries = _enter(matter, "closings", at_us, whole, silent_count=int(_is_silent(matter)))
    if solved.count:
        entries += _enter(matter, "intervals", matter.queued_us, ContactCounters(solved=solved))
    return entries


def _is_silent(matter: Matter) -> bool:
    """Answered, and nobody was there any more: the customer may have left while waiting."""
    return matter.wait_end == "answered" and not (matter.is_solved or matter.has_come_back)


def _solved(matter: Matter) -> DurationTally:
    """From the customer's first message; where none was said, from the coming into the queue."""
    if matter.wait_end != "answered" or matter.solved_us is None:
        return DurationTally()
    begun_us = matter.first_message_us or matter.queued_us or 0
    return DurationTally.of([max(0, matter.solved_us - begun_us)])


def _end_handling(matter: Matter, at_us: int) -> Accounted:
    if matter.since_us is None:
        return matter, []
    whole = _add_time(matter, at_us)
    after = replace(whole, since_us=None, talk_us=0, wrap_up_us=0)
    if matter.queued_us is None:
        return after, []
    handled = ContactCounters(handled=1, talk_us=whole.talk_us, wrap_up_us=whole.wrap_up_us)
    return after, _enter(matter, "intervals", matter.queued_us, handled)


def _add_time(matter: Matter, at_us: int) -> Matter:
    """What has been under way until now is over."""
    if matter.since_us is None:
        return matter
    passed_us = max(0, at_us - matter.since_us)
    if matter.state == "wrap_up":
        return replace(matter, wrap_up_us=matter.wrap_up_us + passed_us, since_us=at_us)
    return replace(matter, talk_us=matter.talk_us + passed_us, since_us=at_us)


def _enter(
    matter: Matter, book: Book, at_us: int, counters: ContactCounters, *, silent_count: int = 0
) -> list[Entry]:
    if matter.queue_id is None or matter.channel_kind is None:
        return []
    start_us = interval_start_us(at_us, QUARTER_US if book == "intervals" else MINUTE_US)
    place = Place(book, start_us, matter.queue_id, matter.channel_kind)
    return [Entry(place, Count(counters, silent_count))]
