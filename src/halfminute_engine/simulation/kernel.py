"""The virtual clock: events in order of time, each told to the router, whose word is done.

Nothing here decides who gets what: that is `routing.router.Router`, the one that runs live. The
kernel draws customers and agents, and makes the router's commands true, as the live driver does.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from halfminute_engine.routing.commands import (
    CancelTimer,
    Command,
    FinishWrapUp,
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
    QueueConfigured,
    TimerElapsed,
    WrapUpFinished,
)
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.timers import offer_timer_id
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    TimerId,
    WrapUp,
    WrapUpKind,
)
from halfminute_engine.simulation.agents import SimulatedAgent, agents_of
from halfminute_engine.simulation.arrivals import Arrivals
from halfminute_engine.simulation.command_hash import CommandHash
from halfminute_engine.simulation.customers import NOT_YET, Customer, CustomerKind
from halfminute_engine.simulation.errors import BrokenLaw
from halfminute_engine.simulation.scenario import Scenario, SimulatedQueue
from halfminute_engine.simulation.variates import NEVER_US, Constant, Uniforms

Action = Callable[[Any], None]


class WaitingIntegral:
    """How many wait, times how long, in customer-microseconds up to `since_us`."""

    __slots__ = ("area_us", "count", "since_us")

    def __init__(self) -> None:
        self.count = 0
        self.since_us = 0
        self.area_us = 0

    def change(self, by: int, now_us: int) -> None:
        """So many more wait from now on."""
        if now_us != self.since_us:
            self.area_us += self.count * (now_us - self.since_us)
            self.since_us = now_us
        self.count += by


class Kernel:
    """One run of one scenario: `advance` as far as you like, then read what is public.

    `silent_us` is how long conversations waited whose customers had left without a word.
    """

    def __init__(self, scenario: Scenario, uniforms: Uniforms) -> None:
        self.scenario = scenario
        self.router = Router()
        self._handle = self.router.handle
        self.waiting = WaitingIntegral()
        self.command_hash = CommandHash()
        self.now_us = 0
        self.silent_us = 0
        self.customers: dict[ConversationId, Customer] = {}
        self.agents: dict[AgentId, SimulatedAgent] = {}
        self._uniforms = uniforms
        self._heap: list[tuple[int, int, Action, Any]] = []
        self._seq = 0
        self._arrived = 0
        self._timers: dict[TimerId, int] = {}
        self._accepted: list[OfferNumber] = []
        self._offers: dict[OfferNumber, OfferConversation] = {}
        self._acts: dict[type[Command], Action] = {
            OfferConversation: self._ring,
            WithdrawOffer: self._stop_ringing,
            MarkAgentNotResponding: self._mark_not_responding,
            FinishWrapUp: self._wrap_up_is_over,
        }
        self.kinds = self._open_queues()
        self._open_streams()
        self._open_rosters()
        if scenario.warm_up_us:
            self._at(scenario.warm_up_us, self._end_warm_up, None)

    def advance(self, until_us: int) -> None:
        """Let all happen that is due before this time, at the latest before the horizon."""
        until_us = min(until_us, self.scenario.horizon_us)
        heap = self._heap
        while heap and heap[0][0] < until_us:
            self.now_us, _, act, subject = heappop(heap)
            act(subject)
        self.now_us = until_us

    def _open_queues(self) -> list[CustomerKind]:
        queues = {queue.queue_id: queue for queue in self.scenario.queues}
        for queue in self.scenario.queues:
            self._tell(
                QueueConfigured(
                    queue.queue_id,
                    queue.offer_timeout_us,
                    wrap_up=_wrap_up_of(queue),
                    priority_credit_us=queue.priority_credit_us,
                    slope_per_mille=queue.slope_per_mille,
                )
            )
        return [
            CustomerKind(index, definition, queues[definition.queue_id], self._uniforms)
            for index, definition in enumerate(self.scenario.classes)
        ]

    def _open_streams(self) -> None:
        indexes = {kind.definition.name: kind.index for kind in self.kinds}
        for stream in self.scenario.streams:
            arrivals = Arrivals(stream, indexes, self._uniforms)
            first_us = arrivals.next_after(0)
            if first_us is not None:
                self._at(first_us, self._arrive, arrivals)

    def _open_rosters(self) -> None:
        for roster in self.scenario.rosters:
            template = roster.template
            for agent in agents_of(roster, self._uniforms):
                self.agents[agent.agent_id] = agent
                self._tell(
                    AgentConfigured(
                        agent.agent_id, template.queue_ids, template.skills, template.capacity
                    )
                )
                self._expect_change(agent)

    def _at(self, due_us: int, act: Action, subject: Any) -> None:
        self._seq += 1
        heappush(self._heap, (due_us, self._seq, act, subject))

    def _end_warm_up(self, _: None) -> None:
        for agent in self.agents.values():
            agent.end_warm_up(self.now_us)

    # What customers do.

    def _arrive(self, arrivals: Arrivals) -> None:
        now_us = self.now_us
        next_us = arrivals.next_after(now_us)
        if next_us is not None:
            self._at(next_us, self._arrive, arrivals)
        kind = self.kinds[arrivals.draw_class()]
        definition = kind.definition
        self._arrived += 1
        conversation_id = ConversationId(str(self._arrived))
        if now_us >= kind.counted_until_us:
            number = now_us // self.scenario.interval_us
            kind.open_interval(number, (number + 1) * self.scenario.interval_us)
        customer = Customer(conversation_id, kind, now_us)
        customer.counters.offered += 1
        self.customers[conversation_id] = customer
        self.waiting.change(1, now_us)
        self._tell(
            ConversationQueued(
                conversation_id,
                definition.queue_id,
                definition.channel_kind,
                now_us,
                definition.requirements,
                definition.priority_credit_us,
            )
        )
        if customer.answered_at_us == NOT_YET:
            patience_us = kind.draw_patience()
            if patience_us < NEVER_US:
                self._at(now_us + patience_us, self._leave, customer)

    def _leave(self, customer: Customer) -> None:
        if customer.answered_at_us != NOT_YET:
            return
        customer.left_at_us = self.now_us
        silent_ratio = customer.kind.definition.silent_ratio
        if silent_ratio and self._uniforms.random() < silent_ratio:
            return
        del self.customers[customer.conversation_id]
        self.waiting.change(-1, self.now_us)
        customer.count_abandoned()
        self._tell(ConversationWithdrawn(customer.conversation_id, "left"))

    def _end(self, customer: Customer) -> None:
        now_us, agent, kind = self.now_us, customer.agent, customer.kind
        if agent is None:
            raise BrokenLaw(f"conversation {customer.conversation_id} ends without an agent")
        customer.ended_at_us = now_us
        agent.end_talk(now_us, is_wrapping_up=kind.needs_wrap_up)
        if not kind.needs_wrap_up:
            self._close(customer)
        elif kind.has_open_wrap_up:
            self._at(now_us + kind.draw_wrap_up(), self._finish_wrap_up, customer)
        self._tell(
            ConversationReleased(
                customer.conversation_id,
                agent.agent_id,
                kind.needs_wrap_up,
                kind.definition.queue_id,
            )
        )

    def _finish_wrap_up(self, customer: Customer) -> None:
        agent = self._close(customer)
        self._tell(WrapUpFinished(customer.conversation_id, agent.agent_id))

    def _close(self, customer: Customer) -> SimulatedAgent:
        agent = customer.agent
        if agent is None:
            raise BrokenLaw(f"conversation {customer.conversation_id} ends without an agent")
        del self.customers[customer.conversation_id]
        customer.count_handled(self.now_us)
        if customer.kind.needs_wrap_up:
            agent.settle(self.now_us)
            agent.wrapping_up -= 1
            agent.turn()
        return agent

    # What agents do.

    def _expect_change(self, agent: SimulatedAgent) -> None:
        if agent.changes:
            self._at(agent.changes[-1][0], self._change_presence, agent)

    def _change_presence(self, agent: SimulatedAgent) -> None:
        agent.settle(self.now_us)
        _, agent.presence = agent.changes.pop()
        agent.is_not_responding = False
        agent.turn()
        self._expect_change(agent)
        self._tell(AgentPresenceChanged(agent.agent_id, agent.presence))

    def _come_back(self, agent: SimulatedAgent) -> None:
        if agent.is_not_responding:
            agent.settle(self.now_us)
            agent.is_not_responding = False
            agent.turn()
            self._tell(AgentPresenceChanged(agent.agent_id, agent.presence))

    def _accept(self, number: OfferNumber) -> None:
        if number in self._offers:
            self._answer(number)
            self._tell(OfferAccepted(number))

    def _answer(self, number: OfferNumber) -> None:
        offer = self._offers.pop(number)
        customer = self.customers[offer.conversation_id]
        agent = self.agents[offer.agent_id]
        now_us, kind = self.now_us, customer.kind
        self.waiting.change(-1, now_us)
        customer.answered_at_us = now_us
        customer.agent = agent
        agent.begin_talk(now_us)
        if customer.left_at_us == NOT_YET:
            customer.counters.answered.add(now_us - customer.queued_at_us)
            self._at(now_us + kind.draw_talk(), self._end, customer)
        else:
            self.silent_us += now_us - customer.left_at_us
            customer.count_abandoned()
            self._at(now_us + kind.draw_silence_check(), self._end, customer)

    # What the router commands.

    def _tell(self, event: Event) -> None:
        now_us = self.now_us
        self._obey(self._handle(event, now_us))
        while self._accepted:
            number = self._accepted.pop(0)
            if number in self._offers:
                self._answer(number)
                self._obey(self._handle(OfferAccepted(number), now_us))

    def _obey(self, commands: list[Command]) -> None:
        if not commands:
            return
        self.command_hash.add(commands)
        for command in commands:
            # Each conversation has its timers, and a call for each would be felt.
            if isinstance(command, StartTimer):
                self._timers[command.timer_id] = command.due_us
                self._at(command.due_us, self._elapse, command)
            elif isinstance(command, CancelTimer):
                self._timers.pop(command.timer_id, None)
            else:
                self._acts[type(command)](command)

    def _ring(self, offer: OfferConversation) -> None:
        number = offer.offer_number
        self._offers[number] = offer
        kind = self.agents[offer.agent_id].kind
        if kind.answers_at_once:
            self._accepted.append(number)
            return
        self._at(offer.expires_at_us, self._ring_out, number)
        if self._uniforms.random() >= kind.template.no_answer_ratio:
            self._at(self.now_us + kind.draw_accept_delay(), self._accept, number)

    def _ring_out(self, number: OfferNumber) -> None:
        if number in self._offers:
            self._tell(TimerElapsed(offer_timer_id(number)))

    def _stop_ringing(self, command: WithdrawOffer) -> None:
        del self._offers[command.offer_number]

    def _mark_not_responding(self, command: MarkAgentNotResponding) -> None:
        agent = self.agents[command.agent_id]
        agent.settle(self.now_us)
        agent.is_not_responding = True
        agent.turn()
        self._at(self.now_us + agent.kind.draw_return(), self._come_back, agent)

    def _wrap_up_is_over(self, command: FinishWrapUp) -> None:
        self._close(self.customers[command.conversation_id])

    def _elapse(self, timer: StartTimer) -> None:
        if self._timers.get(timer.timer_id) == timer.due_us:
            del self._timers[timer.timer_id]
            self._tell(TimerElapsed(timer.timer_id))


def _wrap_up_of(queue: SimulatedQueue) -> WrapUp:
    if queue.wrap_up.mean_us == 0:
        return WrapUp()
    if isinstance(queue.wrap_up, Constant):
        return WrapUp(WrapUpKind.FIXED, queue.wrap_up.mean_us)
    return WrapUp(WrapUpKind.OPEN)
