"""The simulated customers: what each class of them draws, and where one of them has got to."""

from __future__ import annotations

from halfminute_engine.routing.values import ConversationId
from halfminute_engine.service_level.counters import ContactCounters
from halfminute_engine.simulation.agents import SimulatedAgent
from halfminute_engine.simulation.scenario import ConversationClass, SimulatedQueue
from halfminute_engine.simulation.variates import Constant, Draw, Uniforms

NOT_YET = -1


class CustomerKind:
    """The customers of one class: the times they draw, and their counters by interval of arrival.

    `counters` are those of the interval that ends at `counted_until_us`.
    """

    __slots__ = (
        "counted_until_us",
        "counters",
        "counters_by_interval",
        "definition",
        "draw_patience",
        "draw_silence_check",
        "draw_talk",
        "draw_wrap_up",
        "has_open_wrap_up",
        "hold_ratio",
        "index",
        "needs_wrap_up",
        "wrap_up_mean_us",
    )

    def __init__(
        self, index: int, definition: ConversationClass, queue: SimulatedQueue, uniforms: Uniforms
    ) -> None:
        self.index = index
        self.definition = definition
        self.draw_patience: Draw = definition.patience.draw_from(uniforms)
        self.draw_talk: Draw = definition.talk.draw_from(uniforms)
        self.draw_silence_check: Draw = definition.silence_check.draw_from(uniforms)
        self.draw_wrap_up: Draw = queue.wrap_up.draw_from(uniforms)
        self.hold_ratio = definition.hold_ratio
        self.wrap_up_mean_us = queue.wrap_up.mean_us
        self.needs_wrap_up = queue.wrap_up.mean_us > 0
        self.has_open_wrap_up = self.needs_wrap_up and not isinstance(queue.wrap_up, Constant)
        self.counters_by_interval: dict[int, ContactCounters] = {}
        self.counters = ContactCounters()
        self.counted_until_us = 0

    def open_interval(self, number: int, until_us: int) -> None:
        """Whoever arrives from now on counts to the interval of this number."""
        self.counters = self.counters_by_interval.setdefault(number, ContactCounters())
        self.counted_until_us = until_us


class Customer:
    """One conversation, from its queueing to the end of its wrap-up.

    `left_at_us` is when its customer left, perhaps without a word; `answered_at_us` when an agent
    took it, `ended_at_us` when that agent let go; each `NOT_YET` before.
    """

    __slots__ = (
        "agent",
        "answered_at_us",
        "conversation_id",
        "counters",
        "ended_at_us",
        "kind",
        "left_at_us",
        "queued_at_us",
    )

    def __init__(
        self, conversation_id: ConversationId, kind: CustomerKind, queued_at_us: int
    ) -> None:
        self.conversation_id = conversation_id
        self.kind = kind
        self.queued_at_us = queued_at_us
        self.answered_at_us = NOT_YET
        self.left_at_us = NOT_YET
        self.ended_at_us = NOT_YET
        self.agent: SimulatedAgent | None = None
        self.counters = kind.counters

    @property
    def is_waiting(self) -> bool:
        """Whether no agent has taken it, an offer that rings included."""
        return self.answered_at_us == NOT_YET

    def count_abandoned(self) -> None:
        """The customer has left before that; a silent one counts by when it left."""
        self.counters.abandoned.add(self.left_at_us - self.queued_at_us)

    def count_handled(self, closed_at_us: int) -> None:
        """The handling is over, wrap-up included. Who was there to the end is solved."""
        counters = self.counters
        talk_us = self.ended_at_us - self.answered_at_us
        counters.handled += 1
        counters.talk_us += talk_us
        counters.wrap_up_us += closed_at_us - self.ended_at_us
        if self.kind.hold_ratio:
            hold_us = int(talk_us * self.kind.hold_ratio)
            counters.talk_us -= hold_us
            counters.hold_us += hold_us
        if self.left_at_us == NOT_YET:
            counters.solved.add(self.ended_at_us - self.queued_at_us)
