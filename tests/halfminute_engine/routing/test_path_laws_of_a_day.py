"""Laws that hold on every path of the router, with all that can happen to a conversation in it.

Transfers to queues and agents, refused and unanswered offers, silence and its end, interrupts,
limits, reserves, rings, overflow to a queue and to a call-back, wrap-ups, withdrawals. Counted on
two ways: by the router's state after each event, and by a ledger that knows only what it was told
and what it commanded.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from halfminute_engine.routing.commands import Command
from halfminute_engine.routing.events import Event
from halfminute_engine.routing.state import Place, RouterState
from halfminute_engine.routing.values import Presence
from tests.halfminute_engine.routing.ledger import Ledger
from tests.halfminute_engine.routing.random_day import RandomDay

EVENTS = 3_000
SEEDS = (3, 11, 27)


class BookedDay(RandomDay):
    """A day with a ledger, and with the integrals over time of what the router's state says."""

    def __init__(self, seed: int) -> None:
        self.ledger = Ledger()
        self.area_us: Counter[str] = Counter()
        self.since_us = 0
        super().__init__(seed)

    @property
    def state(self) -> RouterState:
        return self.router._floor.state

    def handle(self, event: Event) -> list[Command]:
        self.integrate()
        commands = super().handle(event)
        self.ledger.note(event, commands, self.now_us)
        self.compare()
        return commands

    def integrate(self) -> None:
        """What the router has believed since the last event, times how long that was."""
        elapsed_us, self.since_us = self.now_us - self.since_us, self.now_us
        for conversation in self.state.conversations.values():
            in_line = conversation.place in {Place.WAITING, Place.RINGING}
            self.area_us["line"] += elapsed_us * in_line
        for agent in self.state.agents.values():
            for hold in agent.holds.values():
                self.area_us["wrap_up" if hold.is_wrap_up else "talk"] += elapsed_us
            is_available = agent.presence is Presence.AVAILABLE
            doing = "busy" if agent.holds else "idle" if is_available else "away"
            self.area_us[doing] += elapsed_us

    def compare(self) -> None:
        """Nobody is lost and nobody is double: each is where the ledger has it."""
        in_line, with_agents, ringing = set(), set(), set()
        for conversation in self.state.conversations.values():
            if conversation.place is Place.RINGING:
                ringing.add(conversation.offer_number)
            if conversation.place in {Place.WAITING, Place.RINGING}:
                in_line.add(conversation.conversation_id)
            elif conversation.place is Place.ASSIGNED:
                with_agents.add((conversation.conversation_id, conversation.agent_id))
        assert ringing == self.ledger.ringing.keys()
        assert in_line == self.ledger.line_since.keys()
        assert with_agents == self.ledger.talk_since.keys()
        wrapping_up = {
            (conversation_id, agent_id)
            for agent_id, agent in self.state.agents.items()
            for conversation_id, hold in agent.holds.items()
            if hold.is_wrap_up
        }
        assert wrapping_up == self.ledger.wrap_up_since.keys()


@cache
def booked(seed: int) -> BookedDay:
    day = BookedDay(seed)
    day.digest(EVENTS)
    return day


@pytest.fixture(params=SEEDS)
def day(request: pytest.FixtureRequest) -> BookedDay:
    return booked(request.param)


def test_nobody_is_lost(day: BookedDay) -> None:
    """Who came into a line has left it by one of the ways out, or stands there still."""
    counts = day.ledger.counts
    came = counts["queued"] + counts["back in line"]
    gone = counts["answered"] + counts["withdrawn"] + counts["flowed out"]
    assert came == gone + len(day.ledger.line_since)
    ended = counts["released"] + counts["transferred"] + counts["requeued"]
    assert counts["answered"] == ended + len(day.ledger.talk_since)
    assert counts["back in line"] >= counts["transferred"] + counts["requeued"]


def test_littles_law(day: BookedDay) -> None:
    """The integral of how many are in line is the sum of all times in line."""
    assert day.area_us["line"] == day.ledger.time_us("line", day.now_us) > 0


def test_agents_time(day: BookedDay) -> None:
    """Talk and wrap-up are what agents held; busy, idle and away are the whole of their day."""
    for what in ("talk", "wrap_up"):
        assert day.area_us[what] == day.ledger.time_us(what, day.now_us) > 0
    spent_us = day.area_us["busy"] + day.area_us["idle"] + day.area_us["away"]
    assert spent_us == len(day.agent_ids) * day.now_us
    assert min(day.area_us["busy"], day.area_us["idle"], day.area_us["away"]) > 0
    # With several at once, agents hold more time than they spend.
    assert day.area_us["busy"] < day.area_us["talk"] + day.area_us["wrap_up"]


def test_the_days_have_what_the_laws_are_to_survive() -> None:
    days = [booked(seed) for seed in SEEDS]
    for way in ("queued", "back in line", "answered", "withdrawn", "released", "transferred"):
        assert all(day.ledger.counts[way] > 0 for day in days), way
    assert set[str]().union(*(day.had for day in days)) >= {
        "overflow to queue",
        "overflow to callback",
        "offer of a callback",
        "silence",
        "return",
        "reserve",
        "MarkAgentNotResponding",
        "RequeueConversation",
        "FinishWrapUp",
    }
