"""Brings the engine to where the last router left it, or to where the rows are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import structlog

from halfminute.agents.queries import list_abilities
from halfminute.agents.skills import list_reserves
from halfminute.conversations.transitions import return_to_queue
from halfminute.kit.database import Connection, Database
from halfminute.kit.event_log import Cursor, Unit, log_end
from halfminute.kit.garbage import search_paused
from halfminute.queues.queries import list_queues
from halfminute.routing import journal
from halfminute.routing.offer_events import record_offer_end
from halfminute.routing.present import (
    Standing,
    agent_configured,
    conversation_found,
    conversation_held,
    conversation_transferred,
    customer_is_back,
    list_standings,
    presence_found,
    queue_configured,
    skill_configured,
)
from halfminute.routing.queries import list_pending_offers
from halfminute.routing.tables import offers as tables
from halfminute_engine.routing import events as engine
from halfminute_engine.routing.errors import RoutingError
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.state import RouterState

logger = structlog.get_logger(__name__)


class Recovered(NamedTuple):
    """An engine, and how far it has been told."""

    router: Router
    progress: journal.Progress


async def recover(connection: Connection, domain: str) -> Recovered | None:
    """The newest snapshot and the journal after it; None when they do not lead to the present.

    That is so before the first router has run, after an update of the engine's rules or of its
    state's form, and when a part is lost or spoilt.
    """
    progress = await journal.find_progress(connection, domain)
    if progress is None:
        return None
    snapshot = await journal.find_snapshot(connection, domain, up_to_seq=progress.seq)
    if snapshot is None:
        return None
    try:
        router = await _replay(connection, domain, *snapshot, last_seq=progress.seq)
    except RoutingError as error:
        logger.warning("journal_unreadable", domain=domain, reason=str(error))
        return None
    return None if router is None else Recovered(router, progress)


async def _replay(
    connection: Connection, domain: str, seq: int, packed: bytes, *, last_seq: int
) -> Router | None:
    with search_paused():
        router = Router.restore(journal.unpack(packed))
    async for line in journal.iterate_lines(connection, domain, after_seq=seq):
        if line.rules_version != journal.RULES_VERSION:
            logger.warning("journal_of_other_rules", domain=domain, seq=line.seq)
            return None
        if line.seq != seq + 1:
            break
        seq = line.seq
        router.handle(line.event, line.now_us)
    if seq != last_seq:
        logger.error("journal_has_a_gap", domain=domain, after_seq=seq)
        return None
    return router


async def begin_anew(unit: Unit, domain: str, now_us: int) -> Recovered:
    """An engine that knows nothing yet, for `read_everything` to be told to.

    What rings goes back to its place first, for this engine has not made those offers. Until its
    progress is saved, a router that starts begins anew as well.
    """
    await _stop_ringing(unit)
    connection = unit.connection
    last_number: int = await connection.fetchval(tables.LAST_NUMBER)
    router = Router(RouterState(last_offer_number=last_number))
    seq = await journal.get_last_seq(connection, domain) + 1
    await journal.forget_progress(connection, domain)
    cursor = Cursor(0, 0)
    packed = journal.pack(router.snapshot())
    await journal.save_snapshot(connection, domain, packed, seq=seq)
    return Recovered(router, journal.Progress(cursor, seq, now_us))


async def read_everything(database: Database) -> tuple[list[engine.Event], Cursor]:
    """What all queues, agents and conversations are, and after what of the log they are so."""
    async with database.transaction(isolation="repeatable_read") as connection:
        cursor = await log_end(connection)
        agents = await list_abilities(connection)
        queues = [queue for queue in await list_queues(connection) if queue.is_enabled]
        facts: list[engine.Event] = [queue_configured(queue) for queue in queues]
        facts += [skill_configured(reserve) for reserve in await list_reserves(connection)]
        facts += [agent_configured(agent) for agent in agents]
        standings = await list_standings(connection)
    hushes: dict[UUID | None, bool] = {
        queue.id: queue.returns.silence_seconds is not None for queue in queues
    }
    for standing in standings:
        may_return = _may_return(standing, hushes)
        facts += (conversation_held if may_return else conversation_found)(standing)
    # Late, so that the first offers are made with everything known; and whose customer is back
    # waits for an agent who is there.
    facts += [presence_found(agent) for agent in agents if agent.presence != "offline"]
    facts += [
        customer_is_back(standing)
        for standing in standings
        if standing.is_back and _may_return(standing, hushes)
    ]
    # Who waits for one agent alone must find that agent there.
    facts += [conversation_transferred(each) for each in standings if each.is_direct]
    return facts, cursor


def _may_return(standing: Standing, hushes: Mapping[UUID | None, bool]) -> bool:
    """Whether it may be given back to its queue; `hushes`: whether conversations fall silent there.

    Also where they do so no more, and this one is silent yet.
    """
    if standing.state != "active" or standing.queue_id not in hushes:
        return False
    return hushes[standing.queue_id] or standing.is_silent or standing.is_back


async def _stop_ringing(unit: Unit) -> None:
    for offer in await list_pending_offers(unit.connection):
        await return_to_queue(
            unit,
            offer.conversation_id,
            offer_id=offer.id,
            agent_id=offer.agent_id,
            reason="superseded",
        )
        ended = await unit.connection.fetchval(tables.END, offer.id, "withdrawn", "superseded")
        if ended is not None:
            record_offer_end(unit, offer, "withdrawn", "superseded")
