"""What can be wrong with an answer to an offer, and with a router."""

from __future__ import annotations

from halfminute.kit.errors import (
    Conflict,
    Forbidden,
    HalfminuteError,
    InvalidRequest,
    NotFound,
    Unavailable,
)


class OfferNotFound(NotFound):
    """There is no such offer, or it is not yours to see."""

    code = "offer_not_found"


class OfferEnded(Conflict):
    """The offer is over: it was answered, timed out, or taken back. `state` tells which."""

    code = "offer_ended"


class PullNotAllowed(Forbidden):
    """Conversations of this queue are given out, not taken."""

    code = "pull_not_allowed"


class QueueSwitchedOff(Conflict):
    """Nobody is given anything from this queue: pass it on to another one."""

    code = "queue_switched_off"


class InvalidTransfer(InvalidRequest):
    """A conversation is passed on to a queue or to an agent, and not to both."""

    code = "invalid_transfer"


class TransferNeedsQueue(Conflict):
    """It has no queue in which it could wait for the agent: pass it on to one."""

    code = "transfer_needs_queue"


class AgentCannotTake(Conflict):
    """This agent cannot be given the conversation.

    `reason` in the fields: `has_it` already, takes nothing from its `channel`, or is `offline`.
    """

    code = "agent_cannot_take"


class ConsultNotFound(NotFound):
    """There is no such consult, or it is not yours to see."""

    code = "consult_not_found"


class ConsultEnded(Conflict):
    """The consult is over: it was answered, taken back, or not answered in time.

    `state` in the fields tells which.
    """

    code = "consult_ended"


class AlreadyConsulted(Conflict):
    """This agent is asked already, or helps."""

    code = "already_consulted"


class LeaseLost(HalfminuteError):
    """Another router has the domain: nothing of ours was written."""

    code = "lease_lost"


class ConversationNotRouted(NotFound):
    """The router has nothing to do with it: it waits for nobody, and nobody has it."""

    code = "conversation_not_routed"


class RouterNotReady(Unavailable):
    """No router has come to the present yet: try again in a moment."""

    code = "router_not_ready"
