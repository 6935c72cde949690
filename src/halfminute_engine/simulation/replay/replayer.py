"""The virtual clock of a replay: what was recorded happens again, and the live router decides.

What comes from outside happens when it was recorded: customers come, agents come and go, and take
by themselves what they took. What the router decides is decided anew: who is offered what, whose
wrap-up is over, who overflows. What follows from that takes as long as it took, or as the day's
models have it (`models`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from halfminute_engine.routing.commands import (
    CancelTimer,
    Command,
    FinishWrapUp,
    MarkAgentNotResponding,
    OfferConversation,
    OverflowConversation,
    ReportStranded,
    RequeueConversation,
    StartTimer,
    WithdrawOffer,
)
from halfminute_engine.routing.events import (
    AgentConfigured,
    AgentPresenceChanged,
    ConversationAssigned,
    ConversationQueued,
    ConversationReleased,
    ConversationWithdrawn,
    Event,
    OfferAccepted,
    OfferDeclined,
    QueueConfigured,
    TimerElapsed,
    WrapUpFinished,
)
from halfminute_engine.routing.queue_rules import OverflowKind
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.timers import offer_timer_id
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    QueueId,
    TimerId,
    WrapUpKind,
)
from halfminute_engine.simulation.command_hash import CommandHash
from halfminute_engine.simulation.replay.agenda import Action, Agenda
from halfminute_engine.simulation.replay.laws import check_places
from halfminute_engine.simulation.replay.models import ReplayModels
from halfminute_engine.simulation.replay.progress import (
    ReplayedAgent,
    ReplayedStay,
    Stage,
    takes_time,
)
from halfminute_engine.simulation.replay.recorded import (
    OfferEnd,
    RecordedDay,
    RecordedPresence,
    WaitEnd,
)
from halfminute_engine.simulation.replay.results import ReplayResult, Taking
from halfminute_engine.simulation.variates import NEVER_US

_ENDED_BY_US = (WaitEnd.DISCONNECTED, WaitEnd.FLOWED_OUT)


class Replayer:
    """One replay of one day under one configuration; `advance` it, then `finish` it."""

    def __init__(
        self, day: RecordedDay, configuration: Iterable[Event], models: ReplayModels
    ) -> None:
        """`configuration`: the queues, skills and agents, as the router is told of them."""
        self.day = day
        self.result = ReplayResult()
        self._models = models
        self._router = Router()
        self._hash = CommandHash()
        self._agenda = Agenda(day.start_us)
        self._at = self._agenda.at
        self._queues: dict[QueueId, QueueConfigured] = {}
        self._agents: dict[AgentId, ReplayedAgent] = {}
        self._stays: dict[ConversationId, ReplayedStay] = {}
        self._offers: dict[OfferNumber, OfferConversation] = {}
        self._timers: dict[TimerId, int] = {}
        self._acts: dict[type[Command], Action] = {
            OfferConversation: self._ring,
            WithdrawOffer: self._stop_ringing,
            MarkAgentNotResponding: self._mark_not_responding,
            FinishWrapUp: self._wrap_up_is_over,
            OverflowConversation: self._overflow,
            ReportStranded: self._strand,
            RequeueConversation: self._keep_at_agent,
        }
        for event in configuration:
            self._configure(event)
        self._expect_everything()

    def advance(self, until_us: int) -> None:
        """Let all happen that is due before this time, at the latest before the horizon."""
        self._agenda.advance(min(until_us, self.day.horizon_us))

    def finish(self) -> ReplayResult:
        """Go on to the horizon, and hold the router to what happened. Raises `BrokenLaw`."""
        self.advance(self.day.horizon_us)
        check_places(self._router, Counter(each.stage for each in self._stays.values()))
        self.result.command_hash = self._hash.hexdigest()
        return self.result

    def _configure(self, event: Event) -> None:
        if isinstance(event, QueueConfigured):
            self._queues[event.queue_id] = event
        elif isinstance(event, AgentConfigured):
            self._agents[event.agent_id] = ReplayedAgent(len(self._agents), event.capacity)
        self._tell(event)

    def _expect_everything(self) -> None:
        """What was recorded, in order of time; of one moment, agents before customers."""
        recorded: list[tuple[int, Action, Any]] = [
            (change.at_us, self._change_presence, change) for change in self.day.presences
        ]
        for index, stay in enumerate(self.day.stays):
            replayed = ReplayedStay(index, stay)
            if not stay.queue_id or (stay.taken_us or NEVER_US) < self.day.start_us:
                recorded.append((stay.taken_us or stay.queued_us, self._hold, replayed))
            else:
                recorded.append((stay.queued_us, self._arrive, replayed))
        self._agenda.begin(recorded)

    # What customers do.

    def _arrive(self, replayed: ReplayedStay) -> None:
        stay = replayed.stay
        self._stays[stay.conversation_id] = replayed
        self._enter(replayed, stay.queue_id, stay.queued_us)
        self._expect_leaving(replayed)
        self._tell(
            ConversationQueued(
                stay.conversation_id,
                stay.queue_id,
                stay.channel_kind,
                stay.age_us,
                stay.requirements,
                stay.priority_credit_us,
                entered_at_us=stay.queued_us,
            )
        )
        if stay.is_taken_unasked and stay.taken_us is not None:
            self._at(stay.taken_us, self._take_unasked, replayed)

    def _expect_leaving(self, replayed: ReplayedStay) -> None:
        """That the customer leaves, or that we move or close what nobody had taken."""
        stay = replayed.stay
        if stay.taken_us is None and stay.wait_end in _ENDED_BY_US:
            self._at(stay.queued_us + stay.waited_us, self._remove_untaken, replayed)
            return
        patience_us = self._models.patience_us(replayed.index, stay)
        if patience_us < NEVER_US:
            self._at(stay.queued_us + patience_us, self._leave, replayed)

    def _enter(self, replayed: ReplayedStay, queue_id: QueueId, at_us: int) -> None:
        replayed.queue_id, replayed.entered_us = queue_id, at_us
        if replayed.stay.is_counted:
            replayed.counters = self.result.counters_at(queue_id, at_us)
            replayed.counters.offered += 1

    def _end_wait(self, replayed: ReplayedStay, end: WaitEnd) -> None:
        replayed.has_ended = True
        replayed.is_answered = end is WaitEnd.ANSWERED
        if replayed.counters is not None:
            tally = getattr(replayed.counters, end.value)
            tally.add(max(0, self._agenda.now_us - replayed.entered_us))

    def _leave(self, replayed: ReplayedStay) -> None:
        if replayed.has_ended or replayed.is_called_back:
            return
        self._end_wait(replayed, WaitEnd.ABANDONED)
        if replayed.stage is Stage.TALK:
            self._end_talk(replayed)
        elif replayed.stage is Stage.WAITING:
            self._withdraw(replayed)

    def _remove_untaken(self, replayed: ReplayedStay) -> None:
        if replayed.stage is Stage.WAITING and replayed.stay.wait_end is not None:
            self._end_wait(replayed, replayed.stay.wait_end)
            self._withdraw(replayed)

    def _withdraw(self, replayed: ReplayedStay) -> None:
        replayed.stage = Stage.OVER
        self._tell(ConversationWithdrawn(replayed.stay.conversation_id, "left"))

    # What agents do.

    def _change_presence(self, change: RecordedPresence) -> None:
        agent = self._agents.get(change.agent_id)
        if agent is not None:
            agent.presence = change.presence
            agent.is_not_responding = False
        self._tell(AgentPresenceChanged(change.agent_id, change.presence))

    def _come_back(self, agent_id: AgentId) -> None:
        agent = self._agents[agent_id]
        if agent.is_not_responding:
            agent.is_not_responding = False
            self._tell(AgentPresenceChanged(agent_id, agent.presence))

    def _hold(self, replayed: ReplayedStay) -> None:
        """An agent has it as it was recorded, whatever the router thinks of it."""
        stay = replayed.stay
        self._stays[stay.conversation_id] = replayed
        if stay.agent_id is None or stay.agent_id not in self._agents:
            replayed.stage = Stage.OVER
            return
        replayed.has_ended = True
        taken_us = stay.taken_us or stay.queued_us
        self._assign(replayed, stay.agent_id, taken_us, is_held=True)

    def _take_unasked(self, replayed: ReplayedStay) -> None:
        stay = replayed.stay
        agent = self._agents.get(stay.agent_id) if stay.agent_id else None
        if replayed.stage is not Stage.WAITING or replayed.has_ended or agent is None:
            return
        if agent.is_there and agent.has_room(stay.channel_kind) and stay.agent_id is not None:
            self._assign(replayed, stay.agent_id, self._agenda.now_us, is_held=False)

    def _assign(
        self, replayed: ReplayedStay, agent_id: AgentId, taken_us: int, *, is_held: bool
    ) -> None:
        stay = replayed.stay
        if replayed.offer_number is not None:
            self._forget_offer(replayed.offer_number)
        self._take(replayed, agent_id, taken_us, is_held=is_held)
        self._tell(ConversationAssigned(stay.conversation_id, agent_id, stay.channel_kind))

    def _answer_offer(self, subject: tuple[OfferNumber, OfferEnd]) -> None:
        number, end = subject
        offer = self._offers.get(number)
        if offer is None:
            return
        self._forget_offer(number)
        if end is OfferEnd.DECLINED:
            self._tell(OfferDeclined(number))
            return
        replayed = self._stays[offer.conversation_id]
        self._take(replayed, offer.agent_id, self._agenda.now_us, is_held=False)
        self._tell(OfferAccepted(number))

    def _take(
        self, replayed: ReplayedStay, agent_id: AgentId, taken_us: int, *, is_held: bool
    ) -> None:
        """From now on its agent has it; the times of its handling count from `taken_us`."""
        stay = replayed.stay
        replayed.stage = Stage.TALK
        replayed.agent_id = agent_id
        replayed.taken_us = taken_us
        if stay.is_counted:
            self.result.takings[stay.conversation_id] = Taking(replayed.queue_id, agent_id)
        agent = self._agents.get(agent_id)
        if agent is not None:
            agent.change_units(stay.channel_kind, 1)
        handling = stay.handling if is_held else self._models.handling(replayed.index, stay)
        if handling is None:
            return  # the record ends before its handling does
        replayed.handling = handling
        if handling.first_words_us is not None and not is_held:
            self._at(taken_us + handling.first_words_us, self._say_first_words, replayed)
        self._at(taken_us + handling.talk_us, self._end_talk, replayed)

    def _say_first_words(self, replayed: ReplayedStay) -> None:
        if not replayed.has_ended:
            self._end_wait(replayed, WaitEnd.ANSWERED)

    def _end_talk(self, replayed: ReplayedStay) -> None:
        if replayed.stage is not Stage.TALK or replayed.agent_id is None:
            return
        if not replayed.has_ended:
            is_moved = replayed.stay.wait_end is WaitEnd.FLOWED_OUT
            self._end_wait(replayed, WaitEnd.FLOWED_OUT if is_moved else WaitEnd.DISCONNECTED)
        replayed.stage = Stage.WRAP_UP
        replayed.ended_talk_us = self._agenda.now_us
        needs_wrap_up = self._expect_end_of_wrap_up(replayed)
        if not needs_wrap_up:
            self._finish(replayed)
        conversation_id, queue_id = replayed.stay.conversation_id, replayed.queue_id
        self._tell(
            ConversationReleased(conversation_id, replayed.agent_id, needs_wrap_up, queue_id)
        )

    def _expect_end_of_wrap_up(self, replayed: ReplayedStay) -> bool:
        """Whether there is one. A fixed one ends by the router, unless its agent is quicker."""
        queue, handling = self._queues.get(replayed.queue_id), replayed.handling
        if queue is None or handling is None:
            return False
        if not takes_time(queue.wrap_up):
            return False
        if queue.wrap_up.kind is WrapUpKind.OPEN or handling.is_cut_short:
            self._at(self._agenda.now_us + handling.wrap_up_us, self._finish_wrap_up, replayed)
        return True

    def _finish_wrap_up(self, replayed: ReplayedStay) -> None:
        if replayed.stage is Stage.WRAP_UP and replayed.agent_id is not None:
            self._finish(replayed)
            self._tell(WrapUpFinished(replayed.stay.conversation_id, replayed.agent_id))

    def _finish(self, replayed: ReplayedStay) -> None:
        stay, handling, counters = replayed.stay, replayed.handling, replayed.counters
        replayed.stage = Stage.OVER
        agent = self._agents.get(replayed.agent_id) if replayed.agent_id else None
        if agent is not None:
            agent.change_units(stay.channel_kind, -1)
        if counters is None or handling is None:
            return
        counters.handled += 1
        counters.talk_us += replayed.ended_talk_us - replayed.taken_us
        counters.wrap_up_us += self._agenda.now_us - replayed.ended_talk_us
        if replayed.is_answered and handling.solved_us is not None:
            solved_at_us = replayed.taken_us + handling.solved_us
            counters.solved.add(max(0, solved_at_us - stay.first_message_us))

    # What the router commands.

    def _tell(self, event: Event) -> None:
        commands = self._router.handle(event, self._agenda.now_us)
        if not commands:
            return
        self._hash.add(commands)
        for command in commands:
            if isinstance(command, StartTimer):
                self._timers[command.timer_id] = command.due_us
                self._at(command.due_us, self._elapse, command)
            elif isinstance(command, CancelTimer):
                self._timers.pop(command.timer_id, None)
            else:
                self._acts[type(command)](command)

    def _elapse(self, timer: StartTimer) -> None:
        if self._timers.get(timer.timer_id) == timer.due_us:
            del self._timers[timer.timer_id]
            self._tell(TimerElapsed(timer.timer_id))

    def _ring(self, offer: OfferConversation) -> None:
        self._offers[offer.offer_number] = offer
        replayed = self._stays[offer.conversation_id]
        replayed.offer_number = offer.offer_number
        answer = self._models.answer(replayed.index, replayed.stay, replayed.attempts)
        replayed.attempts += 1
        self._at(offer.expires_at_us, self._ring_out, offer.offer_number)
        if answer.end is not OfferEnd.TIMED_OUT:
            subject = offer.offer_number, answer.end
            self._at(self._agenda.now_us + answer.after_us, self._answer_offer, subject)

    def _ring_out(self, number: OfferNumber) -> None:
        if number in self._offers:
            self._tell(TimerElapsed(offer_timer_id(number)))

    def _stop_ringing(self, command: WithdrawOffer) -> None:
        self._forget_offer(command.offer_number)

    def _forget_offer(self, number: OfferNumber) -> None:
        offer = self._offers.pop(number, None)
        if offer is not None:
            self._stays[offer.conversation_id].offer_number = None

    def _mark_not_responding(self, command: MarkAgentNotResponding) -> None:
        agent = self._agents[command.agent_id]
        agent.is_not_responding = True
        agent.rung_out += 1
        return_us = self._models.return_us(agent.number, agent.rung_out)
        self._at(self._agenda.now_us + return_us, self._come_back, command.agent_id)

    def _wrap_up_is_over(self, command: FinishWrapUp) -> None:
        replayed = self._stays[command.conversation_id]
        if replayed.stage is Stage.WRAP_UP:
            self._finish(replayed)

    def _overflow(self, command: OverflowConversation) -> None:
        replayed = self._stays[command.conversation_id]
        if command.target_queue_id is not None:
            self._end_wait(replayed, WaitEnd.FLOWED_OUT)
            replayed.has_ended = False
            self._enter(replayed, command.target_queue_id, self._agenda.now_us)
            return
        replayed.is_called_back = command.kind is OverflowKind.CALLBACK
        if not command.is_kept:
            self._end_wait(replayed, WaitEnd.DISCONNECTED)
            replayed.stage = Stage.OVER

    def _strand(self, command: ReportStranded) -> None:
        replayed = self._stays[command.conversation_id]
        if replayed.stage is Stage.WAITING:
            self.result.stranded_count += replayed.stay.is_counted
            replayed.stage = Stage.STRANDED

    def _keep_at_agent(self, command: RequeueConversation) -> None:
        event = ConversationAssigned(
            command.conversation_id, command.agent_id, command.channel_kind
        )
        self._at(self._agenda.now_us, self._tell, event)
