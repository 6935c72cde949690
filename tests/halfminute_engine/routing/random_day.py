"""A day drawn from a seed: a driver's loop that answers the router's own commands at random."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from heapq import heappop, heappush

from halfminute_engine.routing.codec import command_to_dict
from halfminute_engine.routing.commands import OfferConversation, StartTimer
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentPresenceChanged,
    ConversationQueued,
    ConversationReleased,
    ConversationWithdrawn,
    Event,
    MessageExchanged,
    OfferAccepted,
    OfferDeclined,
    OfferRefused,
    QueueConfigured,
    SkillConfigured,
    TimerElapsed,
    WrapUpFinished,
)
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    Presence,
    QueueId,
    Requirement,
    WrapUp,
    WrapUpKind,
)

SECOND = 1_000_000
WEIGHTS = (("chat", 34), ("email", 20), ("voice", 100))
CAPACITIES = [
    Capacity(100, WEIGHTS),
    Capacity(100, WEIGHTS, interrupts=(("voice", ("email",)),), limits=(("chat", 2),)),
]
WRAP_UPS = [WrapUp(), WrapUp(WrapUpKind.FIXED, 10 * SECOND), WrapUp(WrapUpKind.OPEN)]


class RandomDay:
    """`digest` of the commands of a day of this many events."""

    def __init__(self, seed: int, *, agents: int = 20, restart_every: int = 0) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a test's draw
        self.router = Router()
        self.restart_every = restart_every
        self.hash = sha256()
        self.ahead: list[tuple[int, int, Event]] = []
        self.drawn = 0
        self.now_us = 0
        for number, wrap_up in enumerate(WRAP_UPS):
            self.plan(
                0,
                QueueConfigured(
                    QueueId(f"q{number}"),
                    20 * SECOND,
                    wrap_up,
                    silence_us_by_kind=(("chat", 20 * SECOND),),
                    return_wait_us=5 * SECOND,
                    keep_after_us=(15 * SECOND if number else None),
                ),
            )
        self.plan(0, SkillConfigured("zh", 2, 10 * SECOND))
        for number in range(agents):
            self.hire(AgentId(f"agent-{number}"))
        self.plan_arrival()

    def hire(self, agent_id: AgentId) -> None:
        members = self.random.sample([QueueId(f"q{number}") for number in range(3)], 2)
        spoken = self.random.sample(["ru", "en", "zh"], 2)
        skills = tuple((skill, self.random.randint(1, 3)) for skill in spoken)
        capacity = self.random.choice(CAPACITIES)
        self.plan(0, AgentConfigured(agent_id, tuple(members), skills, capacity))
        self.plan(1, AgentPresenceChanged(agent_id, Presence.AVAILABLE))

    def plan(self, in_us: int, event: Event) -> None:
        self.drawn += 1
        heappush(self.ahead, (self.now_us + in_us, self.drawn, event))

    def plan_arrival(self) -> None:
        in_us = round(self.random.expovariate(1.0) * SECOND)
        conversation_id = ConversationId(f"conversation-{self.drawn}")
        skill = self.random.choice(["ru", "en", "zh"])
        self.plan(
            in_us,
            ConversationQueued(
                conversation_id,
                QueueId(f"q{self.random.randrange(3)}"),
                self.random.choice(["chat", "chat", "email", "voice"]),
                self.now_us + in_us,
                (Requirement(skill, 2),) if self.random.random() < 0.5 else (),
            ),
        )
        if self.random.random() < 0.2:
            self.plan(in_us + 40 * SECOND, ConversationWithdrawn(conversation_id, "left"))

    def answer(self, offer: OfferConversation) -> None:
        chance, number = self.random.random(), offer.offer_number
        in_us = self.random.randrange(8 * SECOND)
        if chance < 0.8:
            self.plan(in_us, OfferAccepted(number))
            handled_us = in_us + self.random.randrange(90 * SECOND)
            said_us = in_us + self.random.randrange(90 * SECOND)
            self.plan(said_us, MessageExchanged(offer.conversation_id, self.random.random() < 0.3))
            who = (offer.conversation_id, offer.agent_id)
            self.plan(
                handled_us, ConversationReleased(*who, needs_wrap_up=True, queue_id=offer.queue_id)
            )
            self.plan(handled_us + 15 * SECOND, WrapUpFinished(*who))
        elif chance < 0.9:
            self.plan(in_us, OfferDeclined(number))
        elif chance < 0.95:
            self.plan(in_us, OfferRefused(number))
        else:
            back = AgentPresenceChanged(offer.agent_id, Presence.AVAILABLE)
            self.plan(45 * SECOND, back)

    def digest(self, events: int) -> str:
        for number in range(1, events + 1):
            self.now_us, _, event = heappop(self.ahead)
            if isinstance(event, ConversationQueued):
                self.plan_arrival()
            for command in self.router.handle(event, self.now_us):
                self.hash.update(json.dumps(command_to_dict(command)).encode())
                if isinstance(command, OfferConversation):
                    self.answer(command)
                elif isinstance(command, StartTimer):
                    self.plan(command.due_us - self.now_us, TimerElapsed(command.timer_id))
            if self.restart_every and number % self.restart_every == 0:
                self.router = Router.restore(json.loads(json.dumps(self.router.snapshot())))
        return self.hash.hexdigest()
