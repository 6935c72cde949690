"""Queues, agents and conversations, as their rows stand, told in the engine's words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from halfminute.agents.queries import list_abilities
from halfminute.agents.skills import list_reserves
from halfminute.agents.types import AgentAbilities, SkillReserve
from halfminute.conversations.types import ConversationId, State
from halfminute.kit.database import Connection
from halfminute.kit.time import to_us
from halfminute.queues.queries import list_queues
from halfminute.queues.types import Queue
from halfminute.queues.waiting_rules_checks import engine_overflow, engine_rings
from halfminute.queues.waiting_rules_store import list_queues_lowering_language
from halfminute.routing.tables import standings as tables
from halfminute_engine.routing import events as engine
from halfminute_engine.routing.queue_rules import AgentChoice
from halfminute_engine.routing.values import (
    AgentId,
    Capacity,
    Presence,
    QueueId,
    Requirement,
    WrapUp,
    WrapUpKind,
)
from halfminute_engine.routing.values import ConversationId as EngineConversationId

SECOND_US: Final = 1_000_000
NO_QUEUE: Final = QueueId("")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a conversation stands that waits, rings, is answered or is being wrapped up."""

    id: ConversationId
    state: State
    queue_id: UUID | None
    agent_id: UUID | None
    channel_kind: str
    queued_at: datetime | None
    # That it was queued with; None of what does not wait.
    priority_credit_seconds: int | None
    # Skill ids, and how well at least; skills that are gone are left out.
    requirements: tuple[tuple[str, int], ...] = ()
    # None of what came to wait before it was kept: then it counts from `queued_at`.
    entered_queue_at: datetime | None = None
    origin_queue_ids: tuple[UUID, ...] = ()
    is_callback: bool = False
    # Whom alone it waits for, and until when.
    target_agent_id: UUID | None = None
    target_until: datetime | None = None
    # Who is asked first, and until when alone.
    preferred_agent_id: UUID | None = None
    preferred_until: datetime | None = None
    # Of an active one: its customer is silent; or has come back, and was not answered.
    is_silent: bool = False
    is_back: bool = False
    # Of one in wrap-up: its agent has asked for more time.
    is_extended: bool = False
    # Who helps in it.
    helper_ids: tuple[UUID, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has it yet."""
        return self.state in ("queued", "offered")

    @property
    def is_direct(self) -> bool:
        """Whether it waits for one agent alone."""
        return self.is_waiting and self.target_agent_id is not None


class Named(NamedTuple):
    """What some events name, and whose rows must be read to understand them."""

    queue_ids: Collection[UUID] = ()
    agent_ids: Collection[UUID] = ()
    conversation_ids: Collection[UUID] = ()
    skill_ids: Collection[UUID] = ()


class Present(NamedTuple):
    """The rows of what some events name; a conversation that is new or closed is left out.

    `waiting`: all that waits in these queues, for when a queue is switched on again. `requiring`:
    all that waits for one who has one of these skills. `lowering`: the queues that lower languages,
    for when a skill has become one.
    """

    queues: Mapping[UUID, Queue] = {}
    agents: Mapping[UUID, AgentAbilities] = {}
    conversations: Mapping[UUID, Standing] = {}
    waiting: Sequence[Standing] = ()
    requiring: Sequence[Standing] = ()
    lowering: Sequence[Queue] = ()
    reserves: Mapping[UUID, SkillReserve] = {}


async def read_present(connection: Connection, named: Named) -> Present:
    """The rows, as they are after everything that was read of the log before."""
    queues = await list_queues(connection, sorted(named.queue_ids)) if named.queue_ids else []
    waiting = (
        await _list(connection, tables.LIST_WAITING, named.queue_ids) if named.queue_ids else []
    )
    agents = await list_abilities(connection, sorted(named.agent_ids)) if named.agent_ids else []
    conversations = (
        await _list(connection, tables.LIST_OF, named.conversation_ids)
        if named.conversation_ids
        else []
    )
    return Present(
        {queue.id: queue for queue in queues},
        {agent.agent_id: agent for agent in agents},
        {standing.id: standing for standing in conversations},
        waiting,
        await _list_requiring(connection, named.skill_ids) if named.skill_ids else [],
        await _list_lowering(connection) if named.skill_ids else [],
        await _map_reserves(connection, named.skill_ids) if named.skill_ids else {},
    )


async def list_found(connection: Connection, conversation_id: ConversationId) -> list[engine.Event]:
    """`conversation_found`, as the conversation stands now; nothing of one that is over."""
    found = await _list(connection, tables.LIST_OF, [conversation_id])
    return [event for standing in found for event in conversation_found(standing)]


async def list_standings(connection: Connection) -> list[Standing]:
    """Every conversation that the router must know, those that wait longest first."""
    return [_standing(row) for row in await connection.fetch(tables.LIST_ALL)]


async def _list(connection: Connection, statement: str, ids: Collection[UUID]) -> list[Standing]:
    return [_standing(row) for row in await connection.fetch(statement, sorted(ids))]


async def _list_requiring(connection: Connection, skill_ids: Collection[UUID]) -> list[Standing]:
    written = sorted(map(str, skill_ids))
    return [_standing(row) for row in await connection.fetch(tables.LIST_REQUIRING, written)]


async def _map_reserves(
    connection: Connection, skill_ids: Collection[UUID]
) -> dict[UUID, SkillReserve]:
    reserves = await list_reserves(connection, skill_ids)
    return {reserve.skill_id: reserve for reserve in reserves}


async def _list_lowering(connection: Connection) -> list[Queue]:
    queue_ids = await list_queues_lowering_language(connection)
    return await list_queues(connection, queue_ids) if queue_ids else []


def _standing(row: asyncpg.Record) -> Standing:
    required = tuple((skill_id, least) for skill_id, least in row["requirements"])
    origins, helpers = tuple(row["origin_queue_ids"]), tuple(row["helper_ids"])
    return Standing(
        **{
            **dict(row),
            "requirements": required,
            "origin_queue_ids": origins,
            "helper_ids": helpers,
        }
    )


def queue_configured(queue: Queue) -> engine.QueueConfigured:
    """What the engine is told of a queue that is switched on.

    Its priority credit is not among it: each conversation brings the credit it was queued with.
    """
    rules = queue.rules
    return engine.QueueConfigured(
        queue_id=QueueId(str(queue.id)),
        offer_timeout_us=queue.offer_timeout_seconds * SECOND_US,
        wrap_up=_wrap_up(queue),
        is_pull_allowed=queue.is_pull_allowed,
        return_wait_us=queue.returns.return_wait_seconds * SECOND_US,
        rings=engine_rings(rules),
        overflow=engine_overflow(rules),
        slope_per_mille=rules.slope_per_mille,
        greatest_wait_us=_us(rules.greatest_wait_seconds),
        agent_choice=AgentChoice(rules.agent_choice),
        keep_after_us=_us(rules.keep_after_seconds),
    )


def agent_configured(agent: AgentAbilities) -> engine.AgentConfigured:
    """What the engine is told of an agent."""
    return engine.AgentConfigured(
        agent_id=AgentId(str(agent.agent_id)),
        queue_ids=tuple(QueueId(str(queue_id)) for queue_id in agent.queue_ids),
        skills=agent.skills,
        capacity=Capacity(
            agent.capacity_units, agent.units_by_kind, agent.interrupts, agent.limits
        ),
    )


def skill_configured(reserve: SkillReserve) -> engine.SkillConfigured:
    """What the engine is told of a skill."""
    return engine.SkillConfigured(
        skill=str(reserve.skill_id),
        idle_reserve=reserve.idle_reserve,
        reserve_wait_us=reserve.reserve_wait_seconds * SECOND_US,
    )


def skill_forgotten(skill_id: str) -> engine.SkillConfigured:
    """What the engine is told of a skill that is no more: nobody is kept back for it."""
    return engine.SkillConfigured(skill=skill_id, idle_reserve=0)


def presence_found(agent: AgentAbilities) -> engine.AgentPresenceChanged:
    """What the engine is told of an agent's presence."""
    return engine.AgentPresenceChanged(AgentId(str(agent.agent_id)), Presence(agent.presence))


def conversation_queued(standing: Standing) -> engine.ConversationQueued:
    """What the engine is told of a conversation that waits."""
    return engine.ConversationQueued(
        conversation_id=EngineConversationId(str(standing.id)),
        queue_id=queue_of(standing),
        channel_kind=standing.channel_kind,
        queued_at_us=to_us(standing.queued_at) if standing.queued_at else 0,
        priority_credit_us=(standing.priority_credit_seconds or 0) * SECOND_US,
        requirements=requirements_of(standing),
        entered_at_us=entered_at_us(standing),
        origin_queue_ids=origins_of(standing),
        is_callback=standing.is_callback,
        preferred_agent_id=preferred_agent(standing),
        preferred_until_us=preferred_until_us(standing),
    )


def conversation_transferred(standing: Standing) -> engine.ConversationTransferred:
    """What the engine is told of a conversation that somebody has had moved to where it waits."""
    target_id, until = standing.target_agent_id, standing.target_until
    return engine.ConversationTransferred(
        conversation_id=EngineConversationId(str(standing.id)),
        queue_id=queue_of(standing),
        transferred_at_us=entered_at_us(standing) or 0,
        requirements=requirements_of(standing),
        target_agent_id=None if target_id is None else AgentId(str(target_id)),
        target_until_us=None if target_id is None or until is None else to_us(until),
    )


def conversation_assigned(standing: Standing) -> engine.ConversationAssigned:
    """What the engine is told of a conversation that somebody has."""
    return engine.ConversationAssigned(
        EngineConversationId(str(standing.id)),
        AgentId(str(standing.agent_id)),
        standing.channel_kind,
    )


def fell_silent(standing: Standing) -> engine.ConversationSilent:
    """What the engine is told of a conversation whose customer is silent."""
    return engine.ConversationSilent(EngineConversationId(str(standing.id)))


def wrap_up_started(standing: Standing) -> engine.ConversationReleased:
    """What the engine is told of a conversation that is being wrapped up."""
    return engine.ConversationReleased(
        EngineConversationId(str(standing.id)),
        AgentId(str(standing.agent_id)),
        needs_wrap_up=True,
        queue_id=queue_of(standing),
    )


def wrap_up_extended(standing: Standing) -> engine.WrapUpExtended:
    """What the engine is told of a wrap-up that takes longer."""
    return engine.WrapUpExtended(
        EngineConversationId(str(standing.id)), AgentId(str(standing.agent_id))
    )


def consult_started(standing: Standing, helper_id: UUID) -> engine.ConsultStarted:
    """What the engine is told of an agent who helps in the conversation."""
    return engine.ConsultStarted(
        EngineConversationId(str(standing.id)), AgentId(str(helper_id)), standing.channel_kind
    )


def conversation_found(standing: Standing) -> list[engine.Event]:
    """What brings an engine that knows nothing of the conversation to where it stands."""
    if standing.is_waiting:
        return [conversation_queued(standing)]
    if standing.state == "wrap_up":
        begun: list[engine.Event] = [conversation_assigned(standing), wrap_up_started(standing)]
        return [*begun, wrap_up_extended(standing)] if standing.is_extended else begun
    told: list[engine.Event] = [conversation_assigned(standing)]
    if standing.is_silent:
        told.append(fell_silent(standing))
    return told + _helped(standing)


def conversation_held(standing: Standing) -> list[engine.Event]:
    """As `conversation_found`, of one that an agent has and that may come back to its queue.

    Its queue and its place there are told too. Only to an engine in which no agent is there yet:
    to another it would be offered. One whose customer is back is silent in this.
    """
    told: list[engine.Event] = [conversation_queued(standing), conversation_assigned(standing)]
    if standing.is_silent or standing.is_back:
        told.append(fell_silent(standing))
    return told + _helped(standing)


def customer_is_back(standing: Standing) -> engine.MessageExchanged:
    """What the engine is told of a silent conversation whose customer has spoken again."""
    return engine.MessageExchanged(EngineConversationId(str(standing.id)), is_by_agent=False)


def _helped(standing: Standing) -> list[engine.Event]:
    return [consult_started(standing, helper_id) for helper_id in standing.helper_ids]


def requirements_of(standing: Standing) -> tuple[Requirement, ...]:
    """What its agent must be able to do, in the engine's words."""
    return tuple(Requirement(skill_id, least) for skill_id, least in standing.requirements)


def entered_at_us(standing: Standing) -> int | None:
    """Since when its rings count, where that is known."""
    return None if standing.entered_queue_at is None else to_us(standing.entered_queue_at)


def origins_of(standing: Standing) -> tuple[QueueId, ...]:
    """The queues that overflowed it until it came to where it is."""
    return tuple(QueueId(str(queue_id)) for queue_id in standing.origin_queue_ids)


def preferred_agent(standing: Standing) -> AgentId | None:
    """Who is asked first, if anybody is."""
    agent_id = standing.preferred_agent_id
    return None if agent_id is None else AgentId(str(agent_id))


def preferred_until_us(standing: Standing) -> int | None:
    """Until when it waits for that agent alone, if it does."""
    return None if standing.preferred_until is None else to_us(standing.preferred_until)


def queue_of(standing: Standing) -> QueueId:
    """Its queue in the engine's words; some conversations never had one."""
    return NO_QUEUE if standing.queue_id is None else QueueId(str(standing.queue_id))


def _us(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * SECOND_US


def _wrap_up(queue: Queue) -> WrapUp:
    if queue.wrap_up == "open":
        return WrapUp(WrapUpKind.OPEN)
    # Whether there is a wrap-up at all is said by the conversation's row. One that was begun under
    # older settings must still end, so it ends at once, by a timer, and not without a command.
    seconds = queue.wrap_up_seconds if queue.wrap_up == "fixed" else 0
    extension_us = queue.wrap_up_extension_seconds * SECOND_US if seconds else 0
    return WrapUp(WrapUpKind.FIXED, max(1, seconds * SECOND_US), extension_us)
