"""How long one decision of the router takes, on a floor where very many wait.

The real `Router.handle` before 100,000 waiting conversations of 1,000 classes (topic x language x
channel kind, unequal) and 5,000 agents with few skills each, so that almost everybody is busy. All
that happens on such a floor is mixed: arrivals, customers who give up, offers accepted, declined or
rung out, agents who come free, go away and come back. One language is calm: nobody waits there, its
agents are idle, and an arrival is weighed among them. With `--rules` three languages have an idle
reserve, and agents are kept for calls that chats would starve.

Every time is of one whole `handle`, in the processor's time of this thread. The same day is lived
through a few times, and each event's median counts, since a neighbour on the machine disturbs
another event each time. The collector of garbage runs as it does in the live process: what was
loaded is frozen.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import product
from statistics import median
from typing import NamedTuple

from bench.report import Figure, percentile, print_result, print_table
from halfminute_engine.routing.commands import (
    CancelTimer,
    Command,
    MarkAgentNotResponding,
    OfferConversation,
    StartTimer,
    WithdrawOffer,
)
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentPresenceChanged,
    ConversationQueued,
    ConversationReleased,
    ConversationWithdrawn,
    Event,
    OfferAccepted,
    OfferDeclined,
    OfferRefused,
    QueueConfigured,
    SkillConfigured,
    TimerElapsed,
)
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.timers import offer_timer_id
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    Presence,
    QueueId,
    Requirement,
    TimerId,
)

SECOND = 1_000_000
STEP_US = 50_000
START_US = 1_700_000_000 * SECOND
QUEUES = 10
TOPICS = 40
LANGUAGES = 7
CALM = "language-calm"
CALM_RATIO = 0.06
KINDS = ("telegram", "webchat", "email", "voice")
CAPACITY = Capacity(100, (("telegram", 34), ("webchat", 34), ("email", 20), ("voice", 100)))
OBJECTS_A_COLLECTION = 20_000  # as in the live process


class Class(NamedTuple):
    """Conversations that the same agents can take."""

    queue_id: QueueId
    kind: str
    requirements: tuple[Requirement, ...]


class Bag:
    """Things of which any can be taken out, and one drawn, at once."""

    def __init__(self) -> None:
        self.items: list[tuple[str, ...]] = []
        self._places: dict[tuple[str, ...], int] = {}

    def __len__(self) -> int:
        return len(self.items)

    def add(self, item: tuple[str, ...]) -> None:
        """Put in."""
        self._places[item] = len(self.items)
        self.items.append(item)

    def discard(self, item: tuple[str, ...]) -> None:
        """Take out, if it is there."""
        place = self._places.pop(item, None)
        if place is None:
            return
        last = self.items.pop()
        if last != item:
            self.items[place] = last
            self._places[last] = place


def _unequal(count: int) -> list[float]:
    """Weights as of towns: the n-th is 1/n of the first (Zipf)."""
    return [1 / number for number in range(1, count + 1)]


def _queue_of(topic: int) -> QueueId:
    return QueueId(f"queue-{topic % QUEUES}")


def draw_classes(count: int) -> tuple[list[Class], list[float]]:
    """The likeliest so many classes, with how likely each is."""
    drawn = sorted(
        (
            (-topic_share * language_share * kind_share, topic, language, kind)
            for (topic, topic_share), (language, language_share), (kind, kind_share) in product(
                enumerate(_unequal(TOPICS)),
                enumerate(_unequal(LANGUAGES)),
                zip(KINDS, (0.4, 0.3, 0.2, 0.1), strict=True),
            )
        )
    )[:count]
    classes = [
        Class(_queue_of(topic), kind, _needs(f"language-{language}", topic))
        for _, topic, language, kind in drawn
    ]
    return classes, [-share for share, *_ in drawn]


def _needs(language: str, topic: int) -> tuple[Requirement, ...]:
    return (Requirement(language, 2), Requirement(f"topic-{topic}", 1))


class Day:
    """One day on the floor, the same for the same seed; `nanoseconds` has each event's time."""

    def __init__(
        self, *, agents: int, waiting: int, classes: int, groups: int, seed: int, has_rules: bool
    ) -> None:
        """Load the floor; nothing is measured yet."""
        self.dice = random.Random(seed)
        self.router = Router()
        self.now_us = START_US
        self.waiting_wanted = waiting
        self.classes, self.shares = draw_classes(classes)
        self.waiting, self.held, self.away = Bag(), Bag(), Bag()
        self.ringing: dict[OfferNumber, OfferConversation] = {}
        self.timers: dict[TimerId, int] = {}
        self.due: list[tuple[int, TimerId]] = []
        self.agents = [AgentId(f"agent-{number}") for number in range(agents)]
        self.conversations = 0
        self.nanoseconds: list[int] = []
        self.names: list[str] = []
        self._load(groups, has_rules=has_rules)

    def _load(self, groups: int, *, has_rules: bool) -> None:
        for number in range(QUEUES):
            queue_id = QueueId(f"queue-{number}")
            keep_after_us = 60 * SECOND if has_rules else None
            self._tell(QueueConfigured(queue_id, 20 * SECOND, keep_after_us=keep_after_us))
        for skill in (CALM, f"language-{LANGUAGES - 1}", f"language-{LANGUAGES - 2}"):
            self._tell(SkillConfigured(skill, idle_reserve=3 if has_rules else 0))
        skills = [self._draw_skills(number, groups) for number in range(groups)]
        for agent_id, (queue_ids, has) in zip(
            self.agents,
            self.dice.choices(skills, _unequal(groups), k=len(self.agents)),
            strict=True,
        ):
            self._tell(AgentConfigured(agent_id, queue_ids, has, CAPACITY))
        while len(self.waiting) < self.waiting_wanted:
            self._tell(self._arrival(is_calm=False))
        for agent_id in self.agents:
            self._tell(AgentPresenceChanged(agent_id, Presence.AVAILABLE))
        while self.ringing:
            self._tell(OfferAccepted(next(iter(self.ringing))))
        while len(self.waiting) < self.waiting_wanted:
            self._tell(self._arrival(is_calm=False))
        self.nanoseconds.clear()
        self.names.clear()

    def _draw_skills(
        self, number: int, groups: int
    ) -> tuple[tuple[QueueId, ...], tuple[tuple[str, int], ...]]:
        topics = self.dice.choices(range(TOPICS), _unequal(TOPICS), k=8)
        if number >= groups * (1 - CALM_RATIO):
            languages = [CALM]
        else:
            drawn = self.dice.choices(range(LANGUAGES), _unequal(LANGUAGES), k=2)
            languages = [f"language-{language}" for language in drawn]
        has = {name: self.dice.randint(2, 5) for name in languages}
        has |= {f"topic-{topic}": self.dice.randint(1, 5) for topic in topics}
        queue_ids = tuple(sorted({_queue_of(topic) for topic in topics}))
        return queue_ids, tuple(sorted(has.items()))

    def live(self, events: int) -> None:
        """So many events, those of timers that are due among them."""
        while len(self.nanoseconds) < events:
            self.now_us += STEP_US
            while self.due and self.due[0][0] <= self.now_us:
                due_us, timer_id = heappop(self.due)
                if self.timers.get(timer_id) == due_us:
                    del self.timers[timer_id]
                    self._tell(TimerElapsed(timer_id))
            self._tell(self._next())

    def _next(self) -> Event:
        chance = self.dice.random()
        if chance < 0.35 and self.ringing:
            return self._answer()
        if chance < 0.60 and self.held:
            conversation_id, agent_id, queue_id = self.dice.choice(self.held.items)
            self.held.discard((conversation_id, agent_id, queue_id))
            return ConversationReleased(
                ConversationId(conversation_id),
                AgentId(agent_id),
                needs_wrap_up=False,
                queue_id=QueueId(queue_id),
            )
        if chance < 0.63:
            return self._change_presence()
        if chance < 0.66:
            return self._arrival(is_calm=True)
        if self.dice.random() < (0.9 if len(self.waiting) < self.waiting_wanted else 0.1):
            return self._arrival(is_calm=False)
        item = self.dice.choice(self.waiting.items)
        self.waiting.discard(item)
        return ConversationWithdrawn(ConversationId(item[0]), "left")

    def _answer(self) -> Event:
        number = next(iter(self.ringing))
        chance = self.dice.random()
        if chance < 0.94:
            return OfferAccepted(number)
        if chance < 0.97:
            return OfferDeclined(number)
        if chance < 0.98:
            return OfferRefused(number)
        if chance < 0.99:
            return ConversationWithdrawn(self.ringing[number].conversation_id, "left")
        return TimerElapsed(TimerId(f"offer:{number}"))

    def _change_presence(self) -> Event:
        if len(self.away) > 100:
            (agent_id,) = self.dice.choice(self.away.items)
            self.away.discard((agent_id,))
            return AgentPresenceChanged(AgentId(agent_id), Presence.AVAILABLE)
        agent_id = self.dice.choice(self.agents)
        self.away.discard((agent_id,))
        self.away.add((agent_id,))
        return AgentPresenceChanged(AgentId(agent_id), Presence.AWAY)

    def _arrival(self, *, is_calm: bool) -> Event:
        self.conversations += 1
        conversation_id = ConversationId(f"conversation-{self.conversations}")
        if is_calm:
            topic = self.dice.choices(range(TOPICS), _unequal(TOPICS))[0]
            wanted = Class(_queue_of(topic), "telegram", _needs(CALM, topic))
        else:
            wanted = self.dice.choices(self.classes, self.shares)[0]
            self.waiting.add((conversation_id,))
        return ConversationQueued(
            conversation_id, wanted.queue_id, wanted.kind, self.now_us, wanted.requirements
        )

    def _tell(self, event: Event) -> None:
        handle, now_us, clock = self.router.handle, self.now_us, time.thread_time_ns
        started = clock()
        commands = handle(event, now_us)
        self.nanoseconds.append(clock() - started)
        self.names.append(type(event).__name__)
        self._follow(event, commands)

    def _follow(self, event: Event, commands: Iterable[Command]) -> None:
        """Do as a driver does."""
        if isinstance(event, (OfferAccepted, OfferDeclined, OfferRefused)):
            offer = self.ringing.pop(event.offer_number)
            self.timers.pop(offer_timer_id(event.offer_number), None)
            if isinstance(event, OfferAccepted):
                self.held.add((offer.conversation_id, offer.agent_id, offer.queue_id))
            else:
                self.waiting.add((offer.conversation_id,))
        for command in commands:
            match command:
                case OfferConversation():
                    self.ringing[command.offer_number] = command
                    self.waiting.discard((command.conversation_id,))
                    self._run(offer_timer_id(command.offer_number), command.expires_at_us)
                case WithdrawOffer():
                    del self.ringing[command.offer_number]
                    self.timers.pop(offer_timer_id(command.offer_number), None)
                    if getattr(event, "conversation_id", None) != command.conversation_id:
                        self.waiting.add((command.conversation_id,))
                case MarkAgentNotResponding():
                    self.away.discard((command.agent_id,))
                    self.away.add((command.agent_id,))
                case StartTimer():
                    self._run(command.timer_id, command.due_us)
                case CancelTimer():
                    self.timers.pop(command.timer_id, None)
                case _:
                    raise AssertionError(f"not of this day: {command}")

    def _run(self, timer_id: TimerId, due_us: int) -> None:
        self.timers[timer_id] = due_us
        heappush(self.due, (due_us, timer_id))


def live_days(
    rounds: int, events: int, day: dict[str, int], *, has_rules: bool
) -> tuple[list[str], list[float]]:
    """What happened, and each event's median time over the rounds in microseconds."""
    lived: list[list[int]] = []
    names: list[str] = []
    for _ in range(rounds):
        floor = Day(**day, has_rules=has_rules)
        gc.collect()
        gc.freeze()
        gc.set_threshold(OBJECTS_A_COLLECTION)
        floor.live(events)
        gc.unfreeze()
        assert not names or names == floor.names, "the same day was another one"
        names = floor.names
        lived.append(floor.nanoseconds)
    return names, [median(times) / 1000 for times in zip(*lived, strict=True)]


def tell_by_event(names: Sequence[str], times_us: Sequence[float]) -> None:
    """A row for each type of event."""
    rows: list[dict[str, Figure]] = []
    for name in sorted(set(names)):
        own = [time_us for time_us, of in zip(times_us, names, strict=True) if of == name]
        rows.append({"event": name, "count": len(own), **figures(own)})
    print_table("By event", rows)


def figures(times_us: Sequence[float]) -> dict[str, float]:
    """The percentiles that are followed over time, in microseconds."""
    return {
        "p50_us": percentile(times_us, 0.5),
        "p99_us": percentile(times_us, 0.99),
        "p999_us": percentile(times_us, 0.999),
        "max_us": max(times_us),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=5_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--classes", type=int, default=1_000)
    parser.add_argument("--groups", type=int, default=600)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", action="store_true", help="idle reserves, and agents kept")
    given = parser.parse_args()
    day = {
        name: getattr(given, name) for name in ("agents", "waiting", "classes", "groups", "seed")
    }
    names, times_us = live_days(given.rounds, given.events, day, has_rules=given.rules)
    tell_by_event(names, times_us)
    sizes = {name: day[name] for name in ("agents", "waiting", "classes")}
    print_result({**sizes, **figures(times_us)})


if __name__ == "__main__":
    main()
