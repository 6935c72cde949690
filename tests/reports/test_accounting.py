"""What is counted of one conversation, event by event: given, told, expected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from halfminute.kit.event_log import Event
from halfminute.reports.accounting import account
from halfminute.reports.types import Book, Count, Entry, Matter
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.durations import SECOND_US, DurationTally

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
BILLS, ROAMING = uuid4(), uuid4()


class Told(NamedTuple):
    """A fact, so many seconds after noon."""

    seconds: float
    type: str
    data: dict[str, Any]


def said(seconds: float, event_type: str, **data: Any) -> Told:
    return Told(seconds, event_type, data)


def queued(seconds: float, queue_id: UUID = BILLS) -> Told:
    return said(seconds, "ConversationQueued", queue_id=str(queue_id), channel_kind="telegram")


def assigned(seconds: float, by: str = "offer") -> Told:
    return said(seconds, "ConversationAssigned", by=by)


def closed(seconds: float, *, is_solved: bool | None = True) -> Told:
    return said(seconds, "ConversationClosed", is_solved=is_solved)


def wrapped_up(seconds: float, *, is_solved: bool | None = True) -> Told:
    return said(seconds, "WrapUpStarted", is_solved=is_solved)


COMING = (said(0, "ConversationOpened"), said(0, "MessageReceived"), queued(0))


def tell(*told: Told) -> tuple[Matter, list[Entry]]:
    matter = Matter(conversation_id=uuid4())
    entries: list[Entry] = []
    for seq, each in enumerate(told, start=1):
        event = Event(
            xid=1,
            position=seq,
            stream=f"conversation:{matter.conversation_id}",
            seq=seq,
            at=NOON + timedelta(seconds=each.seconds),
            type=each.type,
            data=each.data,
        )
        matter, added = account(matter, event)
        entries += added
        again, nothing = account(matter, event)
        assert (again, nothing) == (matter, [])
    return matter, entries


def total(entries: list[Entry], book: Book, queue_id: UUID = BILLS) -> Count:
    chosen = [e.added for e in entries if e.place.book == book and e.place.queue_id == queue_id]
    return sum(chosen, start=Count(ContactCounters()))


def seconds(*waits: float) -> DurationTally:
    return DurationTally.of(round(wait * SECOND_US) for wait in waits)


def test_an_answer_ends_the_wait_in_the_minute_in_which_it_comes() -> None:
    matter, entries = tell(*COMING, assigned(20), said(61, "ReplyQueued"), said(70, "ReplyQueued"))

    assert (matter.state, matter.wait_end, matter.waited_us) == ("held", "answered", 61_000_000)
    assert total(entries, "intervals").counters == ContactCounters(
        offered=1, answered=seconds(61), answered_from_first_queue=seconds(61)
    )
    assert total(entries, "waits").counters == ContactCounters(
        offered=1, answered=seconds(61), answered_from_first_queue=seconds(61)
    )
    [minute] = [e.place.start_us for e in entries if e.place.book == "waits"]
    assert minute == (NOON + timedelta(minutes=1)).timestamp() * SECOND_US


def test_who_leaves_before_an_answer_has_abandoned() -> None:
    ending = said(9, "ConversationEndedByContact"), closed(9, is_solved=None)
    matter, entries = tell(*COMING, *ending)

    assert matter.wait_end == "abandoned"
    whole = ContactCounters(offered=1, abandoned=seconds(9))
    assert total(entries, "intervals").counters == whole
    assert total(entries, "closings") == Count(whole, 0)


def test_what_we_close_unanswered_is_no_abandonment() -> None:
    matter, entries = tell(*COMING, assigned(5), closed(8, is_solved=True))

    assert matter.wait_end == "disconnected"
    counters = total(entries, "closings").counters
    assert counters == ContactCounters(offered=1, disconnected=seconds(8))


def test_another_queue_is_a_flow_out_and_a_new_offer() -> None:
    _, entries = tell(*COMING, queued(30, ROAMING), assigned(40), said(45, "ReplyQueued"))

    flowed_out = ContactCounters(offered=1, flowed_out=seconds(30))
    assert total(entries, "intervals").counters == flowed_out
    assert total(entries, "intervals", ROAMING).counters == ContactCounters(
        offered=1, answered=seconds(15), answered_from_first_queue=seconds(45)
    )


def test_solved_is_counted_at_the_closing_and_from_the_first_message() -> None:
    told = (
        said(0, "ConversationOpened"),
        said(0, "MessageReceived"),
        queued(10),
        assigned(12),
        said(20, "ReplyQueued"),
        said(30, "MessageReceived"),
        wrapped_up(170),
        closed(200),
    )
    _, entries = tell(*told)

    closings = total(entries, "closings")
    assert closings.counters.solved == seconds(170)
    assert closings.silent_count == 0
    intervals = total(entries, "intervals").counters
    assert (intervals.handled, intervals.talk_us, intervals.wrap_up_us) == (
        1,
        158 * SECOND_US,
        30 * SECOND_US,
    )


def test_an_outcome_that_is_taken_back_was_none() -> None:
    answered = (*COMING, assigned(1), said(2, "ReplyQueued"))
    ended = said(3, "ConversationEndedByContact"), wrapped_up(3)
    chosen = said(9, "OutcomeChosen", is_solved=False), closed(9, is_solved=False)

    _, entries = tell(*answered, *ended, *chosen)

    assert total(entries, "closings").counters.solved.count == 0


def test_a_customer_who_writes_during_the_wrap_up_takes_the_solution_back() -> None:
    answered = (*COMING, assigned(1), said(2, "ReplyQueued"), wrapped_up(5))
    resumed = assigned(9, by="reopen"), said(9, "MessageReceived")

    matter, entries = tell(*answered, *resumed, wrapped_up(60), closed(80))

    assert matter.solved_us == (NOON + timedelta(seconds=60)).timestamp() * SECOND_US
    counters = total(entries, "intervals").counters
    assert (counters.handled, counters.talk_us, counters.wrap_up_us) == (
        1,
        (4 + 51) * SECOND_US,
        (4 + 20) * SECOND_US,
    )


def test_a_matter_that_comes_back_is_measured_from_its_first_message() -> None:
    once = (*COMING, assigned(1), said(2, "ReplyQueued"), closed(5))
    again = said(600, "ConversationReopened"), said(600, "MessageReceived"), queued(600)

    _, entries = tell(*once, *again, assigned(601), said(602, "ReplyQueued"), closed(603))

    assert total(entries, "closings").counters.solved == seconds(5, 603)


@pytest.mark.parametrize(
    ("after", "silent"),
    [
        ((), 1),
        ((said(30, "MessageReceived"),), 0),
        ((said(30, "ConversationEndedByContact"),), 0),
    ],
)
def test_an_answer_to_nobody_is_silent(after: tuple[Told, ...], silent: int) -> None:
    answered = (*COMING, assigned(1), said(20, "ReplyQueued"))

    _, entries = tell(*answered, *after, closed(900, is_solved=False))

    assert total(entries, "closings").silent_count == silent


def test_who_has_it_is_handled_by_each() -> None:
    _, entries = tell(
        *COMING, assigned(10), said(11, "ReplyQueued"), assigned(40, by="reassign"), closed(100)
    )

    counters = total(entries, "intervals").counters
    assert (counters.handled, counters.talk_us) == (2, 90 * SECOND_US)


def test_a_wait_is_never_shorter_than_nothing() -> None:
    """Who began to write first may have waited for who began later."""
    matter, _ = tell(said(0, "ConversationOpened"), queued(5), said(4.5, "ReplyQueued"))

    assert matter.waited_us == 0


def test_what_was_in_no_queue_is_not_counted() -> None:
    _, entries = tell(said(0, "ConversationOpened"), assigned(1), said(2, "ReplyQueued"), closed(3))

    assert entries == []


def test_a_transfer_has_a_wait_of_its_own_and_the_whole_one() -> None:
    # Ten seconds for bills, a talk of a minute, then twenty for roaming.
    first = (*COMING, assigned(5), said(10, "ReplyQueued"))
    then = (queued(70, ROAMING), assigned(80), said(90, "ReplyQueued"), closed(100))
    _, entries = tell(*first, *then)

    bills = total(entries, "waits").counters
    roaming = total(entries, "waits", ROAMING).counters
    assert (bills.answered, bills.answered_from_first_queue) == (seconds(10), seconds(10))
    assert (roaming.answered, roaming.answered_from_first_queue) == (seconds(20), seconds(30))
    over = total(entries, "closings", ROAMING).counters
    assert over.answered_from_first_queue == seconds(30)


def test_passed_on_unheard_it_has_waited_all_the_time() -> None:
    _, entries = tell(*COMING, queued(40, ROAMING), assigned(50), said(60, "ReplyQueued"))

    assert total(entries, "waits").counters.flowed_out == seconds(40)
    roaming = total(entries, "waits", ROAMING).counters
    assert (roaming.answered, roaming.answered_from_first_queue) == (seconds(20), seconds(60))


def test_what_is_taken_up_again_begins_to_wait_anew() -> None:
    again = (said(30, "ConversationReopened"), queued(30), assigned(31), said(32, "ReplyQueued"))
    _, entries = tell(*COMING, assigned(5), said(10, "ReplyQueued"), closed(20), *again)

    assert total(entries, "waits").counters.answered_from_first_queue == seconds(10, 2)
