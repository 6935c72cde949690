"""A day drawn from a seed: a driver's loop that answers the router's own commands at random."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from hashlib import sha256
from heapq import heappop, heappush
from typing import Any

from halfminute_engine.routing.codec import command_to_dict
from halfminute_engine.routing.commands import (
    Command,
    OfferConversation,
    OverflowConversation,
    StartTimer,
)
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentPresenceChanged,
    CallbackRequested,
    ConversationQueued,
    ConversationReleased,
    ConversationTransferred,
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
from halfminute_engine.routing.queue_rules import AgentChoice, Overflow, OverflowKind, Ring
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.timers import offer_timer_id
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
Q0, Q1, Q2 = QueueId("q0"), QueueId("q1"), QueueId("q2")
TIMEOUT_US = 20 * SECOND
SILENCES: dict[str, Any] = {
    "silence_us_by_kind": (("chat", 20 * SECOND),),
    "return_wait_us": 5 * SECOND,
}
QUEUES = [
    QueueConfigured(
        Q0,
        TIMEOUT_US,
        **SILENCES,
        rings=(Ring(15 * SECOND, (("ru", 1), ("en", 1))), Ring(30 * SECOND, is_any_agent=True)),
        slope_per_mille=1_500,
        greatest_wait_us=120 * SECOND,
    ),
    QueueConfigured(
        Q1,
        TIMEOUT_US,
        WrapUp(WrapUpKind.FIXED, 10 * SECOND),
        **SILENCES,
        keep_after_us=15 * SECOND,
        overflow=Overflow(25 * SECOND, OverflowKind.QUEUE, Q0),
        agent_choice=AgentChoice.BEST_SKILLED,
    ),
    QueueConfigured(
        Q2,
        TIMEOUT_US,
        WrapUp(WrapUpKind.OPEN),
        **SILENCES,
        keep_after_us=15 * SECOND,
        overflow=Overflow(90 * SECOND, OverflowKind.CALLBACK, is_kept=True),
    ),
]
WEIGHTS = (("chat", 34), ("email", 20), ("voice", 100))
CAPACITIES = [
    Capacity(100, WEIGHTS),
    Capacity(100, WEIGHTS, interrupts=(("voice", ("email",)),), limits=(("chat", 2),)),
]


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
        self.had: set[str] = set()
        self.plan(0, SkillConfigured("zh", 2, 10 * SECOND))
        for queue in QUEUES:
            self.plan(0, queue)
        self.agent_ids = [AgentId(f"agent-{number}") for number in range(agents)]
        for agent_id in self.agent_ids:
            self.hire(agent_id)
        self.plan(600 * SECOND, replace(QUEUES[0], rings=(Ring(8 * SECOND, is_any_agent=True),)))
        self.plan_arrival()

    def hire(self, agent_id: AgentId) -> None:
        members = self.random.sample([Q0, Q1, Q2], 2)
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
        has_preferred = self.random.random() < 0.2
        self.plan(
            in_us,
            ConversationQueued(
                conversation_id,
                QueueId(f"q{self.random.randrange(3)}"),
                self.random.choice(["chat", "chat", "email", "voice"]),
                self.now_us + in_us,
                (Requirement(skill, 2),) if self.random.random() < 0.5 else (),
                preferred_agent_id=self.random.choice(self.agent_ids) if has_preferred else None,
                preferred_until_us=self.now_us + in_us + 20 * SECOND if has_preferred else None,
            ),
        )
        if self.random.random() < 0.05:
            self.plan(in_us + 5 * SECOND, CallbackRequested(conversation_id))
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
            if self.random.random() < 0.1:
                self.plan(handled_us // 2, self.transfer(offer.conversation_id, handled_us // 2))
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

    def transfer(self, conversation_id: ConversationId, in_us: int) -> ConversationTransferred:
        at_us = self.now_us + in_us
        target = self.random.choice([None, *self.agent_ids[:5]])
        return ConversationTransferred(
            conversation_id,
            self.random.choice([Q0, Q1, Q2]),
            at_us,
            needs_wrap_up=True,
            target_agent_id=target,
            target_until_us=None if target is None else at_us + 30 * SECOND,
        )

    def handle(self, event: Event) -> list[Command]:
        return self.router.handle(event, self.now_us)

    def digest(self, events: int) -> str:
        for number in range(1, events + 1):
            self.now_us, _, event = heappop(self.ahead)
            if isinstance(event, ConversationQueued):
                self.plan_arrival()
            for command in self.handle(event):
                self.hash.update(json.dumps(command_to_dict(command)).encode())
                self.had.add(_kind_of(command))
                if isinstance(command, OfferConversation):
                    self.answer(command)
                    in_us = command.expires_at_us - self.now_us
                    self.plan(in_us, TimerElapsed(offer_timer_id(command.offer_number)))
                elif isinstance(command, StartTimer):
                    in_us = max(0, command.due_us - self.now_us)
                    self.plan(in_us, TimerElapsed(command.timer_id))
            if self.restart_every and number % self.restart_every == 0:
                self.router = Router.restore(json.loads(json.dumps(self.router.snapshot())))
        return self.hash.hexdigest()


def _kind_of(command: Command) -> str:
    if isinstance(command, StartTimer):
        return command.timer_id.partition(":")[0]
    if isinstance(command, OverflowConversation):
        return f"overflow to {command.kind}"
    if isinstance(command, OfferConversation) and command.is_callback:
        return "offer of a callback"
    return type(command).__name__
