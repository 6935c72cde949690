"""Everything the router knows, as plain records: what a snapshot holds, and nothing derived."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from halfminute_engine.routing.events import AgentConfigured, QueueConfigured, SkillConfigured
from halfminute_engine.routing.queue_rules import Requirements
from halfminute_engine.routing.values import (
    AgentId,
    ConversationId,
    OfferNumber,
    Presence,
    QueueId,
    TimerId,
)

SEQUENCE_BITS = 22
LOAD_SCALE = 1_000_000

NEVER_QUEUED = QueueId("")
NO_CONVERSATION = ConversationId("")
NO_AGENT = AgentId("")
NO_SKILL = ""
AS_QUEUED = -1
"""For a time that is to be the one of the queueing."""


class Place(StrEnum):
    """Where a conversation is. A conversation that is absent has no record."""

    ABSENT = "absent"
    WAITING = "waiting"
    RINGING = "ringing"
    ASSIGNED = "assigned"
    WRAP_UP = "wrap_up"


class TimerPurpose(StrEnum):
    """What a timer is for."""

    WRAP_UP = "wrap_up"
    EXCLUSIONS = "exclusions"
    AGENT_PAUSE = "agent_pause"
    CONVERSATION_PAUSE = "conversation_pause"
    SILENCE = "silence"
    RETURN = "return"
    RESERVE = "reserve"
    STEPS = "steps"
    PREFERENCE = "preference"


@dataclass(slots=True)
class ConversationState:
    """One conversation that waits, rings, is assigned or is being wrapped up.

    `order_at_us` is when it is taken to have begun to wait: queued_at less the credits and boosts.
    `queue_id` is `NEVER_QUEUED` when an agent had it without its being queued here.
    `excluded_agent_ids` are excluded for good, `declined_agent_ids` until their pause ends.
    `agent_id` has it assigned or in wrap-up. `is_paused`: waiting, and not to be offered for now.
    `active_at_us` is when something was last said in it, kept where silence is counted.
    `keeping_agent_id` is kept for it, which waits, until it has room.

    `entered_at_us` is when it entered its queue, `queue_credit_us` what that queue gave it. `ring`
    counts the rings of the queue that it has reached, `relaxed_requirements` are what the last of
    them has left, None before the first. `origin_queue_ids` overflowed it on its way here.

    `preferred_until_us` not None: it waits for the preferred agent alone, at the longest until
    then; `is_direct`: whatever the agent's queues and skills.
    """

    conversation_id: ConversationId
    queue_id: QueueId
    channel_kind: str
    queued_at_us: int
    order_at_us: int
    seq: int
    requirements: tuple[tuple[str, int], ...] = ()
    excluded_agent_ids: tuple[AgentId, ...] = ()
    declined_agent_ids: tuple[AgentId, ...] = ()
    preferred_agent_id: AgentId | None = None
    place: Place = Place.ABSENT
    agent_id: AgentId | None = None
    offer_number: OfferNumber | None = None
    is_paused: bool = False
    active_at_us: int = 0
    entered_at_us: int = AS_QUEUED
    queue_credit_us: int = 0
    ring: int = 0
    relaxed_requirements: Requirements | None = None
    preferred_until_us: int | None = None
    is_direct: bool = False
    is_callback: bool = False
    has_overflowed: bool = False
    origin_queue_ids: tuple[QueueId, ...] = ()
    keeping_agent_id: AgentId | None = None

    def __post_init__(self) -> None:
        if self.entered_at_us == AS_QUEUED:
            self.entered_at_us = self.queued_at_us

    @property
    def key(self) -> int:
        """The place in line as one integer, least first: time, then order of queueing."""
        return (self.order_at_us << SEQUENCE_BITS) + self.seq

    @property
    def present_requirements(self) -> Requirements:
        """What is required now: as it was queued, less what its ring has dropped or lowered."""
        return self.requirements if self.relaxed_requirements is None else self.relaxed_requirements


@dataclass(slots=True)
class Hold:
    """What one conversation, assigned or in wrap-up, takes of its agent's capacity.

    `is_silent`: it is assigned and takes no units until something is said in it. `is_consult`: it
    is another's, or nobody's, and the agent helps in it. `extension_us` is by how much its wrap-up
    may yet be lengthened.
    """

    channel_kind: str
    units: int
    is_wrap_up: bool = False
    is_silent: bool = False
    is_consult: bool = False
    extension_us: int = 0

    @property
    def is_assigned(self) -> bool:
        """Whether the agent has the conversation."""
        return not (self.is_wrap_up or self.is_consult)


@dataclass(slots=True)
class AgentState:
    """One agent: what it can do, what it does, what rings at it.

    `units` are those of its holds and of its ringing offer together. `idle_since_us` is when its
    assigned load last fell or it last became available. `is_paused`: not to be offered for now.
    `returned_ids` are silent conversations of its own whose customers have come back and who wait
    for its room, the first first. `kept_for_id` waits for the agent to have room.
    """

    configuration: AgentConfigured
    seq: int
    presence: Presence = Presence.OFFLINE
    reason: str | None = None
    idle_since_us: int = 0
    units: int = 0
    offer_number: OfferNumber | None = None
    is_paused: bool = False
    holds: dict[ConversationId, Hold] = field(default_factory=dict)
    returned_ids: tuple[ConversationId, ...] = ()
    kept_for_id: ConversationId | None = None

    @property
    def agent_id(self) -> AgentId:
        """The agent's id."""
        return self.configuration.agent_id

    @property
    def is_free(self) -> bool:
        """Whether an offer may ring at the agent now, if its capacity has room for it."""
        return (
            self.presence is Presence.AVAILABLE
            and self.offer_number is None
            and not self.is_paused
            and not self.returned_ids
            and self.kept_for_id is None
        )

    @property
    def is_idle(self) -> bool:
        """Whether the agent is free and nothing takes any of its units."""
        return self.units == 0 and self.is_free

    @property
    def load(self) -> int:
        """Share of the capacity in use, in millionths."""
        return self.units * LOAD_SCALE // self.configuration.capacity.total_units

    def has_skill(self, skill: str) -> bool:
        """Whether the agent has the skill, at whatever level."""
        return any(name == skill for name, _ in self.configuration.skills)

    def units_for(self, channel_kind: str) -> int | None:
        """Units that one conversation of this kind takes, None if the agent takes no such."""
        for kind, units in self.configuration.capacity.weights:
            if kind == channel_kind:
                return units
        return None


@dataclass(slots=True)
class Offer:
    """One conversation ringing at one agent, holding `units` of its capacity."""

    offer_number: OfferNumber
    conversation_id: ConversationId
    agent_id: AgentId
    units: int
    expires_at_us: int


@dataclass(slots=True)
class RunningTimer:
    """A timer that runs, with what it is about; what it is not about is empty."""

    purpose: TimerPurpose
    due_us: int
    conversation_id: ConversationId = NO_CONVERSATION
    agent_id: AgentId = NO_AGENT
    skill: str = NO_SKILL
    queue_id: QueueId = NEVER_QUEUED


@dataclass(slots=True)
class RouterState:
    """The whole state. The order of each mapping is the order of arrival, and is part of it."""

    queues: dict[QueueId, QueueConfigured] = field(default_factory=dict)
    agents: dict[AgentId, AgentState] = field(default_factory=dict)
    conversations: dict[ConversationId, ConversationState] = field(default_factory=dict)
    offers: dict[OfferNumber, Offer] = field(default_factory=dict)
    timers: dict[TimerId, RunningTimer] = field(default_factory=dict)
    skills: dict[str, SkillConfigured] = field(default_factory=dict)
    last_offer_number: int = 0
    last_conversation_seq: int = 0
    last_agent_seq: int = 0
