"""What may happen to agents' room on any day, and what holds of it; seen by plain walks."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from halfminute_engine.routing.commands import Command, StartTimer
from halfminute_engine.routing.events import (
    ConsultEnded,
    ConsultStarted,
    ConversationQueued,
    ConversationSilent,
    Event,
    MessageExchanged,
    SkillConfigured,
    WrapUpExtended,
)
from halfminute_engine.routing.state import AgentState, ConversationState, Place, RouterState
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    ConversationId,
    Presence,
    TimerId,
)
from tests.halfminute_engine.routing.draws import SECOND, agent_ids, conversation_ids, kinds


class AgentSide(RuleBasedStateMachine):
    """The part of a machine of any day that is about reserves, silence, keeping and consults."""

    now_us: int
    told: list[tuple[Event, int, list[Command]]]
    timers: dict[TimerId, int]

    @property
    def state(self) -> RouterState:
        """The router's own state."""
        raise NotImplementedError

    def tell(self, event: Event) -> None:
        """Have the router handle it, and check what came of it."""
        raise NotImplementedError

    @rule(
        skill=st.sampled_from(["ru", "en"]),
        reserve=st.integers(0, 2),
        wait=st.sampled_from([0, SECOND, 5 * SECOND]),
    )
    def configure_skill(self, skill: str, reserve: int, wait: int) -> None:
        self.tell(SkillConfigured(skill, reserve, wait))

    def draw_assigned(self, data: Any) -> ConversationId:
        assigned = sorted(
            item.conversation_id
            for item in self.state.conversations.values()
            if item.place is Place.ASSIGNED
        )
        drawn: ConversationId = data.draw(
            st.sampled_from(assigned) if assigned else conversation_ids
        )
        return drawn

    @rule(data=st.data())
    def fall_silent(self, data: Any) -> None:
        self.tell(ConversationSilent(self.draw_assigned(data)))

    @rule(data=st.data(), is_by_agent=st.booleans())
    def exchange_a_message(self, data: Any, is_by_agent: bool) -> None:
        self.tell(MessageExchanged(self.draw_assigned(data), is_by_agent))

    @rule(conversation_id=conversation_ids, agent_id=agent_ids, kind=kinds)
    def consult(self, conversation_id: ConversationId, agent_id: AgentId, kind: str) -> None:
        self.tell(ConsultStarted(conversation_id, agent_id, kind))

    @rule(conversation_id=conversation_ids, agent_id=agent_ids)
    def extend_wrap_up(self, conversation_id: ConversationId, agent_id: AgentId) -> None:
        self.tell(WrapUpExtended(conversation_id, agent_id))

    @rule(data=st.data())
    def end_consult(self, data: Any) -> None:
        held = [
            (item, who)
            for who, agent in self.state.agents.items()
            for item, hold in agent.holds.items()
            if hold.is_consult
        ]
        conversation_id, agent_id = data.draw(
            st.sampled_from(held) if held else st.tuples(conversation_ids, agent_ids)
        )
        self.tell(ConsultEnded(conversation_id, agent_id))

    @invariant()
    def who_has_come_back_waits_only_for_want_of_room(self) -> None:
        for agent in self.state.agents.values():
            is_there = agent.presence in (Presence.AVAILABLE, Presence.BUSY)
            for conversation_id in agent.returned_ids:
                assert agent.holds[conversation_id].is_silent
                assert agent.presence is not Presence.OFFLINE
            if agent.returned_ids and is_there and agent.offer_number is None:
                kind = agent.holds[agent.returned_ids[0]].channel_kind
                assert not fits(agent.configuration.capacity, loud_kinds(agent), kind)

    @invariant()
    def an_agent_is_kept_for_one_who_waits_and_does_not_fit(self) -> None:
        kept_for = {a.agent_id: a.kept_for_id for a in self.state.agents.values() if a.kept_for_id}
        keeping = {
            conversation.keeping_agent_id: conversation_id
            for conversation_id, conversation in self.state.conversations.items()
            if conversation.keeping_agent_id is not None
        }
        assert kept_for == keeping
        for agent_id, conversation_id in kept_for.items():
            agent = self.state.agents[agent_id]
            conversation = self.state.conversations[conversation_id]
            assert conversation.place is Place.WAITING
            assert (agent.presence, agent.offer_number) == (Presence.AVAILABLE, None)
            capacity = agent.configuration.capacity
            assert not fits(capacity, loud_kinds(agent), conversation.channel_kind)

    def list_kept(self, event: ConversationQueued) -> list[AgentId]:
        """The idle agents from whom reserves keep the conversation that is about to be queued."""
        queue = self.state.queues.get(event.queue_id)
        credit_us = event.priority_credit_us + (queue.priority_credit_us if queue else 0)
        waited_us = self.now_us - event.queued_at_us + credit_us
        required = {requirement.skill for requirement in event.requirements}
        return [
            agent.agent_id
            for skill, setting in self.state.skills.items()
            for agent in self.state.agents.values()
            if skill not in required
            and not (event.preferred_until_us and agent.agent_id == event.preferred_agent_id)
            and is_idle_with(agent, skill)
            and self.count_idle(skill) <= setting.idle_reserve
            and waited_us < setting.reserve_wait_us
        ]

    def is_kept_for_a_while(self, agent: AgentState, conversation: ConversationState) -> bool:
        """Whether a reserve keeps the agent from it, and a timer runs that will end this."""
        for skill, setting in self.list_reserves(agent, conversation):
            due_us = conversation.order_at_us + setting.reserve_wait_us
            timer_due_us = self.timers.get(TimerId(f"reserve:{skill}"))
            if timer_due_us is not None and timer_due_us <= max(due_us, self.told[-1][1]):
                return True
        return False

    def is_reserved(self, agent: AgentState, conversation: ConversationState) -> bool:
        """Whether a reserve keeps the agent from it now."""
        return any(
            self.now_us < conversation.order_at_us + setting.reserve_wait_us
            for _, setting in self.list_reserves(agent, conversation)
        )

    def list_reserves(
        self, agent: AgentState, conversation: ConversationState
    ) -> list[tuple[str, SkillConfigured]]:
        """The reserves that the agent is part of and that the conversation does not call on."""
        if conversation.preferred_until_us is not None:
            return []
        return [
            (skill, setting)
            for skill, setting in self.state.skills.items()
            if is_idle_with(agent, skill)
            and skill not in dict(conversation.requirements)
            and self.count_idle(skill) <= setting.idle_reserve
        ]

    def check_reserves_look_ahead(self, commands: list[Command]) -> None:
        """A timer of a reserve that is due already would be started again for ever."""
        for command in commands:
            if isinstance(command, StartTimer) and command.timer_id.startswith("reserve:"):
                assert command.due_us > self.now_us

    def is_owed_an_agent(self) -> bool:
        """Whether a reserve has ended by time, and the router has not been told of it yet."""
        return any(
            timer_id.startswith("reserve:") and due_us <= self.now_us
            for timer_id, due_us in self.timers.items()
        )

    def count_idle(self, skill: str) -> int:
        return sum(is_idle_with(agent, skill) for agent in self.state.agents.values())


def is_idle_with(agent: AgentState, skill: str) -> bool:
    """Whether the agent has the skill, and is free with nothing to do."""
    is_free = (
        agent.presence is Presence.AVAILABLE
        and agent.offer_number is None
        and not agent.is_paused
        and not agent.returned_ids
        and agent.kept_for_id is None
    )
    return is_free and agent.units == 0 and skill in dict(agent.configuration.skills)


def loud_kinds(agent: AgentState) -> list[str]:
    """Of what the agent holds, the kinds of all that is not silent."""
    return [hold.channel_kind for hold in agent.holds.values() if not hold.is_silent]


def fits(capacity: Capacity, kinds_held: list[str], kind: str) -> bool:
    """The rule of capacity, in its plainest form: one more of the kind beside these."""
    weights = dict(capacity.weights)
    interrupted = dict(capacity.interrupts).get(kind, ())
    counted = [weights.get(held, 0) for held in kinds_held if held not in interrupted]
    return (
        kind in weights
        and kinds_held.count(kind) < dict(capacity.limits).get(kind, len(kinds_held) + 1)
        and sum(counted) + weights[kind] <= capacity.total_units
    )
