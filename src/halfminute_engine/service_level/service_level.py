"""Service level: the share served within a target, in the forms that the field uses.

The forms differ in what becomes of those who hang up. For the same counters and target the
strictest is never above the others: ANSWERED_OF_OFFERED <= WITHOUT_SHORT_ABANDONS <= each of
ANSWERED_OF_ANSWERED and ANSWERED_OR_ABANDONED_OF_OFFERED, which have no order between them.

Within a target is `<=`: an answer at exactly 20 s is within 20 s. A short abandon is `<`: who
leaves at exactly 5 s is no short abandon of 5 s. Those who still wait count as offered, so all
forms but ANSWERED_OF_ANSWERED can only rise by what becomes of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.service_level.ratios import ratio


class ServiceLevelForm(StrEnum):
    """Which formula; T is the target."""

    ANSWERED_OF_OFFERED = "answered_of_offered"
    """answered <= T / offered: whoever leaves is a failure. The strictest, and our default."""

    ANSWERED_OF_ANSWERED = "answered_of_answered"
    """answered <= T / answered: whoever leaves is not seen. Asterisk's ServicelevelPerf."""

    ANSWERED_OR_ABANDONED_OF_OFFERED = "answered_or_abandoned_of_offered"
    """(answered <= T + abandoned <= T) / offered: leaving early is no failure. Asterisk's
    ServicelevelPerf2 is this where all that is offered is answered or abandoned."""

    WITHOUT_SHORT_ABANDONS = "without_short_abandons"
    """answered <= T / (offered - abandoned <= T): leaving early never happened."""


def service_level(
    counters: ContactCounters,
    target_seconds: int,
    form: ServiceLevelForm = ServiceLevelForm.ANSWERED_OF_OFFERED,
) -> float | None:
    """The share served within the target; None when the form's denominator is zero.

    Raises `UnknownThreshold` for a target that no count was kept for.
    """
    answered = counters.answered.count_within(target_seconds)
    abandoned = counters.abandoned.count_within(target_seconds)
    match form:
        case ServiceLevelForm.ANSWERED_OF_OFFERED:
            return ratio(answered, counters.offered)
        case ServiceLevelForm.ANSWERED_OF_ANSWERED:
            return ratio(answered, counters.answered.count)
        case ServiceLevelForm.ANSWERED_OR_ABANDONED_OF_OFFERED:
            return ratio(answered + abandoned, counters.offered)
        case ServiceLevelForm.WITHOUT_SHORT_ABANDONS:
            return ratio(answered, counters.offered - abandoned)


@dataclass(frozen=True, slots=True)
class GenesysSwitches:
    """What Genesys Cloud lets an administrator include, for all dates at once, past ones too.

    https://help.mypurecloud.com/articles/configure-the-service-level-calculation/
    """

    has_flow_outs: bool = False
    has_short_abandons: bool = True
    has_abandons: bool = True
    short_abandon_seconds: int = 5


DEFAULT_SWITCHES = GenesysSwitches()


def genesys_service_level(
    counters: ContactCounters, target_seconds: int, switches: GenesysSwitches = DEFAULT_SWITCHES
) -> float | None:
    """Service level as Genesys Cloud computes it; None when its denominator is zero.

    (answered - answered late) / (answered + abandoned [+ flow-outs] [- (short) abandons]).
    Disconnections by the system are abandons there. With abandons left out the short ones are out
    as well, once. Those who still wait are not in it. Raises `UnknownThreshold`.
    """
    abandoned = counters.abandoned + counters.disconnected
    denominator = counters.answered.count
    if switches.has_abandons:
        denominator += abandoned.count
        if not switches.has_short_abandons:
            denominator -= abandoned.count_below(switches.short_abandon_seconds)
    if switches.has_flow_outs:
        denominator += counters.flowed_out.count
    return ratio(counters.answered.count_within(target_seconds), denominator)
