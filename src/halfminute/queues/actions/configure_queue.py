"""Creates a queue, or changes all of its settings."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import asyncpg
import msgspec

from halfminute.identity.access import Facts, require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.kit.ids import new_id
from halfminute.queues import tables
from halfminute.queues.details import get_queue_details
from halfminute.queues.errors import (
    CalendarNotFound,
    InvalidQueueRules,
    QueueChanged,
    QueueNameTaken,
    QueueNotFound,
)
from halfminute.queues.membership import replace_agents
from halfminute.queues.requirements import replace_requirements
from halfminute.queues.return_rules_store import replace_return_rules
from halfminute.queues.schemas import QueueDetails, QueueSettings
from halfminute.queues.waiting_rules import WaitingRules
from halfminute.queues.waiting_rules_checks import find_problems, find_problems_together
from halfminute.queues.waiting_rules_store import (
    list_language_skill_ids,
    map_waiting_rules,
    name_languages,
    replace_waiting_rules,
)


async def configure_queue(
    log: EventLog,
    principal: Principal,
    settings: QueueSettings,
    *,
    queue_id: UUID | None = None,
    agent_ids: Collection[UUID] | None = None,
    revision: str | None = None,
) -> QueueDetails:
    """Create it (`queue_id` None) or change it; a queue switched off offers nothing any more.

    `agent_ids` are all who serve it, None leaves them. With the `revision` of what was read it is
    changed only as long as it is still so. Raises QueueNotFound, QueueNameTaken, QueueChanged,
    InvalidQueueAgents, InvalidRequirements, InvalidQueueRules, CalendarNotFound.
    """
    require(principal, "queue.configure", Facts(queue_id=queue_id))
    settings = msgspec.structs.replace(settings, name=" ".join(settings.name.split()))
    async with log.write() as unit:
        await unit.connection.execute(tables.LOCK_ALL)
        if queue_id is not None:
            await _expect(unit, queue_id, revision)
        statement = tables.INSERT if queue_id is None else tables.UPDATE
        queue_id = queue_id or new_id()
        await _store(unit, statement, queue_id, settings)
        await _require_sound(unit, queue_id)
        unit.record("QueueConfigured", {"queue_id": str(queue_id)}, stream_name("queue", queue_id))
        told = msgspec.to_builtins(settings)
        if agent_ids is not None:
            await replace_agents(unit, queue_id, agent_ids)
            told["agent_ids"] = sorted(str(agent_id) for agent_id in set(agent_ids))
        await record_audit(unit, principal, "configure_queue", "queue", queue_id, told)
        return await get_queue_details(unit.connection, queue_id)


async def _expect(unit: Unit, queue_id: UUID, revision: str | None) -> None:
    if await unit.connection.fetchval(tables.LOCK, queue_id) is None:
        raise QueueNotFound
    if revision is None:
        return
    present = await get_queue_details(unit.connection, queue_id)
    if present.revision != revision:
        raise QueueChanged


async def _store(unit: Unit, statement: str, queue_id: UUID, settings: QueueSettings) -> None:
    try:
        await unit.connection.execute(
            statement,
            queue_id,
            settings.name,
            settings.priority_credit_seconds,
            settings.offer_timeout_seconds,
            settings.wrap_up,
            settings.wrap_up_seconds,
            settings.target_seconds,
            settings.is_pull_allowed,
            settings.is_enabled,
            settings.least_language_proficiency,
            settings.calendar_id,
            settings.closed_action,
            settings.closed_words,
            settings.wrap_up_extension_seconds,
        )
    except asyncpg.UniqueViolationError as error:
        raise QueueNameTaken from error
    except asyncpg.ForeignKeyViolationError as error:
        raise CalendarNotFound from error
    await replace_requirements(unit, queue_id, settings.requirements)
    await replace_return_rules(unit, queue_id, settings.returns)
    await _store_waiting_rules(unit, queue_id, settings.rules)


async def _store_waiting_rules(unit: Unit, queue_id: UUID, rules: WaitingRules) -> None:
    """Also of a queue that is off: switched on, it is to be well."""
    problems = find_problems(rules, queue_id)
    if problems:
        raise InvalidQueueRules(problems=problems)
    try:
        await replace_waiting_rules(unit, queue_id, rules)
    except asyncpg.ForeignKeyViolationError as error:
        raise InvalidQueueRules(problems={"overflow.queue_id": "target_unknown"}) from error


async def _require_sound(unit: Unit, queue_id: UUID) -> None:
    """All queues that are on fit together, as they stand now. Raises InvalidQueueRules."""
    rows = await unit.connection.fetch(tables.LIST_ENABLED)
    names = {row["id"]: row["name"] for row in rows}
    language_ids = await list_language_skill_ids(unit.connection)
    together = {
        each: name_languages(found, language_ids)
        for each, found in (await map_waiting_rules(unit.connection, list(names))).items()
    }
    problems, other = find_problems_together(together, queue_id)
    if problems:
        raise InvalidQueueRules(
            problems=problems, queue_name=None if other is None else names[other]
        )
