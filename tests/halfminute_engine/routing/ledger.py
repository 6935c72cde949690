"""Keeps books on conversations and agents by what is told and commanded alone.

Nothing of the router's state is looked at: each conversation is in line or not, has an agent or
not, and is being wrapped up by so many agents, because of the events that were told and of the
commands that came back. What the router itself believes is held against it.
"""

from __future__ import annotations

from collections import Counter

from halfminute_engine.routing.commands import (
    Command,
    FinishWrapUp,
    OfferConversation,
    OverflowConversation,
    RequeueConversation,
    WithdrawOffer,
)
from halfminute_engine.routing.events import (
    ConversationQueued,
    ConversationReleased,
    ConversationTransferred,
    ConversationWithdrawn,
    Event,
    OfferAccepted,
    OfferDeclined,
    OfferRefused,
    QueueConfigured,
    WrapUpFinished,
)
from halfminute_engine.routing.queue_rules import OverflowKind
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    QueueId,
    WrapUpKind,
)

Leg = tuple[ConversationId, AgentId]


class Ledger:
    """Who is where since when, and how long whatever is over has lasted, in microseconds.

    `ringing` has the offers; `line_since`, `talk_since` and `wrap_up_since` have what goes on, and
    `spent_us` what is over, by "line", "talk" and "wrap_up"; `counts` how often what has happened.
    """

    def __init__(self) -> None:
        self.line_since: dict[ConversationId, int] = {}
        self.talk_since: dict[Leg, int] = {}
        self.wrap_up_since: dict[Leg, int] = {}
        self.spent_us: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self._wraps_up: dict[QueueId, bool] = {}
        self.ringing: dict[OfferNumber, OfferConversation] = {}
        self._talking: dict[ConversationId, tuple[AgentId, QueueId]] = {}

    def note(self, event: Event, commands: list[Command], now_us: int) -> None:
        """Book the event, and then what it has brought."""
        self._note_line(event, now_us)
        self._note_agents(event, now_us)
        for command in commands:
            self._obey(command, now_us)

    def time_us(self, what: str, now_us: int) -> int:
        """All of "line", "talk" or "wrap_up", what still goes on included."""
        ongoing = {
            "line": list(self.line_since.values()),
            "talk": list(self.talk_since.values()),
            "wrap_up": list(self.wrap_up_since.values()),
        }
        return self.spent_us[what] + sum(now_us - start for start in ongoing[what])

    def _note_line(self, event: Event, now_us: int) -> None:
        match event:
            case QueueConfigured(queue_id=queue_id, wrap_up=wrap_up):
                self._wraps_up[queue_id] = wrap_up.kind is not WrapUpKind.NONE
            case ConversationQueued(conversation_id=conversation_id):
                if conversation_id not in self._talking:
                    self._enter_line(conversation_id, now_us, "queued")
            case ConversationWithdrawn(conversation_id=conversation_id):
                self._leave_line(conversation_id, now_us, "withdrawn")
            case ConversationTransferred():
                self._transfer(event, now_us)
            case _:
                pass

    def _note_agents(self, event: Event, now_us: int) -> None:
        match event:
            case OfferAccepted(offer_number=number):
                self._accept(number, now_us)
            case OfferDeclined(offer_number=number) | OfferRefused(offer_number=number):
                self.ringing.pop(number, None)
            case ConversationReleased(conversation_id=conversation_id, agent_id=agent_id):
                talking = self._talking.get(conversation_id)
                if talking is not None and talking[0] == agent_id:
                    needs_wrap_up = event.needs_wrap_up and self._wraps_up[event.queue_id]
                    self._end_talk(conversation_id, now_us, "released", needs_wrap_up=needs_wrap_up)
            case WrapUpFinished(conversation_id=conversation_id, agent_id=agent_id):
                self._end_wrap_up((conversation_id, agent_id), now_us)
            case _:
                pass

    def _obey(self, command: Command, now_us: int) -> None:
        match command:
            case OfferConversation(offer_number=number):
                self.ringing[number] = command
            case WithdrawOffer(offer_number=number):
                self.ringing.pop(number, None)
            case FinishWrapUp(conversation_id=conversation_id, agent_id=agent_id):
                self._end_wrap_up((conversation_id, agent_id), now_us)
            case RequeueConversation(conversation_id=conversation_id):
                self._end_talk(conversation_id, now_us, "requeued", needs_wrap_up=False)
                self._enter_line(conversation_id, now_us, "back in line")
            case OverflowConversation(conversation_id=conversation_id, kind=kind):
                if kind is not OverflowKind.QUEUE and not command.is_kept:
                    self._leave_line(conversation_id, now_us, "flowed out")
            case _:
                pass

    def _enter_line(self, conversation_id: ConversationId, now_us: int, how: str) -> None:
        if conversation_id not in self.line_since:
            self.line_since[conversation_id] = now_us
            self.counts[how] += 1

    def _leave_line(self, conversation_id: ConversationId, now_us: int, how: str) -> None:
        since_us = self.line_since.pop(conversation_id, None)
        if since_us is not None:
            self.spent_us["line"] += now_us - since_us
            self.counts[how] += 1

    def _accept(self, number: OfferNumber, now_us: int) -> None:
        offer = self.ringing.pop(number, None)
        if offer is None:
            return
        self._leave_line(offer.conversation_id, now_us, "answered")
        leg = (offer.conversation_id, offer.agent_id)
        # Who takes a conversation up again which it is writing up has it once, not twice.
        self._end_wrap_up(leg, now_us)
        self._talking[offer.conversation_id] = (offer.agent_id, offer.queue_id)
        self.talk_since[leg] = now_us

    def _end_talk(
        self, conversation_id: ConversationId, now_us: int, how: str, *, needs_wrap_up: bool
    ) -> None:
        agent_id, _ = self._talking.pop(conversation_id)
        leg = (conversation_id, agent_id)
        self.spent_us["talk"] += now_us - self.talk_since.pop(leg)
        self.counts[how] += 1
        if needs_wrap_up:
            self.wrap_up_since[leg] = now_us

    def _end_wrap_up(self, leg: Leg, now_us: int) -> None:
        since_us = self.wrap_up_since.pop(leg, None)
        if since_us is not None:
            self.spent_us["wrap_up"] += now_us - since_us

    def _transfer(self, event: ConversationTransferred, now_us: int) -> None:
        conversation_id = event.conversation_id
        is_written_up = any(conversation_id == found for found, _ in self.wrap_up_since)
        if conversation_id in self._talking:
            _, queue_id = self._talking[conversation_id]
            needs_wrap_up = event.needs_wrap_up and self._wraps_up[queue_id]
            self._end_talk(conversation_id, now_us, "transferred", needs_wrap_up=needs_wrap_up)
        elif not is_written_up:
            return
        self._enter_line(conversation_id, now_us, "back in line")
