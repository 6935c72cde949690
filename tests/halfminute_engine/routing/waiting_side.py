"""What time and people may do to those who wait, and what holds of it; seen by plain walks."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from halfminute_engine.routing.commands import Command, OfferConversation, OverflowConversation
from halfminute_engine.routing.events import (
    AgentPresenceChanged,
    CallbackRequested,
    ConversationQueued,
    ConversationReleased,
    ConversationTransferred,
    Event,
    OfferAccepted,
    QueueConfigured,
)
from halfminute_engine.routing.ordering import pace_of
from halfminute_engine.routing.queue_rules import (
    AgentChoice,
    Overflow,
    OverflowKind,
    Ring,
    relax,
    ring_at,
)
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.state import AgentState, ConversationState, Place
from halfminute_engine.routing.values import AgentId, ConversationId, Presence, QueueId, TimerId
from tests.halfminute_engine.routing.agent_side import AgentSide, fits, loud_kinds
from tests.halfminute_engine.routing.draws import SECOND, agent_ids, conversation_ids, queue_ids

NARROW = Ring(3 * SECOND, (("ru", 1),))
ANYBODY = Ring(6 * SECOND, is_any_agent=True)
overflows = st.builds(
    Overflow, st.just(9 * SECOND), st.just(OverflowKind.QUEUE), queue_ids
) | st.builds(
    Overflow,
    st.just(9 * SECOND),
    st.sampled_from([OverflowKind.CALLBACK, OverflowKind.MESSAGE]),
    is_kept=st.booleans(),
)
waiting_rules = st.fixed_dictionaries(
    {},
    optional={
        "rings": st.sampled_from([(NARROW,), (NARROW, ANYBODY), (ANYBODY,)]),
        "overflow": overflows,
        "slope_per_mille": st.sampled_from([500, 2_000]),
        "greatest_wait_us": st.sampled_from([0, 4 * SECOND]),
        "agent_choice": st.sampled_from(AgentChoice),
    },
)


class WaitingSide(AgentSide):
    """The part of a machine of any day that is about rings, overflow, order and transfers."""

    router: Router

    @rule(conversation_id=conversation_ids)
    def request_callback(self, conversation_id: ConversationId) -> None:
        self.tell(CallbackRequested(conversation_id))

    @rule(
        conversation_id=conversation_ids,
        queue_id=queue_ids,
        target_id=st.none() | agent_ids,
        needs_wrap_up=st.booleans(),
    )
    def transfer_conversation(
        self,
        conversation_id: ConversationId,
        queue_id: QueueId,
        target_id: AgentId | None,
        needs_wrap_up: bool,
    ) -> None:
        until_us = None if target_id is None else self.now_us + 10 * SECOND
        self.tell(
            ConversationTransferred(
                conversation_id, queue_id, self.now_us, None, needs_wrap_up, target_id, until_us
            )
        )

    @invariant()
    def what_is_required_is_what_the_ring_has_left(self) -> None:
        for conversation in self.state.conversations.values():
            if conversation.place is Place.WAITING:
                rings = self.state.queues[conversation.queue_id].rings
                reached = ring_at(rings, self.now_us - conversation.entered_at_us)
                assert conversation.ring <= reached
                required = conversation.requirements
                if conversation.ring:
                    required = relax(required, rings[conversation.ring - 1])
                assert conversation.present_requirements == required

    @invariant()
    def nobody_misses_a_step(self) -> None:
        for conversation in self.state.conversations.values():
            due_us = self.router._floor.schedule.next_step_at(conversation)
            if due_us is not None:
                assert self.timers[TimerId(f"steps:{conversation.queue_id}")] <= due_us
                assert conversation.place is Place.WAITING

    @invariant()
    def nobody_waits_in_vain_for_one_agent(self) -> None:
        for conversation_id, conversation in self.state.conversations.items():
            if conversation.place is Place.WAITING and conversation.preferred_until_us is not None:
                assert conversation.preferred_agent_id is not None
                if not conversation.is_paused:
                    agent = self.state.agents[conversation.preferred_agent_id]
                    assert agent.presence is not Presence.OFFLINE
                    assert agent.agent_id not in conversation.declined_agent_ids
                timer_id = TimerId(f"preference:{conversation_id}")
                assert self.timers[timer_id] == conversation.preferred_until_us
            elif conversation.place not in (Place.WAITING, Place.RINGING):
                assert conversation.preferred_until_us is None

    def check_rings_widen(self, event: Event, standing: dict[ConversationId, Any]) -> None:
        if isinstance(event, (QueueConfigured, ConversationQueued)):
            return
        for conversation_id, (queue_id, entered_at_us, ring, _) in standing.items():
            conversation = self.state.conversations.get(conversation_id)
            if conversation is not None and conversation.queue_id == queue_id:
                assert conversation.entered_at_us >= entered_at_us
                if conversation.entered_at_us == entered_at_us:
                    assert conversation.ring >= min(ring, self.reached_ring(conversation))

    def reached_ring(self, conversation: ConversationState) -> int:
        """The ring that its time in its queue brings it to, as the queue is set now."""
        queue = self.state.queues.get(conversation.queue_id)
        rings = () if queue is None else queue.rings
        return ring_at(rings, self.now_us - conversation.entered_at_us)

    def check_overflows_end(
        self, commands: list[Command], standing: dict[ConversationId, Any]
    ) -> None:
        for command in commands:
            if isinstance(command, OverflowConversation):
                queue_id, *_, origins = standing[command.conversation_id]
                assert command.queue_id == queue_id
                assert command.target_queue_id not in {queue_id, *origins}

    def check_the_first_goes_first(self, event: Event, commands: list[Command]) -> None:
        """Who has become free is offered the first by score of all that it could have taken."""
        offers = [command for command in commands if isinstance(command, OfferConversation)]
        is_simple = isinstance(event, (OfferAccepted, ConversationReleased, AgentPresenceChanged))
        if not is_simple or len(offers) != 1:
            return
        agent = self.state.agents[offers[0].agent_id]
        chosen = self.state.conversations[offers[0].conversation_id]
        if chosen.preferred_until_us is not None or self.is_owed_an_agent():
            return
        pace = pace_of(self.state.queues[chosen.queue_id])
        offer = self.state.offers[offers[0].offer_number]
        for other in self.state.conversations.values():
            if other.place is Place.WAITING and not other.is_paused:
                agent.units -= offer.units
                agent.offer_number = None
                is_takeable = could_take(agent, other) and not self.is_reserved(agent, other)
                agent.units += offer.units
                agent.offer_number = offer.offer_number
                if is_takeable:
                    assert other.preferred_until_us is None
                    other_pace = pace_of(self.state.queues[other.queue_id])
                    place = pace.place(chosen.key, self.now_us)
                    assert place < other_pace.place(other.key, self.now_us)


def could_take(agent: AgentState, conversation: ConversationState) -> bool:
    """The rule of eligibility, in its plainest form."""
    configuration = agent.configuration
    kinds_held = loud_kinds(agent)
    levels = dict(configuration.skills)
    is_awaited = agent.agent_id == conversation.preferred_agent_id
    if conversation.preferred_until_us is not None and not is_awaited:
        return False
    has_what_it_takes = conversation.queue_id in configuration.queue_ids and all(
        levels.get(skill, 0) >= least for skill, least in conversation.present_requirements
    )
    return (
        agent.presence is Presence.AVAILABLE
        and agent.offer_number is None
        and not agent.is_paused
        and not agent.returned_ids
        and agent.kept_for_id is None
        and fits(configuration.capacity, kinds_held, conversation.channel_kind)
        and (has_what_it_takes or (conversation.is_direct and is_awaited))
        and agent.agent_id not in conversation.excluded_agent_ids
        and agent.agent_id not in conversation.declined_agent_ids
    )
