"""A day out of the log: who came, who was there, and the figures as the wallboard has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from halfminute.kit.database import Connection
from halfminute.kit.time import to_us
from halfminute.reports.accounting import ACCOUNTED_TYPES, account
from halfminute.reports.types import Entry, Matter
from halfminute.routing.recorded import (
    ToldConversation,
    ToldOffer,
    ToldPresence,
    be_patient,
    count_configured,
    find_log_begin,
    find_stretch,
    iterate_conversations,
    list_offers_told,
    list_presences_told,
)
from halfminute.workforce.errors import NoRecordedDay
from halfminute.workforce.replay.days import Day
from halfminute.workforce.replay.setup import Setup
from halfminute.workforce.replay.stays import StayReader, is_open_at
from halfminute_engine.routing.values import AgentId, Presence, QueueId, Requirement
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.replay.recorded import (
    OfferAnswer,
    OfferEnd,
    RecordedDay,
    RecordedPresence,
    RecordedStay,
)
from halfminute_engine.simulation.replay.results import CountersByPlace

Offers = Mapping[UUID, Sequence[tuple[int, OfferAnswer]]]

# Who came late finds the agents that there were, for so long after the day.
_AFTERWARDS: Final = timedelta(hours=1)
# Conversations of which nothing was told for so long before and after the day are not looked for.
_AROUND: Final = timedelta(days=1)
_ENDS: Final = {end.value: end for end in OfferEnd}
_TELL_EVERY: Final = 500


@dataclass(frozen=True, slots=True)
class Recording:
    """A day as it was recorded. `counters` are the wallboard's; `recorded` is for the replay.

    `is_whole`: the log has the day from its beginning to its end. `configured`: how many queues,
    agents and skills were configured since the day began, by the type of the event. So many
    `unknown_agents` were there and are agents no more.
    """

    day: Day
    recorded: RecordedDay
    counters: CountersByPlace
    since: datetime
    until: datetime
    configured: Mapping[str, int]
    unknown_agents: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the day is missing at its beginning or its end."""
        return (self.since, self.until) == (self.day.start_at, self.day.end_at)

    @property
    def conversation_count(self) -> int:
        """How many came into queues within the day."""
        return sum(each.is_counted for each in self.recorded.stays)


async def read_recording(
    connection: Connection,
    day: Day,
    setup: Setup,
    now: datetime,
    tell: Callable[[int], None] | None = None,
) -> Recording:
    """Read the day, in a snapshot of the caller's in which nothing is written.

    `tell` hears now and then how many conversations were read. Raises NoRecordedDay.
    """
    await be_patient(connection)
    began_at = await find_log_begin(connection)
    if began_at is None or began_at >= day.end_at or now <= day.start_at:
        raise NoRecordedDay(f"Nothing is recorded of {day.date} ({day.time_zone}).")
    since, until = max(day.start_at, began_at), min(day.end_at, now)
    around = await find_stretch(connection, since - _AROUND, until + _AROUND)
    within = await find_stretch(connection, since, min(until + _AFTERWARDS, now))
    later = await find_stretch(connection, since, now)
    if around is None or within is None or later is None:
        raise NoRecordedDay(f"Nothing is recorded of {day.date} ({day.time_zone}).")
    reading = _Reading(setup, day, until, within.until, now)
    reading.take_offers(await list_offers_told(connection, since - _AROUND, until + _AROUND))
    async for told in iterate_conversations(connection, around, reading.types):
        reading.take(told)
        if tell is not None and reading.read_count % _TELL_EVERY == 0:
            tell(reading.read_count)
    if not any(stay.is_counted for stay in reading.stays):
        raise NoRecordedDay(f"Nobody came to a queue on {day.date} ({day.time_zone}).")
    presences = await list_presences_told(connection, within)
    return Recording(
        day=day,
        recorded=reading.finish(since, presences),
        counters=reading.counters,
        since=since,
        until=until,
        configured=await count_configured(connection, later),
        unknown_agents=len({p.agent_id for p in presences} - set(setup.agents)),
    )


class _Reading:
    """What was read so far."""

    def __init__(
        self, setup: Setup, day: Day, until: datetime, horizon: datetime, now: datetime
    ) -> None:
        self.stays: list[RecordedStay] = []
        self.counters: CountersByPlace = {}
        self.read_count = 0
        self._skills = {str(skill_id) for skill_id in setup.skill_names}
        self._reader = StayReader(setup.facts())
        self._start_us, self._end_us = to_us(day.start_at), to_us(until)
        self._horizon_us, self._now_us = to_us(horizon), to_us(now)
        self._offers: dict[UUID, list[tuple[int, OfferAnswer]]] = {}
        self._rung_out: set[tuple[UUID, datetime]] = set()

    @property
    def types(self) -> frozenset[str]:
        """What is to be read of conversations."""
        return ACCOUNTED_TYPES | self._reader.types

    def take_offers(self, offers: Sequence[ToldOffer]) -> None:
        """Those that an agent has answered, or let ring out."""
        for offer in offers:
            end = _ENDS.get(offer.state)
            if end is None or offer.ended_at is None:
                continue
            at_us = to_us(offer.offered_at)
            answer = OfferAnswer(end, max(0, to_us(offer.ended_at) - at_us))
            self._offers.setdefault(offer.conversation_id, []).append((at_us, answer))
            if end is OfferEnd.TIMED_OUT:
                self._rung_out.add((offer.agent_id, offer.ended_at))

    def take(self, told: ToldConversation) -> None:
        """Another conversation: what it counts for, and its stays."""
        self.read_count += 1
        self._count(told)
        required = tuple(
            Requirement(skill, least) for skill, least in told.requirements if skill in self._skills
        )
        offers = self._offers.pop(told.id, ())
        for stay, ended_us in self._reader.read(told.id, told.events, required, offers):
            if self._start_us <= stay.queued_us < self._horizon_us:
                is_counted = stay.queued_us < self._end_us and bool(stay.queue_id)
            elif is_open_at(stay, ended_us, self._start_us):
                is_counted = False
            else:
                continue
            self.stays.append(self._place(stay, ended_us, is_counted=is_counted))

    def _place(self, stay: RecordedStay, ended_us: int | None, *, is_counted: bool) -> RecordedStay:
        waited_us = stay.waited_us
        if stay.wait_end is None and ended_us is None:
            waited_us = max(0, self._now_us - stay.queued_us)
        return replace(stay, is_counted=is_counted, waited_us=waited_us)

    def _count(self, told: ToldConversation) -> None:
        matter = Matter(conversation_id=told.id)
        for event in told.events:
            if event.type in ACCOUNTED_TYPES:
                matter, entries = account(matter, event)
                for entry in entries:
                    self._enter(entry)

    def _enter(self, entry: Entry) -> None:
        place = entry.place
        if place.book == "intervals" and self._start_us <= place.start_us < self._end_us:
            key = QueueId(str(place.queue_id)), place.start_us
            known = self.counters.get(key, ContactCounters())
            self.counters[key] = known + entry.added.counters

    def finish(self, since: datetime, presences: Sequence[ToldPresence]) -> RecordedDay:
        """All of it in order."""
        self.stays.sort(key=lambda stay: (stay.queued_us, stay.conversation_id))
        kept, away_us = self._take_presences(presences)
        return RecordedDay(
            start_us=to_us(since),
            end_us=self._end_us,
            horizon_us=self._horizon_us,
            stays=tuple(self.stays),
            presences=kept,
            not_responding_us=away_us,
        )

    def _take_presences(
        self, presences: Sequence[ToldPresence]
    ) -> tuple[tuple[RecordedPresence, ...], tuple[int, ...]]:
        """What agents did; what the router did when an offer rang out, it will do again."""
        kept: list[RecordedPresence] = []
        away_since: dict[UUID, datetime] = {}
        away_us: list[int] = []
        for told in presences:
            began_at = away_since.pop(told.agent_id, None)
            if began_at is not None:
                away_us.append(max(0, to_us(told.at) - to_us(began_at)))
            if told.presence == "away" and (told.agent_id, told.at) in self._rung_out:
                away_since[told.agent_id] = told.at
                continue
            agent_id = AgentId(str(told.agent_id))
            kept.append(RecordedPresence(to_us(told.at), agent_id, Presence(told.presence)))
        return tuple(kept), tuple(away_us)
