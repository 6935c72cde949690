"""What a waiting customer is told: the place among the others, and how long it may still take.

The remaining wait is the time until so many rooms of the agents able have come free as there are
others before it, and one more. Rooms come free at a rate that is known from the conversations of
late (`paces`), for as many rooms as are taken now (`supply`); others go before it, leave, or come
and overtake (`demand`). So it is a passage of a birth-and-death process (`passage`), taken for a
gamma time of the same mean and variance. The rate is itself an estimate out of a finite number of
conversations: with a gamma posterior of it the wait is a ratio of two gammas (`beta_prime`).

After W. Whitt, "Predicting queueing delays", Management Science 45 (1999), which has the wait given
the queue's length, and R. Ibrahim, W. Whitt, "Real-time delay estimation based on delay history",
M&SOM 11 (2009), with those who leave.

Not foretold: agents who will come or go, a change of the rate of arrivals, wider rings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

from halfminute_engine.routing.beta_prime import ratio_quantile
from halfminute_engine.routing.demand import Demand, LineAhead, StreamAhead
from halfminute_engine.routing.errors import UnknownConversation
from halfminute_engine.routing.floor import Floor
from halfminute_engine.routing.passage import Passage, passage_of
from halfminute_engine.routing.state import NO_AGENT, ConversationState, Place
from halfminute_engine.routing.supply import Supplies, Supply
from halfminute_engine.routing.values import ConversationId
from halfminute_engine.routing.waiting import excluded_of, signature_of

LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9
_ROUNDS = 5

EVENED_OUT = 0.35
"""How much of what others do for those before it evens out the chances of a wait: neither none of
it nor all. By `bench/expected_wait.py`, where two queues share agents.
"""


@dataclass(frozen=True, slots=True)
class WaitRange:
    """The 10th, the 50th and the 90th percentile of a remaining wait, in seconds."""

    low_seconds: float
    median_seconds: float
    high_seconds: float


@dataclass(frozen=True, slots=True)
class ExpectedWait:
    """What a waiting conversation has before it.

    `position` is 1 when none of those goes before it whom any of its agents could take too; where
    it has none at all, none of those who wait for the same.
    `range` of the wait from now until an agent has accepted it, should its customer stay; None
    when that cannot be said: none of its agents is at work, or nothing is known of their pace.
    """

    position: int
    range: WaitRange | None


@dataclass(frozen=True, slots=True)
class _Course:
    """What a wait depends on: rooms of those agents, and who goes before at them.

    `overtaken_ratio` of the rate is of agents to whom those go who overtake; `own_ratio` of those
    before it are served by these agents, the rest by others.
    """

    supply: Supply
    ahead: float
    leaving_rate: float
    overtaking_rate: float
    overtaken_ratio: float
    own_ratio: float

    def passage(self) -> Passage:
        """Until the conversation's own room.

        A wait that has grown long is made longer by those who come in it, and so varies the more;
        but not at agents who are of no use to them. And where those before it are served by others
        as well, who is slow here is helped there.
        """
        rate, overtaking = self.supply.rate, self.overtaking_rate
        found = passage_of(self.ahead, rate, self.leaving_rate, overtaking)
        variance = found.variance
        if 0 < overtaking < rate and self.overtaken_ratio < 1:
            steady = passage_of(self.ahead, rate - overtaking, self.leaving_rate)
            least = steady.variance * (found.mean_seconds / steady.mean_seconds) ** 2
            variance -= (1 - self.overtaken_ratio) * max(0.0, variance - least)
        variance *= 1 - EVENED_OUT * (1 - self.own_ratio)
        return Passage(found.mean_seconds, variance)


class WaitForecast:
    """Expected waits at one moment. Of no use any more once the router has handled an event.

    The agents and lines are looked through once, however many conversations are asked about.
    """

    def __init__(self, floor: Floor, now_us: int) -> None:
        self._floor = floor
        self._supplies = Supplies(floor)
        self._demand = Demand(floor, now_us)

    def expect(self, conversation_id: ConversationId) -> ExpectedWait | None:
        """That of the conversation, None when it does not wait; raises `UnknownConversation`.

        One that rings is at its turn; for how long it will ring is not foretold.
        """
        conversation = self._floor.state.conversations.get(conversation_id)
        if conversation is None:
            raise UnknownConversation(f"no conversation {conversation_id!r} is routed here")
        if conversation.place is Place.RINGING:
            return ExpectedWait(1, None)
        if conversation.place is not Place.WAITING:
            return None
        if conversation.preferred_until_us is not None:
            return self._expect_at_preferred(conversation)
        mask = self._floor.matching.pairings.mask_for(signature_of(conversation))
        if not mask:
            return ExpectedWait(1 + (self._floor.matching.count_ahead(conversation) or 0), None)
        lines = self._demand.list_lines(conversation, mask, 0)
        return ExpectedWait(
            1 + sum(line.count for line in lines), self._range_of(conversation, mask, lines)
        )

    def _expect_at_preferred(self, conversation: ConversationState) -> ExpectedWait:
        agent_id = conversation.preferred_agent_id or NO_AGENT
        ahead = self._floor.matching.count_ahead(conversation) or 0
        supplies = self._supplies.by_mask(conversation.channel_kind, only_agent_id=agent_id)
        supply = next(iter(supplies.values()), None)
        if supply is None:
            return ExpectedWait(1 + ahead, None)
        course = _Course(supply, ahead, 0.0, 0.0, 1.0, 1.0)
        return ExpectedWait(1 + ahead, self._spread(conversation, course, course.passage()))

    def _range_of(
        self, conversation: ConversationState, mask: int, lines: list[LineAhead]
    ) -> WaitRange | None:
        kind = conversation.channel_kind
        every = self._supplies.by_mask(kind)
        own = self._supplies.by_mask(kind, excluded_of(conversation))
        own = {bits: supply for bits, supply in own.items() if bits & mask}
        if not own:
            return None
        streams: list[StreamAhead] = []
        leaving_rate = self._demand.leaving_rate(conversation.queue_id, kind)
        wait_us: int | None = None
        for _ in range(_ROUNDS):
            course = _quickest_course(every, own, lines, streams, leaving_rate)
            passage = course.passage()
            new_us = int(passage.mean_seconds * 1e6)
            wait_us = new_us if wait_us is None else (wait_us + new_us) // 2
            lines_then = self._demand.list_lines(conversation, mask, wait_us)
            streams_then = self._demand.list_streams(conversation, mask, wait_us)
            if lines_then == lines and streams_then == streams:
                break
            lines, streams = lines_then, streams_then
        return self._spread(conversation, course, passage)

    def _spread(
        self, conversation: ConversationState, course: _Course, passage: Passage
    ) -> WaitRange:
        supply = course.supply
        key = conversation.queue_id, conversation.channel_kind
        pace = self._floor.paces.handling.get(key)
        ring_seconds = pace.ring_mean_us / 1e6 if pace is not None and pace.count else 0.0
        dispersion = _dispersion_within(passage.mean_seconds / supply.mean_seconds, supply)
        mean = passage.mean_seconds + ring_seconds
        shape = mean**2 / (passage.variance * dispersion + ring_seconds**2)
        evidence = supply.count / max(supply.dispersion, 0.1)
        scale = mean * evidence / shape
        low, median, high = (
            scale * ratio_quantile(share, shape, evidence) for share in (LOW, MEDIAN, HIGH)
        )
        return WaitRange(low, median, high)


def _dispersion_within(handlings: float, supply: Supply) -> float:
    """The variance of the number of rooms that come free in a time, over its mean.

    `handlings`: the time in mean handlings. Many agents are a Poisson process in a time much
    shorter than a handling, and renewals each with its own law in a much longer one (D. Cox,
    "Renewal Theory", 1962; W. Whitt, "Approximating a point process by a renewal process", 1982).
    Times that vary much are seldom very short ones, so within one handling they show nothing of it.
    """
    if supply.dispersion > 1:
        handlings -= 1
    settled = 1 - (1 - exp(-2 * handlings)) / (2 * handlings) if handlings > 0 else 0.0
    return 1 + (supply.dispersion - 1) * settled


def _quickest_course(
    every: dict[int, Supply],
    own: dict[int, Supply],
    lines: list[LineAhead],
    streams: list[StreamAhead],
    leaving_rate: float,
) -> _Course:
    """The wait at those of its agents at whom it is shortest.

    At some of them others may wait before it, and at some nobody: then those decide. So its agents
    are taken one group after another, the least contended first. Of those who go before it in a
    line, as many go to the agents taken as their share of all agents of that line is.
    """
    rates = [_rate_of(every, line.groups_mask) for line in lines]
    burdens = {
        bits: sum(
            line.count / rate
            for line, rate in zip(lines, rates, strict=True)
            if line.groups_mask & bits
        )
        for bits in own
    }
    stream_rates = [_rate_of(every, stream.groups_mask) for stream in streams]
    taken = Supply()
    overtaken_rate = 0.0
    served = [0.0] * len(lines)
    overtaken = [0.0] * len(streams)
    best: _Course | None = None
    for bits in sorted(own, key=burdens.__getitem__):
        taken.add(own[bits])
        for index, line in enumerate(lines):
            if line.groups_mask & bits:
                served[index] += own[bits].rate / rates[index]
        for index, stream in enumerate(streams):
            if stream.groups_mask & bits:
                overtaken[index] += own[bits].rate / stream_rates[index]
        if any(stream.groups_mask & bits for stream in streams):
            overtaken_rate += own[bits].rate
        course = _course_at(taken, lines, served, streams, overtaken)
        course = replace(course, overtaken_ratio=overtaken_rate / taken.rate)
        if not lines:
            course = replace(course, leaving_rate=leaving_rate)
        if best is None or _fluid_seconds(course) < _fluid_seconds(best):
            best = course
    if best is None:
        raise ValueError("nobody is able")
    return best


def _course_at(
    taken: Supply,
    lines: list[LineAhead],
    served: list[float],
    streams: list[StreamAhead],
    overtaken: list[float],
) -> _Course:
    ahead = leaving = 0.0
    for line, share in zip(lines, served, strict=True):
        ahead += line.count * share
        leaving += line.count * share * line.leaving_rate
    overtaking = sum(stream.rate * share for stream, share in zip(streams, overtaken, strict=True))
    supply = Supply(taken.rate, taken.rooms, taken.rated_count, taken.rated_dispersion)
    own_ratio = (ahead + 1) / (sum(line.count for line in lines) + 1)
    return _Course(supply, ahead, leaving / ahead if ahead else 0.0, overtaking, 1.0, own_ratio)


def _fluid_seconds(course: _Course) -> float:
    return (course.ahead + 1) / course.supply.rate


def _rate_of(supplies: dict[int, Supply], groups_mask: int) -> float:
    return sum(supply.rate for bits, supply in supplies.items() if bits & groups_mask)
