"""What the router is told: facts that have happened, in the order in which they are journalled.

Every time is an integer of microseconds. Ids are opaque. An event about an offer, a conversation
or an agent that the router does not know, or no longer knows, changes nothing and answers nothing,
so a late, doubled or reordered event is harmless.
"""

from __future__ import annotations

from halfminute_engine.routing.errors import InvalidValue
from halfminute_engine.routing.frozen import frozen
from halfminute_engine.routing.queue_rules import (
    PER_MILLE,
    AgentChoice,
    Overflow,
    Ring,
    require_widening,
)
from halfminute_engine.routing.values import (
    NO_WRAP_UP,
    AgentId,
    Capacity,
    ConversationId,
    OfferNumber,
    Presence,
    QueueId,
    RefusalCause,
    Requirement,
    TimerId,
    WrapUp,
    require_distinct,
    require_not_negative,
)


@frozen
class QueueConfigured:
    """A queue exists, or its settings changed.

    `offer_timeout_us`: how long an offer rings. `priority_credit_us`: every conversation queued
    from now on counts as having waited this much longer; those already waiting keep their place.
    `is_pull_allowed`: agents may also take conversations from the list by themselves (such a pull
    arrives as `ConversationAssigned`); it changes no offer and is told by `Router.explain`.
    `silence_us_by_kind`: after how much silence a conversation of a channel kind takes nothing of
    its agent's capacity; a kind that is not named, never by itself. `return_wait_us`: how long one
    whose customer has come back waits for its agent to have room, see `silence`.

    `rings` and `overflow` are steps by the time since a conversation entered the queue; their rules
    are in `queue_rules`, and what several queues must fulfil together in `checks`.
    `slope_per_mille`: how fast what waits here grows in weight against what waits in other queues.
    `greatest_wait_us`: where given, longer waits do not count as longer against other queues.
    `agent_choice`: whom of several it asks first. Who waits here when any of this changes comes to
    stand, in its old place, where the new settings put it; what rings goes on ringing.
    `keep_after_us`: when one that fits nowhere counts as having waited so long, an agent is kept
    for it, see `keeps`; None: never.
    """

    queue_id: QueueId
    offer_timeout_us: int
    wrap_up: WrapUp = NO_WRAP_UP
    priority_credit_us: int = 0
    is_pull_allowed: bool = False
    silence_us_by_kind: tuple[tuple[str, int], ...] = ()
    return_wait_us: int = 60_000_000
    rings: tuple[Ring, ...] = ()
    overflow: Overflow | None = None
    slope_per_mille: int = PER_MILLE
    greatest_wait_us: int | None = None
    agent_choice: AgentChoice = AgentChoice.LONGEST_IDLE
    keep_after_us: int | None = None

    def __post_init__(self) -> None:
        if not self.queue_id:
            raise InvalidValue("queue_id must not be empty")
        if self.offer_timeout_us <= 0:
            raise InvalidValue(f"offer_timeout_us must be positive: {self.offer_timeout_us}")
        require_not_negative("return_wait_us", self.return_wait_us)
        require_not_negative("keep_after_us", self.keep_after_us or 0)
        require_distinct("silence_us_by_kind", tuple(kind for kind, _ in self.silence_us_by_kind))
        for kind, silence_us in self.silence_us_by_kind:
            if silence_us <= 0:
                raise InvalidValue(f"silence_us_by_kind[{kind}] must be positive: {silence_us}")
        if self.slope_per_mille <= 0:
            raise InvalidValue(f"slope_per_mille must be positive: {self.slope_per_mille}")
        require_not_negative("greatest_wait_us", self.greatest_wait_us or 0)
        require_widening(self.rings, self.overflow)
        if self.overflow is not None and self.overflow.queue_id == self.queue_id:
            raise InvalidValue(f"overflow.queue_id is the queue itself: {self.queue_id}")


@frozen
class QueueRemoved:
    """A queue exists no more.

    Each conversation waiting in it leaves the router by a `ReportStranded`. One that rings goes on
    ringing; should it come back unaccepted it is stranded then. Assigned ones are not touched.
    """

    queue_id: QueueId


@frozen
class SkillConfigured:
    """So many idle agents who have the skill are kept back from what does not require it.

    `idle_reserve` 0: none are. `reserve_wait_us`: who counts as having waited so long may have
    anybody all the same. See `reserves`.
    """

    skill: str
    idle_reserve: int
    reserve_wait_us: int = 30_000_000

    def __post_init__(self) -> None:
        if not self.skill:
            raise InvalidValue("skill must not be empty")
        require_not_negative("idle_reserve", self.idle_reserve)
        require_not_negative("reserve_wait_us", self.reserve_wait_us)


@frozen
class AgentConfigured:
    """An agent exists (offline until its presence is told), or what it can do has changed.

    `skills` are (skill, level) pairs. An offer that rings at the agent and that it could no longer
    be made is withdrawn.
    """

    agent_id: AgentId
    queue_ids: tuple[QueueId, ...]
    skills: tuple[tuple[str, int], ...]
    capacity: Capacity

    def __post_init__(self) -> None:
        require_distinct("queue_ids", tuple(self.queue_ids))
        require_distinct("skills", tuple(skill for skill, _ in self.skills))


@frozen
class AgentRemoved:
    """An agent exists no more.

    Its ringing conversation goes back with its place kept, its assigned ones leave the router by
    `ReportStranded`, its wrap-ups end by `FinishWrapUp`, its consults end.
    """

    agent_id: AgentId


@frozen
class AgentPresenceChanged:
    """An agent's presence is now this. Assigned work stays; a ringing offer needs `available`."""

    agent_id: AgentId
    presence: Presence
    reason: str | None = None


@frozen
class AgentLoadCorrected:
    """The truth about what is assigned to an agent: these (conversation, channel kind), no others.

    What the router held beyond them is released without wrap-up, what it lacked is assigned.
    Wrap-ups and consults in progress stay.
    """

    agent_id: AgentId
    assigned: tuple[tuple[ConversationId, str], ...]


@frozen
class ConversationQueued:
    """A conversation waits for an agent.

    Its place is `queued_at_us` less its own and its queue's `priority_credit_us`, earliest first.
    A queueing after an earlier one (a transfer, a stranding) keeps its age by keeping
    `queued_at_us`. The same conversation again, while it waits, rings or is assigned, changes
    nothing: to move it, release or withdraw it first.
    `excluded_agent_ids` are never offered it. `preferred_agent_id` is asked first if it can take
    it at this moment; only until `preferred_until_us`, where given, does the conversation wait for
    it alone, and no longer than it is there and able.

    `entered_at_us` is when it entered this queue, from which rings and overflow count; None: when
    it was queued. `origin_queue_ids` overflowed it until it came here, and do not get it back.
    `is_callback`: who takes it calls the customer back.
    """

    conversation_id: ConversationId
    queue_id: QueueId
    channel_kind: str
    queued_at_us: int
    requirements: tuple[Requirement, ...] = ()
    priority_credit_us: int = 0
    excluded_agent_ids: tuple[AgentId, ...] = ()
    preferred_agent_id: AgentId | None = None
    preferred_until_us: int | None = None
    entered_at_us: int | None = None
    origin_queue_ids: tuple[QueueId, ...] = ()
    is_callback: bool = False

    def __post_init__(self) -> None:
        if self.requirements:
            require_distinct("requirements", tuple([item.skill for item in self.requirements]))
        require_not_negative("queued_at_us", self.queued_at_us)


@frozen
class ConversationWithdrawn:
    """A waiting or ringing conversation needs no agent any more: left, closed, merged."""

    conversation_id: ConversationId
    reason: str


@frozen
class CallbackRequested:
    """The customer of a waiting conversation need not stay: somebody will call back.

    It keeps its place, and is offered as a call-back when its turn comes. Its customer's leaving
    is no withdrawal from then on. One that is to be called back by other means than this router
    leaves by `ConversationWithdrawn` instead.
    """

    conversation_id: ConversationId


@frozen
class ConversationTransferred:
    """A conversation goes to another queue, or to one agent, from wherever it is.

    It keeps its age, and so its place among those who wait; its time in the queue (rings, overflow)
    begins anew at `transferred_at_us`. Who had it is freed, with the wrap-up of the queue it leaves
    where `needs_wrap_up`, and is not asked again for a while. `requirements` None: as they were.
    The same transfer again, while it waits or rings there, changes nothing.

    With `target_agent_id` it is offered to that agent alone, whatever its queues and skills, when
    it has room, until `target_until_us`; then, or once the agent declines it, lets it ring out or
    is gone, it waits in the queue like any other.
    """

    conversation_id: ConversationId
    queue_id: QueueId
    transferred_at_us: int
    requirements: tuple[Requirement, ...] | None = None
    needs_wrap_up: bool = False
    target_agent_id: AgentId | None = None
    target_until_us: int | None = None

    def __post_init__(self) -> None:
        require_distinct("requirements", tuple(item.skill for item in self.requirements or ()))
        require_not_negative("transferred_at_us", self.transferred_at_us)
        if (self.target_agent_id is None) != (self.target_until_us is None):
            raise InvalidValue("target_agent_id and target_until_us go together")


@frozen
class ConversationAssigned:
    """An agent has the conversation without an offer of ours: a pull, a reassignment, a re-opening.

    Takes capacity even above the limit. Wherever the conversation waited, rang or was assigned, it
    leaves there. An accept that the database granted to an offer which the router had by then
    withdrawn is told by this event too.
    """

    conversation_id: ConversationId
    agent_id: AgentId
    channel_kind: str


@frozen
class ConversationReleased:
    """The agent's handling has ended: closed, transferred or taken away.

    With `needs_wrap_up` the capacity stays held as the queue's wrap-up says.
    """

    conversation_id: ConversationId
    agent_id: AgentId
    needs_wrap_up: bool
    queue_id: QueueId


@frozen
class ConversationSilent:
    """Nobody has said anything in the assigned conversation for long enough, as the driver judges.

    It stays its agent's, takes no units until something is said in it again, and is ignored where
    it is silent already. Where the queue counts silence itself this need not be told.
    """

    conversation_id: ConversationId


@frozen
class MessageExchanged:
    """Something was said in a conversation, by its agent or else by its customer.

    To be told of assigned conversations where silence frees capacity; of others it changes nothing.
    """

    conversation_id: ConversationId
    is_by_agent: bool = False


@frozen
class ConsultStarted:
    """An agent helps in a conversation that it does not have, and this takes of its capacity."""

    conversation_id: ConversationId
    agent_id: AgentId
    channel_kind: str


@frozen
class ConsultEnded:
    """The agent helps in the conversation no more. To be told, too, when that is over."""

    conversation_id: ConversationId
    agent_id: AgentId


@frozen
class WrapUpFinished:
    """The agent has finished its wrap-up of the conversation."""

    conversation_id: ConversationId
    agent_id: AgentId


@frozen
class WrapUpExtended:
    """The agent needs longer for its wrap-up: as much as the queue allowed when it began, once."""

    conversation_id: ConversationId
    agent_id: AgentId


@frozen
class OfferAccepted:
    """The agent took the offer, and the database granted it."""

    offer_number: OfferNumber


@frozen
class OfferDeclined:
    """The agent does not take the offer. The conversation keeps its place, and asks others."""

    offer_number: OfferNumber
    reason: str | None = None


@frozen
class OfferRefused:
    """The driver could not commit the offer: a compare-and-set was lost.

    The conversation goes back with its place kept. By `cause`, the agent is not offered anything,
    or the conversation is not offered to anybody, until an event about it arrives, and at the
    longest for five seconds.
    """

    offer_number: OfferNumber
    cause: RefusalCause = RefusalCause.AGENT


@frozen
class TimerElapsed:
    """A timer of `StartTimer` or of an offer is due. One that fires early is started again."""

    timer_id: TimerId


Event = (
    QueueConfigured
    | QueueRemoved
    | SkillConfigured
    | AgentConfigured
    | AgentRemoved
    | AgentPresenceChanged
    | AgentLoadCorrected
    | ConversationQueued
    | ConversationWithdrawn
    | CallbackRequested
    | ConversationTransferred
    | ConversationAssigned
    | ConversationReleased
    | ConversationSilent
    | MessageExchanged
    | ConsultStarted
    | ConsultEnded
    | WrapUpFinished
    | WrapUpExtended
    | OfferAccepted
    | OfferDeclined
    | OfferRefused
    | TimerElapsed
)
