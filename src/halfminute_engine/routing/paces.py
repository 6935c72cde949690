"""How fast rooms have come free of late, who came and who left: what a wait is foretold from.

Noted as it happens, in a few steps for each event, and never looked at by a decision. It is no part
of a snapshot: a router that is restored learns it anew.
"""

from __future__ import annotations

from math import exp

from halfminute_engine.routing.queue_rules import Requirements
from halfminute_engine.routing.state import ConversationState
from halfminute_engine.routing.values import AgentId, ConversationId, OfferNumber, QueueId

MEMORY = 500
"""Of how many handlings, or waits, something is an average in the long run."""

ARRIVALS_MEMORY_US = 900_000_000
"""An arrival that long ago weighs 1 / e of one now."""

MOST_STREAMS = 4_096
_KEPT = 1 - 1 / MEMORY


class HandlingPace:
    """How long the conversations of one queue and channel kind keep an agent's room.

    `count` are those it is an average of, the older the less. `room_us` sums the time in which they
    took units, wrap-up included and silence not; `squares` its square, in square seconds; `ring_us`
    the time for which offers rang. `left_count` left of those who waited `waited_us` in all.
    """

    __slots__ = ("count", "left_count", "ring_us", "room_us", "squares", "waited_us")

    def __init__(self) -> None:
        self.count = 0.0
        self.room_us = 0.0
        self.squares = 0.0
        self.ring_us = 0.0
        self.waited_us = 0.0
        self.left_count = 0.0

    @property
    def room_mean_us(self) -> float:
        """For how long one conversation takes room, ringing included."""
        return (self.room_us + self.ring_us) / self.count

    @property
    def ring_mean_us(self) -> float:
        """For how long one conversation rings until it is accepted, by however many offers."""
        return self.ring_us / self.count

    @property
    def dispersion(self) -> float:
        """The variance of the time that one takes, over its mean squared."""
        mean = self.room_us / self.count / 1e6
        return max(0.0, self.squares / self.count / mean**2 - 1.0) if mean else 0.0

    @property
    def leaving_rate(self) -> float:
        """How many leave in a second of one's waiting."""
        return 1e6 * self.left_count / self.waited_us if self.waited_us else 0.0

    def add_room(self, room_us: int, *, is_first: bool) -> None:
        """A conversation has ceased to take room; not `is_first`: it had done so before."""
        if is_first:
            self.count = self.count * _KEPT + 1
            self.room_us *= _KEPT
            self.squares *= _KEPT
            self.ring_us *= _KEPT
        self.room_us += room_us
        self.squares += (room_us / 1e6) ** 2

    def add_wait(self, waited_us: int, *, has_left: bool) -> None:
        """A customer has waited, and got an agent or left."""
        self.waited_us = self.waited_us * _KEPT + waited_us
        self.left_count = self.left_count * _KEPT + has_left


StreamKey = tuple[QueueId, str, Requirements, int]
"""Arrivals with the same agents to come to and the same credit in microseconds, which is last."""

_Spell = tuple[int, HandlingPace, bool]
"""Since when a conversation takes room of an agent's, at what pace, and whether the first time."""


class ArrivalPace:
    """How many come of late; `weight` is their number up to `at_us`, the older the less."""

    __slots__ = ("at_us", "since_us", "weight")

    def __init__(self, now_us: int) -> None:
        self.since_us = self.at_us = now_us
        self.weight = 0.0

    def add(self, now_us: int) -> None:
        """One more has come."""
        self.weight = self.weight * exp((self.at_us - now_us) / ARRIVALS_MEMORY_US) + 1
        self.at_us = now_us

    def rate(self, now_us: int) -> float:
        """Arrivals a second. The first is when counting began, and is not counted."""
        seen = 1 - exp((self.since_us - now_us) / ARRIVALS_MEMORY_US)
        weight = self.weight * exp((self.at_us - now_us) / ARRIVALS_MEMORY_US) - (1 - seen)
        return max(0.0, weight) / (seen * ARRIVALS_MEMORY_US / 1e6) if seen else 0.0


class Paces:
    """All that is noted, by queue and channel kind."""

    def __init__(self) -> None:
        self.handling: dict[tuple[QueueId, str], HandlingPace] = {}
        self.arrivals: dict[StreamKey, ArrivalPace] = {}
        self._spells: dict[tuple[AgentId, ConversationId], _Spell] = {}
        self._rung_at_us: dict[OfferNumber, int] = {}

    def note_arrival(self, conversation: ConversationState, now_us: int) -> None:
        """A conversation has been queued."""
        key = (
            conversation.queue_id,
            conversation.channel_kind,
            conversation.requirements,
            conversation.queued_at_us - conversation.order_at_us,
        )
        stream = self.arrivals.get(key)
        if stream is None:
            if len(self.arrivals) >= MOST_STREAMS:
                del self.arrivals[next(iter(self.arrivals))]
            stream = self.arrivals[key] = ArrivalPace(now_us)
        stream.add(now_us)

    def note_wait(self, conversation: ConversationState, now_us: int, *, has_left: bool) -> None:
        """The conversation has got an agent, or its customer has left."""
        pace = self.pace_of(conversation.queue_id, conversation.channel_kind)
        pace.add_wait(max(0, now_us - conversation.queued_at_us), has_left=has_left)

    def begin_ringing(self, number: OfferNumber, now_us: int) -> None:
        """An offer rings."""
        self._rung_at_us[number] = now_us

    def end_ringing(
        self, number: OfferNumber, conversation: ConversationState, now_us: int
    ) -> None:
        """It rings no more, accepted or not."""
        rung_at_us = self._rung_at_us.pop(number, now_us)
        if rung_at_us != now_us:
            pace = self.pace_of(conversation.queue_id, conversation.channel_kind)
            pace.ring_us += now_us - rung_at_us

    def begin_room(
        self,
        agent_id: AgentId,
        conversation_id: ConversationId,
        pace: HandlingPace,
        now_us: int,
        *,
        is_first: bool = True,
    ) -> None:
        """The conversation takes room of the agent's from now on."""
        self._spells[agent_id, conversation_id] = (now_us, pace, is_first)

    def end_room(self, agent_id: AgentId, conversation_id: ConversationId, now_us: int) -> None:
        """It takes none any more. What began before we were restored is not counted."""
        spell = self._spells.pop((agent_id, conversation_id), None)
        if spell is not None:
            since_us, pace, is_first = spell
            pace.add_room(now_us - since_us, is_first=is_first)

    def forget_queue(self, queue_id: QueueId) -> None:
        """The queue is no more."""
        for key in [key for key in self.handling if key[0] == queue_id]:
            del self.handling[key]
        for stream in [stream for stream in self.arrivals if stream[0] == queue_id]:
            del self.arrivals[stream]

    def pace_of(self, queue_id: QueueId, channel_kind: str) -> HandlingPace:
        """That of the queue and channel kind."""
        key = queue_id, channel_kind
        pace = self.handling.get(key)
        if pace is None:
            pace = self.handling[key] = HandlingPace()
        return pace
