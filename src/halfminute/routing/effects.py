"""Makes the engine's commands true in the rows, within the transaction of one turn.

What cannot be made true any more, because an agent or a verb was quicker, is answered with an
event, which the engine is told at once and which goes to the journal like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from halfminute.agents.load import has_room, lock_agents
from halfminute.agents.presence import change_presence
from halfminute.agents.queries import get_agent
from halfminute.agents.types import NOT_RESPONDING
from halfminute.conversations.errors import ConversationChanged
from halfminute.conversations.transitions import finish_wrap_up, mark_offered, return_to_queue
from halfminute.conversations.types import ConversationId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.kit.metrics import offers_total
from halfminute.kit.time import from_us
from halfminute.routing.offer_events import record_offer_end
from halfminute.routing.queries import find_offer_by_number
from halfminute.routing.tables import offers as tables
from halfminute.routing.types import OfferState
from halfminute_engine.routing import commands, events
from halfminute_engine.routing.values import AgentId, Presence, RefusalCause, WithdrawalReason

logger = structlog.get_logger(__name__)

stranded_total: Final = Counter(
    "halfminute_stranded_total",
    "Conversations that the router cannot route, by reason.",
    ["reason"],
)

NOTHING: Final[Sequence[events.Event]] = ()

_ABOUT_CONVERSATIONS: Final = (
    commands.OfferConversation,
    commands.WithdrawOffer,
    commands.FinishWrapUp,
)
_ABOUT_AGENTS: Final = (
    commands.OfferConversation,
    commands.MarkAgentNotResponding,
    commands.FinishWrapUp,
)


class Effects:
    """The commands of one turn of the router of one epoch."""

    def __init__(self, unit: Unit, epoch: int) -> None:
        """Writes with `unit`; the offers it makes bear `epoch`."""
        self._unit = unit
        self._epoch = epoch
        self._answered: set[AgentId] = set()

    async def apply(self, decided: Sequence[commands.Command]) -> list[events.Event]:
        """Make them true, in order. Returns what the engine must be told; timers are not for us."""
        await self._lock(decided)
        answers: list[events.Event] = []
        for command in decided:
            answers += await self._apply(command)
        return answers

    async def _lock(self, decided: Sequence[commands.Command]) -> None:
        conversation_ids, agent_ids = set(), set()
        for command in decided:
            if isinstance(command, _ABOUT_CONVERSATIONS):
                conversation_ids.add(UUID(command.conversation_id))
            if isinstance(command, _ABOUT_AGENTS):
                agent_ids.add(UUID(command.agent_id))
        if conversation_ids:
            await self._unit.connection.execute(tables.LOCK_CONVERSATIONS, sorted(conversation_ids))
        if agent_ids:
            await lock_agents(self._unit, agent_ids)

    async def _apply(self, command: commands.Command) -> Sequence[events.Event]:
        match command:
            case commands.OfferConversation():
                return await self._offer(command)
            case commands.WithdrawOffer():
                return await self._withdraw(command)
            case commands.MarkAgentNotResponding():
                return await self._mark_not_responding(command)
            case commands.FinishWrapUp():
                return await self._finish_wrap_up(command)
            case commands.ReportStranded():
                return _report_stranded(command)
            case commands.StartTimer() | commands.CancelTimer():
                return NOTHING

    async def _offer(self, command: commands.OfferConversation) -> Sequence[events.Event]:
        offer_id, agent_id = new_id(), UUID(command.agent_id)
        if not await has_room(self._unit, agent_id, command.channel_kind):
            return _refuse(command, RefusalCause.AGENT)
        if not await self._insert_offer(offer_id, command):
            return _refuse(command, RefusalCause.AGENT)
        is_waiting = await mark_offered(
            self._unit,
            ConversationId(UUID(command.conversation_id)),
            offer_id=offer_id,
            offer_number=command.offer_number,
            agent_id=agent_id,
        )
        if not is_waiting:
            await self._unit.connection.execute(tables.DELETE, offer_id)
            return _refuse(command, RefusalCause.CONVERSATION)
        return NOTHING

    async def _insert_offer(self, offer_id: UUID, command: commands.OfferConversation) -> bool:
        inserted = await self._unit.connection.fetchval(
            tables.INSERT,
            offer_id,
            command.offer_number,
            UUID(command.conversation_id),
            UUID(command.agent_id),
            UUID(command.queue_id),
            command.channel_kind,
            self._epoch,
            from_us(command.expires_at_us),
        )
        return inserted is not None

    async def _withdraw(self, command: commands.WithdrawOffer) -> Sequence[events.Event]:
        offer = await find_offer_by_number(self._unit.connection, command.offer_number)
        if offer is None:
            return NOTHING  # it was refused earlier in this very turn
        is_timed_out = command.reason is WithdrawalReason.TIMED_OUT
        state: OfferState = "timed_out" if is_timed_out else "withdrawn"
        reason = command.reason.value
        # The conversation's row before the offer's, as every verb does.
        await return_to_queue(self._unit, offer.conversation_id, offer_id=offer.id, reason=reason)
        ended = await self._unit.connection.fetchval(tables.END, offer.id, state, reason)
        if ended is not None:
            record_offer_end(self._unit, offer, state, reason)
            offers_total.labels(end=state).inc()
            return NOTHING
        return await self._learn_answer(command)

    async def _learn_answer(self, command: commands.WithdrawOffer) -> Sequence[events.Event]:
        self._answered.add(command.agent_id)
        offer = await find_offer_by_number(self._unit.connection, command.offer_number)
        if offer is None or offer.state != "accepted":
            return NOTHING
        return [
            events.ConversationAssigned(
                command.conversation_id, command.agent_id, offer.channel_kind
            )
        ]

    async def _mark_not_responding(
        self, command: commands.MarkAgentNotResponding
    ) -> Sequence[events.Event]:
        agent_id = UUID(command.agent_id)
        if command.agent_id in self._answered:
            agent = await get_agent(self._unit.connection, agent_id)
            presence = Presence(agent.presence)
            return [events.AgentPresenceChanged(command.agent_id, presence)]
        await change_presence(self._unit, agent_id, "away", NOT_RESPONDING, only_from="available")
        return NOTHING

    async def _finish_wrap_up(self, command: commands.FinishWrapUp) -> Sequence[events.Event]:
        try:
            await finish_wrap_up(self._unit, ConversationId(UUID(command.conversation_id)))
        except ConversationChanged:
            # The agent has finished it just now, or the customer has written again.
            logger.debug("wrap_up_over", conversation_id=command.conversation_id)
        return NOTHING


def _refuse(command: commands.OfferConversation, cause: RefusalCause) -> Sequence[events.Event]:
    offers_total.labels(end="refused").inc()
    return [events.OfferRefused(command.offer_number, cause)]


def _report_stranded(command: commands.ReportStranded) -> Sequence[events.Event]:
    stranded_total.labels(reason=command.reason.value).inc()
    logger.error(
        "conversation_stranded",
        conversation_id=command.conversation_id,
        queue_id=command.queue_id,
        reason=command.reason.value,
    )
    return NOTHING
