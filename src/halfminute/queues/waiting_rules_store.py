"""How the rules of those who wait in queues are kept, and read."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from halfminute.kit.database import Connection
from halfminute.kit.event_log import Unit
from halfminute.queues import tables
from halfminute.queues.errors import InvalidRequirements
from halfminute.queues.waiting_rules import QueueRing, WaitingRules


async def map_waiting_rules(
    connection: Connection, queue_ids: Collection[UUID]
) -> dict[UUID, WaitingRules]:
    """The rules of those of these queues that are there, as they were configured."""
    rows = await connection.fetch(tables.LIST_RULES, list(queue_ids))
    return {row["id"]: read_waiting_rules(row) for row in rows}


async def list_language_skill_ids(connection: Connection) -> list[UUID]:
    """The skills that are languages."""
    return [row["id"] for row in await connection.fetch(tables.LIST_LANGUAGE_SKILLS)]


async def list_queues_lowering_language(connection: Connection) -> list[UUID]:
    """The queues with a ring that requires the contact's language less well."""
    return [row["id"] for row in await connection.fetch(tables.LIST_LOWERING_LANGUAGE)]


def read_waiting_rules(row: asyncpg.Record) -> WaitingRules:
    """Out of a row with the columns of `tables.LIST_RULES`."""
    found: dict[str, Any] = {name: row[name] for name in WaitingRules.__struct_fields__}
    return msgspec.convert(found, WaitingRules)


def name_languages(rules: WaitingRules, language_ids: Collection[UUID]) -> WaitingRules:
    """The rules with every language named in the rings that lower the contact's language.

    Of what a ring says of a skill and of languages, the lower counts: so rings that widen go on
    widening whichever skill becomes a language.
    """
    rings = tuple(_name_languages(ring, language_ids) for ring in rules.rings)
    return msgspec.structs.replace(rules, rings=rings)


async def replace_waiting_rules(unit: Unit, queue_id: UUID, rules: WaitingRules) -> None:
    """These are the queue's rules, and nothing else. Raises InvalidRequirements."""
    overflow = rules.overflow
    await unit.connection.execute(
        tables.SET_RULES,
        queue_id,
        rules.slope_per_mille,
        rules.greatest_wait_seconds,
        rules.agent_choice,
        rules.keep_after_seconds,
        None if overflow is None else overflow.kind,
        None if overflow is None else overflow.after_seconds,
        None if overflow is None else overflow.queue_id,
        overflow is None or overflow.is_kept,
        {} if overflow is None else overflow.words,
    )
    await unit.connection.execute(tables.DELETE_RINGS, queue_id)
    for ring in rules.rings:
        await _insert_ring(unit, queue_id, ring)


async def _insert_ring(unit: Unit, queue_id: UUID, ring: QueueRing) -> None:
    await unit.connection.execute(
        tables.INSERT_RING,
        queue_id,
        ring.after_seconds,
        ring.least_language_proficiency,
        ring.is_any_agent,
    )
    try:
        await unit.connection.execute(
            tables.INSERT_RING_REQUIREMENTS,
            queue_id,
            ring.after_seconds,
            list(ring.requirements),
            list(ring.requirements.values()),
        )
    except asyncpg.ForeignKeyViolationError as error:
        raise InvalidRequirements from error


def _name_languages(ring: QueueRing, language_ids: Collection[UUID]) -> QueueRing:
    if ring.least_language_proficiency is None:
        return ring
    least, named = ring.least_language_proficiency, ring.requirements
    lowered = {skill_id: min(least, named.get(skill_id, least)) for skill_id in language_ids}
    return msgspec.structs.replace(ring, requirements={**named, **lowered})
