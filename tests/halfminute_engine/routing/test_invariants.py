"""What holds after every event, whatever came before, seen from outside and by plain walks."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from halfminute_engine.routing.commands import (
    CancelTimer,
    Command,
    FinishWrapUp,
    OfferConversation,
    OverflowConversation,
    ReportStranded,
    StartTimer,
    WithdrawOffer,
)
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentLoadCorrected,
    AgentPresenceChanged,
    AgentRemoved,
    ConversationAssigned,
    ConversationQueued,
    ConversationReleased,
    ConversationWithdrawn,
    Event,
    OfferAccepted,
    OfferDeclined,
    OfferRefused,
    QueueConfigured,
    QueueRemoved,
    TimerElapsed,
    WrapUpFinished,
)
from halfminute_engine.routing.explain import OFFERABLE, Verdict
from halfminute_engine.routing.offers import TIME_OUT_BOOST_US
from halfminute_engine.routing.queue_rules import (
    Overflow,
)
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.state import Place, RouterState
from halfminute_engine.routing.timers import offer_timer_id
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    Presence,
    QueueId,
    RefusalCause,
    TimerId,
    WithdrawalReason,
    WrapUp,
)
from tests.halfminute_engine.routing.agent_side import fits, loud_kinds
from tests.halfminute_engine.routing.draws import (
    SECOND,
    agent_ids,
    capacities,
    conversation_ids,
    distinct,
    kinds,
    pauses,
    queue_ids,
    queue_rules,
    skills,
    wishes,
    wrap_ups,
)
from tests.halfminute_engine.routing.waiting_side import WaitingSide, could_take, waiting_rules


class AnyDay(WaitingSide):
    """One router under arbitrary events, and beside it one that is restored now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.router = Router()
        self.shadow = Router()
        self.now_us = 0
        self.told: list[tuple[Event, int, list[Command]]] = []
        self.timers: dict[TimerId, int] = {}
        self.ringing: dict[OfferNumber, OfferConversation] = {}

    @property
    def state(self) -> RouterState:
        return self.router._floor.state

    def tell(self, event: Event) -> None:
        kept = self.list_kept(event) if isinstance(event, ConversationQueued) else []
        before = {
            key: item.order_at_us + item.queue_credit_us
            for key, item in self.state.conversations.items()
        }
        standing = {
            key: (item.queue_id, item.entered_at_us, item.ring, item.origin_queue_ids)
            for key, item in self.state.conversations.items()
        }
        commands = self.router.handle(event, self.now_us)
        assert not [item for item in commands if getattr(item, "agent_id", None) in kept]
        assert commands == self.shadow.handle(event, self.now_us)
        self.told.append((event, self.now_us, commands))
        self.follow(event, commands)
        self.check_reserves_look_ahead(commands)
        self.check_nobody_is_lost(event, commands, before)
        self.check_places_are_kept(event, commands, before)
        self.check_rings_widen(event, standing)
        self.check_overflows_end(commands, standing)
        self.check_the_first_goes_first(event, commands)

    def follow(self, event: Event, commands: list[Command]) -> None:
        """Do as a driver does, from the commands alone."""
        if isinstance(event, TimerElapsed) and self.timers.get(event.timer_id, 1) <= self.now_us:
            self.timers.pop(event.timer_id, None)
        if isinstance(event, (OfferAccepted, OfferDeclined, OfferRefused)):
            self.ringing.pop(event.offer_number, None)
            self.timers.pop(offer_timer_id(event.offer_number), None)
        for command in commands:
            if isinstance(command, StartTimer):
                self.timers[command.timer_id] = command.due_us
            elif isinstance(command, CancelTimer):
                del self.timers[command.timer_id]
            elif isinstance(command, WithdrawOffer):
                offer = self.ringing.pop(command.offer_number)
                self.timers.pop(offer_timer_id(command.offer_number), None)
                assert (offer.conversation_id, offer.agent_id) == (
                    command.conversation_id,
                    command.agent_id,
                )
            elif isinstance(command, OfferConversation):
                self.ringing[command.offer_number] = command
                self.timers[offer_timer_id(command.offer_number)] = command.expires_at_us

    def check_nobody_is_lost(
        self, event: Event, commands: list[Command], before: dict[ConversationId, int]
    ) -> None:
        may_leave = {
            command.conversation_id
            for command in commands
            if isinstance(command, (ReportStranded, FinishWrapUp))
            or (
                isinstance(command, OverflowConversation)
                and command.target_queue_id is None
                and not command.is_kept
            )
        }
        if isinstance(
            event,
            (ConversationWithdrawn, ConversationReleased, WrapUpFinished, ConversationAssigned),
        ):
            may_leave.add(event.conversation_id)
        gone = before.keys() - self.state.conversations.keys()
        if not isinstance(event, AgentLoadCorrected):
            assert gone <= may_leave
        if isinstance(event, ConversationQueued):
            stranded = any(isinstance(command, ReportStranded) for command in commands)
            assert stranded or event.conversation_id in self.state.conversations

    def check_places_are_kept(
        self, event: Event, commands: list[Command], before: dict[ConversationId, int]
    ) -> None:
        boosted = {
            command.conversation_id
            for command in commands
            if isinstance(command, WithdrawOffer) and command.reason is WithdrawalReason.TIMED_OUT
        }
        for conversation_id, order_at_us in before.items():
            conversation = self.state.conversations.get(conversation_id)
            if conversation is None or isinstance(event, ConversationQueued):
                continue
            boost_us = TIME_OUT_BOOST_US if conversation_id in boosted else 0
            order = conversation.order_at_us + conversation.queue_credit_us
            assert order == order_at_us - boost_us

    @initialize()
    def open_the_house(self) -> None:
        for number in range(3):
            self.tell(QueueConfigured(QueueId(f"q{number}"), 20 * SECOND))
        for number in range(5):
            members = (QueueId("q0"), QueueId(f"q{number % 3}"))
            capacity = Capacity(100, (("chat", 34), ("email", 20), ("voice", 100)))
            agent_id = AgentId(f"a{number}")
            self.tell(AgentConfigured(agent_id, tuple(dict.fromkeys(members)), (), capacity))
            self.tell(AgentPresenceChanged(agent_id, Presence.AVAILABLE))

    @rule(pause_us=pauses)
    def pass_time(self, pause_us: int) -> None:
        self.now_us += pause_us

    @rule(
        queue_id=queue_ids,
        wrap_up=wrap_ups,
        credit=st.integers(0, 3),
        rules=queue_rules,
        steps=waiting_rules,
    )
    def configure_queue(
        self,
        queue_id: QueueId,
        wrap_up: WrapUp,
        credit: int,
        rules: dict[str, Any],
        steps: dict[str, Any],
    ) -> None:
        overflow: Overflow | None = steps.get("overflow")
        if overflow is not None and overflow.queue_id == queue_id:
            steps = {**steps, "overflow": None}
        rules = {**rules, **steps}
        self.tell(QueueConfigured(queue_id, 20 * SECOND, wrap_up, credit * SECOND, **rules))

    @rule(queue_id=queue_ids)
    def remove_queue(self, queue_id: QueueId) -> None:
        self.tell(QueueRemoved(queue_id))

    @rule(agent_id=agent_ids, members=distinct(queue_ids), has=skills, capacity=capacities)
    def configure_agent(
        self, agent_id: AgentId, members: Any, has: Any, capacity: Capacity
    ) -> None:
        self.tell(AgentConfigured(agent_id, members, has, capacity))

    @rule(agent_id=agent_ids)
    def remove_agent(self, agent_id: AgentId) -> None:
        self.tell(AgentRemoved(agent_id))

    @rule(agent_id=agent_ids, presence=st.sampled_from(Presence))
    def change_presence(self, agent_id: AgentId, presence: Presence) -> None:
        self.tell(AgentPresenceChanged(agent_id, presence))

    @rule(agent_id=agent_ids)
    def come_to_the_desk(self, agent_id: AgentId) -> None:
        self.tell(AgentPresenceChanged(agent_id, Presence.AVAILABLE))

    @rule(agent_id=agent_ids, items=distinct(st.tuples(conversation_ids, kinds)))
    def correct_load(self, agent_id: AgentId, items: Any) -> None:
        self.tell(AgentLoadCorrected(agent_id, items))

    @rule(conversation_id=conversation_ids, queue_id=queue_ids, kind=kinds, wishes=wishes)
    def queue_conversation(
        self, conversation_id: ConversationId, queue_id: QueueId, kind: str, wishes: dict[str, Any]
    ) -> None:
        queued_at_us = max(0, self.now_us - 2 * SECOND)
        wishes = dict(wishes)
        if "preferred_in_us" in wishes:
            wishes["preferred_until_us"] = self.now_us + wishes.pop("preferred_in_us")
        if "entered_ago_us" in wishes:
            wishes["entered_at_us"] = max(0, self.now_us - wishes.pop("entered_ago_us"))
        self.tell(ConversationQueued(conversation_id, queue_id, kind, queued_at_us, **wishes))

    @rule(conversation_id=conversation_ids)
    def withdraw_conversation(self, conversation_id: ConversationId) -> None:
        self.tell(ConversationWithdrawn(conversation_id, "left"))

    @rule(conversation_id=conversation_ids, agent_id=agent_ids, kind=kinds)
    def assign_conversation(
        self, conversation_id: ConversationId, agent_id: AgentId, kind: str
    ) -> None:
        self.tell(ConversationAssigned(conversation_id, agent_id, kind))

    @rule(data=st.data(), needs_wrap_up=st.booleans(), queue_id=queue_ids)
    def release_conversation(self, data: Any, needs_wrap_up: bool, queue_id: QueueId) -> None:
        held = [(item, who) for who, agent in self.state.agents.items() for item in agent.holds]
        conversation_id, agent_id = data.draw(
            st.sampled_from(held) if held else st.tuples(conversation_ids, agent_ids)
        )
        self.tell(ConversationReleased(conversation_id, agent_id, needs_wrap_up, queue_id))

    @rule(conversation_id=conversation_ids, agent_id=agent_ids)
    def finish_wrap_up(self, conversation_id: ConversationId, agent_id: AgentId) -> None:
        self.tell(WrapUpFinished(conversation_id, agent_id))

    def draw_offer(self, data: Any) -> OfferNumber:
        live = sorted(self.ringing)
        numbers = st.integers(0, 40).map(OfferNumber)
        number: OfferNumber = data.draw(st.sampled_from(live) if live else numbers)
        return number

    @rule(data=st.data())
    def accept_offer(self, data: Any) -> None:
        self.tell(OfferAccepted(self.draw_offer(data)))

    @rule(data=st.data())
    def decline_offer(self, data: Any) -> None:
        self.tell(OfferDeclined(self.draw_offer(data)))

    @rule(data=st.data(), cause=st.sampled_from(RefusalCause))
    def refuse_offer(self, data: Any, cause: RefusalCause) -> None:
        self.tell(OfferRefused(self.draw_offer(data), cause))

    @rule(number=st.integers(0, 40).map(OfferNumber))
    def accept_any_number(self, number: OfferNumber) -> None:
        self.tell(OfferAccepted(number))

    @precondition(lambda self: self.timers)
    @rule()
    def elapse_the_next_timer(self) -> None:
        due_us, timer_id = min((due_us, timer_id) for timer_id, due_us in self.timers.items())
        self.now_us = max(self.now_us, due_us)
        self.tell(TimerElapsed(timer_id))

    @precondition(lambda self: self.timers)
    @rule(data=st.data())
    def elapse_a_timer_early(self, data: Any) -> None:
        self.tell(TimerElapsed(data.draw(st.sampled_from(sorted(self.timers)))))

    @rule()
    def tell_the_last_again(self) -> None:
        if self.told:
            self.tell(self.told[-1][0])

    @rule()
    def restart_the_shadow(self) -> None:
        self.shadow = Router.restore(json.loads(json.dumps(self.router.snapshot())))

    @invariant()
    def the_driver_runs_the_timers_that_the_router_waits_for(self) -> None:
        pending = {timer.timer_id: timer.due_us for timer in self.router.pending_timers()}
        assert pending == self.timers

    @invariant()
    def an_agent_and_a_conversation_ring_once(self) -> None:
        offers = list(self.ringing.values())
        assert len({offer.agent_id for offer in offers}) == len(offers)
        assert len({offer.conversation_id for offer in offers}) == len(offers)
        assert self.ringing.keys() == self.state.offers.keys()

    @invariant()
    def a_conversation_is_in_one_place(self) -> None:
        ringing = {offer.conversation_id: offer.agent_id for offer in self.ringing.values()}
        matching = self.router._floor.matching
        waiting = {*matching._lines.part_of, *matching._personal.place_of}
        holders: dict[tuple[ConversationId, bool], list[AgentId]] = {}
        for agent_id, agent in self.state.agents.items():
            for conversation_id, hold in agent.holds.items():
                if hold.is_consult:
                    continue
                holders.setdefault((conversation_id, hold.is_wrap_up), []).append(agent_id)
        for conversation_id, conversation in self.state.conversations.items():
            place = conversation.place
            assert place is not Place.ABSENT
            assert (conversation_id in ringing) == (place is Place.RINGING)
            is_in_line = place is Place.WAITING and not conversation.is_paused
            assert (conversation_id in waiting) == is_in_line
            assigned_to = holders.get((conversation_id, False), [])
            assert assigned_to == ([conversation.agent_id] if place is Place.ASSIGNED else [])
            if place is Place.WRAP_UP:
                assert conversation.agent_id in holders[conversation_id, True]
        assert waiting <= self.state.conversations.keys()
        assert ringing.keys() <= self.state.conversations.keys()

    @invariant()
    def units_are_what_is_held_and_offers_never_exceed_the_capacity(self) -> None:
        for agent_id, agent in self.state.agents.items():
            weights = dict(agent.configuration.capacity.weights)
            kinds_held = loud_kinds(agent)
            ringing = [o.channel_kind for o in self.ringing.values() if o.agent_id == agent_id]
            assert agent.units == sum(weights.get(kind, 0) for kind in kinds_held + ringing)
            for kind in ringing:
                assert fits(agent.configuration.capacity, kinds_held, kind)
                assert agent.presence is Presence.AVAILABLE

    @invariant()
    def nobody_waits_for_a_free_agent(self) -> None:
        for conversation in self.state.conversations.values():
            if conversation.place is Place.WAITING and not conversation.is_paused:
                for agent in self.state.agents.values():
                    if could_take(agent, conversation):
                        assert self.is_kept_for_a_while(agent, conversation)

    @invariant()
    def what_is_explained_is_what_is_done(self) -> None:
        for conversation_id, conversation in self.state.conversations.items():
            explanation = self.router.explain(conversation_id)
            verdicts = {item.verdict for item in explanation.candidates}
            if conversation.place is Place.WAITING and not conversation.is_paused:
                assert self.is_owed_an_agent() or not verdicts & OFFERABLE
            if conversation.place is Place.RINGING:
                assert Verdict.RINGING_WITH_THIS in verdicts

    def teardown(self) -> None:
        again = Router()
        for event, now_us, commands in self.told:
            assert again.handle(event, now_us) == commands
        assert again.snapshot() == self.router.snapshot()


AnyDay.TestCase.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestAnyDay = AnyDay.TestCase
