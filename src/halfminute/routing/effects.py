"""Makes the engine's commands true in the rows, within the transaction of one turn.

What cannot be made true any more, because an agent or a verb was quicker, is answered with an
event, which the engine is told at once and which goes to the journal like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never
from uuid import UUID

import structlog

from halfminute.agents.load import has_room, lock_agents
from halfminute.agents.presence import change_presence
from halfminute.agents.queries import get_agent
from halfminute.agents.types import NOT_RESPONDING
from halfminute.conversations.actions.extend_wrap_up import is_extended_yet
from halfminute.conversations.errors import ConversationChanged
from halfminute.conversations.transitions import finish_wrap_up, mark_offered, return_to_queue
from halfminute.conversations.types import ConversationId
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.kit.metrics import offers_total
from halfminute.kit.time import from_us
from halfminute.routing.departures import give_back_returned, overflow, report_stranded
from halfminute.routing.offer_events import record_offer_end
from halfminute.routing.present import list_found
from halfminute.routing.queries import find_offer_by_number
from halfminute.routing.tables import offers as tables
from halfminute.routing.types import OfferState
from halfminute_engine.routing import commands, events
from halfminute_engine.routing.values import AgentId, Presence, RefusalCause, WithdrawalReason

logger = structlog.get_logger(__name__)

NOTHING: Final[Sequence[events.Event]] = ()

_ABOUT_CONVERSATIONS: Final = (
    commands.OfferConversation,
    commands.WithdrawOffer,
    commands.FinishWrapUp,
    commands.RequeueConversation,
    commands.OverflowConversation,
)
_ABOUT_AGENTS: Final = (
    commands.OfferConversation,
    commands.MarkAgentNotResponding,
    commands.FinishWrapUp,
    commands.RequeueConversation,
)


class Effects:
    """The commands of one turn of the router of one epoch."""

    def __init__(self, unit: Unit, epoch: int) -> None:
        """Writes with `unit`; the offers it makes bear `epoch`."""
        self._unit = unit
        self._epoch = epoch
        self._conversations: set[UUID] = set()
        self._agents: set[UUID] = set()
        self._answered: set[AgentId] = set()

    async def apply(self, decided: Sequence[commands.Command]) -> list[events.Event]:
        """Make them true, in order. Returns what the engine must be told; timers are not for us.

        To be called again with what the engine decides on that, until there is nothing left.
        """
        await self._lock(decided)
        answers: list[events.Event] = []
        for command in decided:
            answers += await self._apply(command)
        return answers

    async def _lock(self, decided: Sequence[commands.Command]) -> None:
        """Lock all rows before anything is written: conversations, then agents, as the verbs do.

        That way nobody waits for another in a circle. Once agents are locked we may not wait for a
        conversation any more: what somebody else has in hand then is not offered in this turn.
        """
        conversation_ids = {
            UUID(command.conversation_id)
            for command in decided
            if isinstance(command, _ABOUT_CONVERSATIONS)
        }
        agent_ids = {
            UUID(command.agent_id) for command in decided if isinstance(command, _ABOUT_AGENTS)
        }
        is_patient = not self._agents
        if conversation_ids:
            statement = tables.LOCK_CONVERSATIONS if is_patient else tables.LOCK_FREE_CONVERSATIONS
            rows = await self._unit.connection.fetch(statement, sorted(conversation_ids))
            self._conversations.update(row["id"] for row in rows)
        if agent_ids:
            self._agents |= await lock_agents(self._unit, agent_ids, is_patient=is_patient)

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
            case commands.RequeueConversation():
                return await give_back_returned(self._unit, command)
            case commands.ReportStranded():
                report_stranded(command)
            case commands.OverflowConversation():
                await overflow(self._unit, command)
            case commands.StartTimer() | commands.CancelTimer():
                pass
            case _:
                assert_never(command)
        return NOTHING

    async def _offer(self, command: commands.OfferConversation) -> Sequence[events.Event]:
        cause = await self._find_obstacle(command)
        if cause is None:
            return NOTHING
        offers_total.labels(end="refused").inc()
        return [events.OfferRefused(command.offer_number, cause)]

    async def _find_obstacle(self, command: commands.OfferConversation) -> RefusalCause | None:
        """Make the offer, unless something stands against it: then nothing is made."""
        conversation_id = ConversationId(UUID(command.conversation_id))
        offer_id, agent_id = new_id(), UUID(command.agent_id)
        if conversation_id not in self._conversations:
            return RefusalCause.CONVERSATION
        if agent_id not in self._agents:
            return RefusalCause.AGENT
        if not await has_room(self._unit, agent_id, command.channel_kind):
            return RefusalCause.AGENT
        if not await self._insert_offer(offer_id, command):
            return RefusalCause.AGENT
        is_waiting = await mark_offered(
            self._unit,
            conversation_id,
            offer_id=offer_id,
            offer_number=command.offer_number,
            agent_id=agent_id,
        )
        if not is_waiting:
            await self._unit.connection.execute(tables.DELETE, offer_id)
            return RefusalCause.CONVERSATION
        return None

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
        await return_to_queue(
            self._unit,
            offer.conversation_id,
            offer_id=offer.id,
            agent_id=offer.agent_id,
            reason=reason,
        )
        ended = await self._unit.connection.fetchval(tables.END, offer.id, state, reason)
        if ended is not None:
            record_offer_end(self._unit, offer, state, reason)
            offers_total.labels(end=state).inc()
            return NOTHING
        # The agent has answered in time. What came of it is in the log, and the engine will read
        # it there: to tell it now would be to tell it before what happened earlier.
        self._answered.add(command.agent_id)
        return NOTHING

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
        conversation_id = ConversationId(UUID(command.conversation_id))
        if await is_extended_yet(self._unit, conversation_id):
            # The agent was quicker, and the engine has let go of it: the wrap-up begins once more.
            return await list_found(self._unit.connection, conversation_id)
        try:
            await finish_wrap_up(self._unit, conversation_id)
        except ConversationChanged:
            # The agent has finished it just now, or the customer has written again.
            logger.debug("wrap_up_over", conversation_id=command.conversation_id)
        return NOTHING
