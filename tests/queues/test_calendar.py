"""When a queue is open: on the clock on the wall, whatever that clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfminute.queues.calendar import Calendar, Interval, is_open, next_opening

BERLIN = "Europe/Berlin"
NINE_TO_SIX = (Interval(9 * 60, 18 * 60),)
WEEKDAYS = (NINE_TO_SIX,) * 5 + ((), ())
NEVER: tuple[tuple[Interval, ...], ...] = ((),) * 7
MINUTE = timedelta(minutes=1)


def at(words: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    """In UTC: two times of the hour that comes twice are never equal across zones (PEP 495)."""
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def every_day(opens: int, closes: int, zone: str = BERLIN) -> Calendar:
    return Calendar(time_zone=zone, weekly=((Interval(opens, closes),),) * 7)


def test_it_is_open_from_the_first_minute_and_not_in_the_last() -> None:
    calendar = Calendar(time_zone=BERLIN, weekly=WEEKDAYS)
    # A Friday.
    assert not is_open(calendar, at("2026-11-27T08:59:59.999999"))
    assert is_open(calendar, at("2026-11-27T09:00"))
    assert is_open(calendar, at("2026-11-27T17:59:59.999999"))
    assert not is_open(calendar, at("2026-11-27T18:00"))
    assert next_opening(calendar, at("2026-11-27T18:00")) == at("2026-11-30T09:00")
    assert next_opening(calendar, at("2026-11-27T12:34")) == at("2026-11-27T12:34")


def test_the_hours_are_those_of_the_time_zone() -> None:
    moment = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
    assert is_open(Calendar(time_zone=BERLIN, weekly=WEEKDAYS), moment)
    assert not is_open(Calendar(time_zone="Europe/London", weekly=WEEKDAYS), moment)


def test_an_interval_past_midnight_belongs_to_the_day_on_which_it_opens() -> None:
    night = Interval(22 * 60, 26 * 60)
    # Fridays only; Saturday the 28th is a holiday, and so is Friday the 4th.
    holidays: dict[date, tuple[Interval, ...]] = {date(2026, 11, 28): (), date(2026, 12, 4): ()}
    calendar = Calendar(time_zone=BERLIN, weekly=((),) * 4 + ((night,), (), ()), days=holidays)
    assert is_open(calendar, at("2026-11-28T01:59"))
    assert not is_open(calendar, at("2026-11-28T02:00"))
    assert not is_open(calendar, at("2026-12-04T23:00"))
    assert not is_open(calendar, at("2026-12-05T01:00"))
    assert next_opening(calendar, at("2026-11-28T02:00")) == at("2026-12-11T22:00")


def test_a_special_day_has_hours_of_its_own() -> None:
    short = (Interval(10 * 60, 12 * 60),)
    calendar = Calendar(
        time_zone=BERLIN, weekly=WEEKDAYS, days={date(2026, 12, 24): short, date(2026, 12, 25): ()}
    )
    assert not is_open(calendar, at("2026-12-24T09:30"))
    assert is_open(calendar, at("2026-12-24T11:00"))
    assert next_opening(calendar, at("2026-12-24T12:00")) == at("2026-12-28T09:00")


def test_what_the_clock_skips_is_not_open() -> None:
    # 2026-03-29: 02:00 becomes 03:00.
    assert next_opening(every_day(150, 240), at("2026-03-29T01:59")) == at("2026-03-29T03:00")
    within = every_day(135, 165)
    assert next_opening(within, at("2026-03-29T01:00")) == at("2026-03-30T02:15")


def test_what_the_clock_shows_twice_is_open_twice() -> None:
    # 2026-10-25: 03:00 becomes 02:00 again.
    calendar = every_day(120, 150)
    assert is_open(calendar, at("2026-10-25T02:10"))
    assert not is_open(calendar, at("2026-10-25T02:40"))
    again = at("2026-10-25T02:00", fold=1)
    assert is_open(calendar, again)
    assert next_opening(calendar, at("2026-10-25T02:40")) == again
    assert next_opening(calendar, at("2026-10-25T02:40", fold=1)) == at("2026-10-26T02:00")


def test_it_opens_again_within_the_hour_that_comes_twice() -> None:
    calendar = every_day(135, 150)
    assert next_opening(calendar, at("2026-10-25T02:40")) == at("2026-10-25T02:15", fold=1)


def test_a_day_may_begin_before_the_last_one_has_ended() -> None:
    # A minute past the midnight of 2010-11-07 it is 23:01 of the 6th again.
    zone = "America/St_Johns"
    days = {
        date(2010, 11, 6): (Interval(23 * 60 + 55, 23 * 60 + 56),),
        date(2010, 11, 7): (Interval(0, 1),),
    }
    calendar = Calendar(time_zone=zone, weekly=NEVER, days=days)
    midnight = at("2010-11-07T00:00", zone)
    assert next_opening(calendar, at("2010-11-06T23:57", zone)) == midnight
    again = at("2010-11-06T23:55", zone, fold=1)
    assert next_opening(calendar, midnight + MINUTE) == again


def test_a_calendar_that_never_opens_says_so() -> None:
    assert next_opening(Calendar(time_zone=BERLIN, weekly=NEVER), at("2026-11-28T10:00")) is None
    year = {date(2027, 11, 27): NINE_TO_SIX}
    once = Calendar(time_zone=BERLIN, weekly=NEVER, days=year)
    assert next_opening(once, at("2026-11-28T10:00")) == at("2027-11-27T09:00")


def test_all_day_is_all_day_when_the_clock_jumps() -> None:
    calendar = every_day(0, 1440)
    for day in ("2026-03-29", "2026-10-25"):
        begin = at(f"{day}T00:00").astimezone(UTC)
        assert all(is_open(calendar, begin + hour * timedelta(hours=1)) for hour in range(25))


# Summer time of an hour and of half an hour, at a midnight and a minute past it, a day that never
# was, and none at all.
ZONES = {
    BERLIN: ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "America/St_Johns": ["2010-03-14T03:31", "2010-11-07T02:31"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
    "Pacific/Apia": ["2011-12-30T10:00"],
    "Asia/Beirut": ["2022-03-26T22:00", "2022-10-29T21:00"],
    "Asia/Kathmandu": ["2026-01-01T00:00"],
}

intervals = st.builds(
    lambda opens, length: Interval(opens, opens + length),
    st.integers(0, 1439),
    st.sampled_from([1, 15, 30, 60, 90, 480, 1440]),
)
hours = st.lists(intervals, max_size=2).map(tuple)


@st.composite
def moments_near_jumps(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    zone = draw(st.sampled_from(sorted(ZONES)))
    jump = datetime.fromisoformat(draw(st.sampled_from(ZONES[zone]))).replace(tzinfo=UTC)
    moment = jump + draw(st.integers(-2000, 600)) * MINUTE
    local = moment.astimezone(ZoneInfo(zone)).date()
    days = draw(
        st.dictionaries(
            st.integers(-1, 3).map(lambda n: local + timedelta(days=n)), hours, max_size=2
        )
    )
    weekly = tuple(draw(st.lists(hours, min_size=7, max_size=7)))
    return Calendar(time_zone=zone, weekly=weekly, days=days), moment


@given(moments_near_jumps())
@settings(deadline=None)
def test_the_next_opening_is_the_first_minute_that_is_open(
    given_: tuple[Calendar, datetime],
) -> None:
    calendar, moment = given_
    minutes = range(3 * 1440)
    first = next(
        (moment + n * MINUTE for n in minutes if is_open(calendar, moment + n * MINUTE)), None
    )

    found = next_opening(calendar, moment)

    if first is None:
        assert found is None or found >= moment + len(minutes) * MINUTE
    else:
        assert found == first


@pytest.mark.parametrize("zone", sorted(ZONES))
def test_where_it_is_always_open_it_is_open_now(zone: str) -> None:
    calendar = every_day(0, 1440, zone)
    for words in ZONES[zone]:
        jump = datetime.fromisoformat(words).replace(tzinfo=UTC)
        for moment in (jump - MINUTE, jump, jump + MINUTE):
            assert next_opening(calendar, moment) == moment
