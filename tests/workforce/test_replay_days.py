"""Plays of days in a real database, whose figures are known by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from halfminute.kit.time import from_us
from halfminute.queues.waiting_rules import QueueOverflow, WaitingRules
from halfminute.reports.counting import count_to_end
from halfminute.reports.keeping import read_counters
from halfminute.workforce.errors import (
    NoRecordedDay,
    TooFewConversations,
    UnknownDay,
    UnknownTimeZone,
)
from halfminute.workforce.replay.days import day_of, parse_day
from halfminute_engine.routing.values import QueueId
from halfminute_engine.simulation.replay.recorded import WaitEnd
from tests.reports.day import Day
from tests.workforce.recorded_day import RecordedPlay, document, playing, record

ONE_CHAT: dict[str, Any] = {"capacity_units": 34, "units_by_kind": {"plain": 34}}
PLAIN = {"wrap_up": "none", "wrap_up_seconds": 0, "target_seconds": 30}


async def busy_morning(play: RecordedPlay, day: Day) -> None:
    """One agent for three, who wait 0, 40 and 70 s; one more leaves after 15 s."""
    queue_id = await day.open_queue("Line", **PLAIN)
    agent_id = await play.at(-600, day.add_agent(queue_id, **ONE_CHAT))
    first = await play.at(0, day.write(queue_id))
    await play.take(0, agent_id, first)
    second = await play.at(20, day.write(queue_id))
    third = await play.at(50, day.write(queue_id))
    await play.at(60, day.finish(first, agent_id))
    await play.take(60, agent_id, second)
    gone = await play.at(70, day.write(queue_id))
    await play.at(85, day.leave(gone))
    await play.at(120, day.finish(second, agent_id, is_solved=False))
    await play.take(120, agent_id, third)
    await play.at(180, day.finish(third, agent_id))


async def test_a_day_unchanged_is_what_it_was(day: Day) -> None:
    async with playing(day) as play:
        await busy_morning(play, day)
    found = await document(day, play.named)
    recorded, as_is = found["total"]["recorded"], found["total"]["as_is"]
    assert recorded == as_is
    assert recorded["conversations"] == 4
    assert recorded["answered"] == 3
    assert recorded["abandoned"] == 1
    assert recorded["mean_wait_seconds"] == pytest.approx((0 + 40 + 70 + 15) / 4)
    assert recorded["longest_wait_seconds"] == 70
    assert recorded["service_level"] == pytest.approx(1 / 4)
    assert recorded["solved_within_180_ratio"] == pytest.approx(2 / 3)
    assert found["trust"] == "close"
    assert found["modelled"] == {"patience": 3, "handling": 1, "unasked": 0}
    assert found["is_whole"] is False


async def test_what_is_recorded_is_what_the_wallboard_counts(day: Day) -> None:
    async with playing(day) as play:
        await busy_morning(play, day)
    await count_to_end(day.database)
    rows = await day.fetch("select * from interval_counters")
    kept = {(str(row["queue_id"]), row["start_at"]): read_counters(row) for row in rows}
    recording, _ = await record(day, play.named)
    counters = {(str(q), from_us(start)): each for (q, start), each in recording.counters.items()}
    assert counters == kept
    assert counters


async def test_two_chats_at_once_take_the_wait_away(day: Day) -> None:
    async with playing(day) as play:
        await busy_morning(play, day)
    _, setup = await record(day, play.named)
    [agent] = [each for each in setup.agents.values() if each.queue_ids]
    roomy = setup.with_agent(replace(agent, capacity_units=200))
    found = await document(day, play.named, changed=roomy)
    would_be = found["total"]["as_would_be"]
    assert (would_be["abandoned"], would_be["answered"]) == (0, 4)
    assert would_be["mean_wait_seconds"] == 0
    assert found["moved_to_another_agent"] == 0


async def test_what_rang_out_is_the_routers_to_decide_again(day: Day) -> None:
    """The agent who let it ring out was away for 100 s, and is not taken for available then."""
    async with playing(day) as play:
        queue_id = await day.open_queue("Line", **PLAIN, offer_timeout_seconds=1)
        agent_id = await play.at(-600, day.add_agent(queue_id, **ONE_CHAT))
        conversation_id = await play.at(0, day.write(queue_id))
        offer = await day.offer_for(agent_id, conversation_id)
        await day.state_becomes(conversation_id, "queued")
        await play.settle(1)
        assert await day.find_offer(agent_id) is None
        await play.at(101, day.set_presence(agent_id, "available"))
        other_id = await play.at(130, day.add_agent(queue_id, **ONE_CHAT))
        await play.take(130, other_id, conversation_id)
        await play.at(161, day.finish(conversation_id, other_id))
    assert offer.agent_id == agent_id
    recording, _ = await record(day, play.named)
    assert recording.recorded.not_responding_us == (100_000_000,)
    assert {each.presence for each in recording.recorded.presences} == {"available"}
    found = await document(day, play.named)
    # The agent is back after 100 s; by the day's clock it may be asked again by then.
    assert found["total"]["as_is"]["mean_wait_seconds"] == pytest.approx(101)


async def test_an_agents_own_choice_is_kept(day: Day) -> None:
    async with playing(day) as play:
        queue_id = await day.open_queue("Line", **PLAIN)
        agent_id = await play.at(-600, day.add_agent(queue_id, presence="away"))
        conversation_id = await play.at(0, day.write(queue_id))
        await play.at(44, day.take(conversation_id, agent_id))
        await play.at(44, day.reply(conversation_id, agent_id))
        await play.at(90, day.finish(conversation_id, agent_id))
    found = await document(day, play.named)
    assert found["modelled"]["unasked"] == 1
    assert found["total"]["as_is"]["mean_wait_seconds"] == pytest.approx(44)


async def test_an_overflow_is_one_stay_and_counts_in_both_queues(day: Day) -> None:
    async with playing(day) as play:
        other = await day.open_queue("Other", **PLAIN)
        overflow = QueueOverflow(after_seconds=1, kind="queue", queue_id=other)
        first = await day.open_queue("First", **PLAIN, rules=WaitingRules(overflow=overflow))
        agent_id = await play.at(-600, day.add_agent(other, **ONE_CHAT))
        conversation_id = await play.at(0, day.write(first))
        await day.offer_for(agent_id, conversation_id)
        await play.settle(1)
        await play.take(5, agent_id, conversation_id)
        await play.at(65, day.finish(conversation_id, agent_id))
    recording, _ = await record(day, play.named)
    [stay] = recording.recorded.stays
    assert (stay.queue_id, stay.wait_end) == (QueueId(str(first)), WaitEnd.ANSWERED)
    found = await document(day, play.named)
    by_name = {queue["name"]: queue for queue in found["queues"]}
    for column in ("recorded", "as_is"):
        assert by_name["First"][column]["answered"] == 0
        assert by_name["Other"][column]["answered"] == 1
        assert by_name["First"][column]["conversations"] == 1
        assert by_name["Other"][column]["mean_wait_seconds"] == pytest.approx(4)


async def test_a_router_that_started_again_in_between_changes_nothing(day: Day) -> None:
    async with playing(day) as play:
        queue_id = await day.open_queue("Line", **PLAIN)
        agent_id = await play.at(-600, day.add_agent(queue_id, **ONE_CHAT))
        first = await play.at(0, day.write(queue_id))
        await play.take(0, agent_id, first)
        second = await play.at(20, day.write(queue_id))
    async with day.routing() as driver:
        play.driver = driver
        await play.at(60, day.finish(first, agent_id))
        await play.take(60, agent_id, second)
        await play.at(99, day.finish(second, agent_id))
    found = await document(day, play.named)
    assert found["total"]["recorded"] == found["total"]["as_is"]
    assert found["total"]["as_is"]["mean_wait_seconds"] == pytest.approx(20)


async def test_a_log_that_begins_within_the_day_says_so(day: Day) -> None:
    async with playing(day) as play:
        await busy_morning(play, day)
    await day.execute("delete from events where at < $1", play.nine)
    recording, _ = await record(day, play.named)
    assert recording.since == play.nine
    assert not recording.is_whole
    assert recording.conversation_count == 4


async def test_what_began_the_day_before_is_there_and_not_counted(day: Day) -> None:
    async with playing(day) as play:
        await busy_morning(play, day)
    # The day is taken to begin at the 65th second: one is being handled, one waits.
    cut = play.named._replace(start_at=play.nine + timedelta(seconds=65))
    recording, _ = await record(day, cut)
    assert [stay.is_counted for stay in recording.recorded.stays] == [False, False, True]
    found = await document(day, cut)
    assert found["total"]["as_is"]["conversations"] == 1
    assert found["total"]["as_is"]["abandoned"] == 1


async def test_configured_since_is_told(day: Day) -> None:
    async with playing(day) as play:
        await busy_morning(play, day)
        await day.add_queue(name="New")
    found = await document(day, play.named)
    assert found["configured_since"]["queues"] >= 1


async def test_a_day_of_which_nothing_is_recorded_is_refused(day: Day) -> None:
    named = day_of(date(2020, 1, 1), "Europe/Moscow")
    with pytest.raises(NoRecordedDay):
        await record(day, named)
    async with playing(day) as play:
        await busy_morning(play, day)
    for other in (named, day_of(date(2100, 1, 1), "UTC")):
        with pytest.raises(NoRecordedDay):
            await record(day, other)
    empty = play.named._replace(start_at=play.nine + timedelta(hours=2))
    with pytest.raises(NoRecordedDay, match="Nobody came"):
        await record(day, empty)


async def test_too_few_conversations_are_refused(day: Day) -> None:
    async with playing(day) as play:
        await busy_morning(play, day)
    with pytest.raises(TooFewConversations, match="Only 4"):
        await document(day, play.named, fewest=5)


def test_a_day_is_named_in_its_zone() -> None:
    now = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)
    assert parse_day("today", "UTC", now).date == date(2026, 11, 28)
    assert parse_day("today", "Europe/Moscow", now).date == date(2026, 11, 29)
    yesterday = parse_day("yesterday", "Europe/Moscow", now)
    assert yesterday.start_at == datetime(2026, 11, 27, 21, tzinfo=UTC)
    assert yesterday.end_at == datetime(2026, 11, 28, 21, tzinfo=UTC)
    assert parse_day("2026-03-29", "Europe/Berlin", now).end_at == datetime(
        2026, 3, 29, 22, tzinfo=UTC
    )


@pytest.mark.parametrize("word", ["", "tomorrowish", "2026-13-01", "2026-02-30", "0"])
def test_what_is_no_day_is_refused(word: str) -> None:
    with pytest.raises(UnknownDay):
        parse_day(word, "UTC", datetime.now(UTC))


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd", "/etc"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownTimeZone):
        day_of(date(2026, 1, 1), zone)
