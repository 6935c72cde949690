"""The forms of service level, recounted contact by contact, and the order among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.durations import SECOND_US
from halfminute_engine.service_level.errors import UnknownThreshold
from halfminute_engine.service_level.service_level import (
    GenesysSwitches,
    ServiceLevelForm,
    genesys_service_level,
    service_level,
)
from tests.halfminute_engine.service_level.contacts import (
    Contact,
    End,
    contacts,
    count,
    thresholds,
)

STRICT = ServiceLevelForm.ANSWERED_OF_OFFERED
OF_ANSWERED = ServiceLevelForm.ANSWERED_OF_ANSWERED
WITH_ABANDONED = ServiceLevelForm.ANSWERED_OR_ABANDONED_OF_OFFERED
WITHOUT_SHORT = ServiceLevelForm.WITHOUT_SHORT_ABANDONS


def seconds(number: float) -> int:
    return round(number * SECOND_US)


# 10 offered: 6 answered (4 within 20 s), 2 abandoned (one after 4 s), 1 flowed out, 1 waiting.
QUARTER = count(
    [
        *(Contact(End.ANSWERED, seconds(wait)) for wait in (0, 3, 19.5, 20, 20.000001, 90)),
        Contact(End.ABANDONED, seconds(4)),
        Contact(End.ABANDONED, seconds(60)),
        Contact(End.FLOWED_OUT, seconds(120)),
        Contact(End.WAITING, 0),
    ]
)


def test_one_quarter_by_the_four_forms() -> None:
    assert service_level(QUARTER, 20) == 4 / 10
    assert service_level(QUARTER, 20, OF_ANSWERED) == 4 / 6
    assert service_level(QUARTER, 20, WITH_ABANDONED) == 5 / 10
    assert service_level(QUARTER, 20, WITHOUT_SHORT) == 4 / 9


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        (GenesysSwitches(), 4 / 8),
        (GenesysSwitches(has_flow_outs=True), 4 / 9),
        (GenesysSwitches(has_short_abandons=False), 4 / 7),
        (GenesysSwitches(has_short_abandons=False, short_abandon_seconds=4), 4 / 8),
        (GenesysSwitches(has_abandons=False), 4 / 6),
        (GenesysSwitches(has_abandons=False, has_short_abandons=False), 4 / 6),
        (GenesysSwitches(has_flow_outs=True, has_abandons=False), 4 / 7),
    ],
)
def test_the_same_quarter_by_the_switches_of_genesys(
    switches: GenesysSwitches, expected: float
) -> None:
    assert genesys_service_level(QUARTER, 20, switches) == expected


def test_what_the_system_disconnects_is_an_abandon_for_genesys_alone() -> None:
    cut = count([Contact(End.ANSWERED, 0), Contact(End.DISCONNECTED, seconds(1))])

    assert genesys_service_level(cut, 20) == 1 / 2
    assert service_level(cut, 20, WITH_ABANDONED) == 1 / 2
    assert service_level(cut, 20, WITHOUT_SHORT) == 1 / 2


@given(contacts, thresholds)
def test_every_form_equals_a_recount(those: list[Contact], target: int) -> None:
    counters = count(those)
    answered = [each for each in those if each.end is End.ANSWERED]
    in_time = sum(each.wait_us <= seconds(target) for each in answered)
    gone = sum(each.end is End.ABANDONED and each.wait_us <= seconds(target) for each in those)

    def share(numerator: int, denominator: int) -> float | None:
        return numerator / denominator if denominator else None

    assert service_level(counters, target, STRICT) == share(in_time, len(those))
    assert service_level(counters, target, OF_ANSWERED) == share(in_time, len(answered))
    assert service_level(counters, target, WITH_ABANDONED) == share(in_time + gone, len(those))
    assert service_level(counters, target, WITHOUT_SHORT) == share(in_time, len(those) - gone)


@given(contacts, thresholds)
def test_the_forms_are_ratios_in_their_order(those: list[Contact], target: int) -> None:
    counters = count(those)
    known = {form: service_level(counters, target, form) for form in ServiceLevelForm}
    values = {form: value for form, value in known.items() if value is not None}

    assert all(0 <= value <= 1 for value in values.values())
    for form in {OF_ANSWERED, WITH_ABANDONED} & set(values):
        if WITHOUT_SHORT in values:
            assert values[STRICT] <= values[WITHOUT_SHORT] <= values[form]


@given(contacts, thresholds, thresholds)
def test_a_longer_target_is_never_harder(those: list[Contact], one: int, two: int) -> None:
    counters = count(those)
    for form in (STRICT, OF_ANSWERED, WITH_ABANDONED):
        short, long = (service_level(counters, target, form) for target in sorted((one, two)))
        assert (short is None) == (long is None)
        assert short is None or long is None or short <= long


@given(contacts, thresholds, st.booleans(), thresholds)
def test_genesys_equals_a_recount(
    those: list[Contact], target: int, has_flow_outs: bool, short: int
) -> None:
    switches = GenesysSwitches(has_flow_outs, has_short_abandons=False, short_abandon_seconds=short)
    within = [
        each
        for each in those
        if each.end is End.ANSWERED
        or (each.end is End.FLOWED_OUT and has_flow_outs)
        or (each.end in {End.ABANDONED, End.DISCONNECTED} and each.wait_us >= seconds(short))
    ]
    in_time = sum(each.end is End.ANSWERED and each.wait_us <= seconds(target) for each in within)

    found = genesys_service_level(count(those), target, switches)

    assert found == (in_time / len(within) if within else None)


def test_nobody_has_no_service_level() -> None:
    for form in ServiceLevelForm:
        assert service_level(ContactCounters(), 20, form) is None
    assert genesys_service_level(ContactCounters(), 20) is None


def test_a_target_without_a_count_is_refused() -> None:
    with pytest.raises(UnknownThreshold):
        service_level(QUARTER, 123)
