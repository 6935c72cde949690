"""A file of changes: what of queues, agents and skills would be different.

    [queue."Support"]
    offer_timeout_seconds = 15
    requirements = { "Roaming" = 2 }
    agents = ["ira@example.org", "leo@example.org"]

    [[queue."Support".rules.rings]]
    after_seconds = 30
    requirements = { "Roaming" = 0 }

    [agent."ira@example.org"]
    capacity_units = 100
    skills = { "Roaming" = 3 }
    queues = ["Support"]

    [skill."English"]
    idle_reserve = 2

What a table does not say stays as it is; what it says of `requirements`, `rules`, `skills`,
`agents` and `queues` is all of them. Things go by their names, agents by their addresses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec

from halfminute.agents.details import list_agent_details
from halfminute.agents.schemas import AgentDetails, AgentSettings, SkillSettings
from halfminute.agents.types import AgentAbilities, SkillReserve
from halfminute.kit.database import Connection
from halfminute.queues.schemas import QueueSettings
from halfminute.workforce.errors import UnreadableChanges
from halfminute.workforce.replay.setup import Setup

S = TypeVar("S", bound=msgspec.Struct)
V = TypeVar("V")

_TABLES: Final = ("queue", "agent", "skill")


def read_changes(place: Path) -> dict[str, Any]:
    """The document of the file. Raises UnreadableChanges."""
    try:
        document = tomllib.loads(place.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableChanges(f"{place}: {error}") from error
    return document


async def apply_changes(connection: Connection, setup: Setup, document: Mapping[str, Any]) -> Setup:
    """All as it would be. Raises UnreadableChanges, and what queues refuse."""
    unknown = sorted(set(document) - set(_TABLES))
    if unknown or not any(document.get(table) for table in _TABLES):
        named = f"there is no table {unknown[0]!r}" if unknown else "it changes nothing"
        raise UnreadableChanges(f"The changes: {named}; there are: queue, agent, skill.")
    changer = _Changer(setup, await list_agent_details(connection))
    for table, change in (
        ("agent", changer.change_agent),
        ("skill", changer.change_skill),
        ("queue", changer.change_queue),
    ):
        for name, values in _table(document.get(table, {}), table).items():
            change(name, dict(_table(values, f"{table}.{name}")))
    return changer.setup


class _Changer:
    """Changes one thing after another."""

    def __init__(self, setup: Setup, agents: list[AgentDetails]) -> None:
        self.setup = setup
        self._queue_ids = {queue.name: queue_id for queue_id, queue in setup.queues.items()}
        self._skill_ids = {name: skill_id for skill_id, name in setup.skill_names.items()}
        self._agents = {agent.email: agent for agent in agents if agent.is_agent}
        self._agent_ids = {email: agent.id for email, agent in self._agents.items()}

    def change_queue(self, name: str, values: dict[str, Any]) -> None:
        path = f"queue.{name}"
        queue_id = _find(self._queue_ids, name, path, "queue")
        emails = values.pop("agents", None)
        present = {
            each: getattr(self.setup.details[queue_id], each)
            for each in QueueSettings.__struct_fields__
        }
        given = {**values, **self._rules(values, path)}
        if "requirements" in values:
            given["requirements"] = self._levels(values["requirements"], f"{path}.requirements")
        settings = _convert(msgspec.to_builtins(present) | given, QueueSettings, path)
        members = None
        if emails is not None:
            members = [_find(self._agent_ids, e, f"{path}.agents", "agent") for e in emails]
        self.setup = self.setup.with_queue(queue_id, settings, members)

    def change_agent(self, email: str, values: dict[str, Any]) -> None:
        path = f"agent.{email}"
        agent = _find(self._agents, email, path, "agent")
        names = values.pop("queues", None)
        present = {each: getattr(agent, each) for each in AgentSettings.__struct_fields__}
        settings = _convert(msgspec.to_builtins(present) | values, AgentSettings, path)
        skills = sorted(
            (str(_find(self._skill_ids, skill, f"{path}.skills", "skill")), level)
            for skill, level in settings.skills.items()
        )
        now = self.setup.agents[agent.id]
        queue_ids = now.queue_ids
        if names is not None:
            found = {_find(self._queue_ids, n, f"{path}.queues", "queue") for n in names}
            queue_ids = tuple(sorted(found))
        self.setup = self.setup.with_agent(_abilities(now, settings, tuple(skills), queue_ids))

    def change_skill(self, name: str, values: dict[str, Any]) -> None:
        path = f"skill.{name}"
        skill_id = _find(self._skill_ids, name, path, "skill")
        for refused in sorted(set(values) - {"idle_reserve", "reserve_wait_seconds"}):
            raise UnreadableChanges(f"{path}: {refused} cannot be tried.", field=path)
        known = self.setup.reserves.get(skill_id)
        present = {} if known is None else msgspec.to_builtins(known)
        present.pop("skill_id", None)
        settings = _convert({"name": name} | present | values, SkillSettings, path)
        self.setup = self.setup.with_reserve(
            SkillReserve(
                skill_id=skill_id,  # type: ignore[arg-type]
                idle_reserve=settings.idle_reserve,
                reserve_wait_seconds=settings.reserve_wait_seconds,
            )
        )

    def _rules(self, values: Mapping[str, Any], path: str) -> dict[str, Any]:
        """The rules with names in the place of ids, where there are any."""
        if "rules" not in values:
            return {}
        rules = dict(_table(values["rules"], f"{path}.rules"))
        rings = [dict(_table(ring, f"{path}.rules.rings")) for ring in rules.get("rings", [])]
        for number, ring in enumerate(rings):
            place = f"{path}.rules.rings[{number}].requirements"
            ring["requirements"] = self._levels(ring.get("requirements", {}), place)
        if rings:
            rules["rings"] = rings
        if "overflow" in rules:
            overflow = dict(_table(rules["overflow"], f"{path}.rules.overflow"))
            if "queue" in overflow:
                place = f"{path}.rules.overflow.queue"
                found = _find(self._queue_ids, overflow.pop("queue"), place, "queue")
                overflow["queue_id"] = str(found)
            rules["overflow"] = overflow
        return {"rules": rules}

    def _levels(self, levels: Any, path: str) -> dict[str, Any]:
        return {
            str(_find(self._skill_ids, name, path, "skill")): level
            for name, level in _table(levels, path).items()
        }


def _abilities(
    agent: AgentAbilities,
    settings: AgentSettings,
    skills: tuple[tuple[str, int], ...],
    queue_ids: tuple[UUID, ...],
) -> AgentAbilities:
    return msgspec.structs.replace(
        agent,
        queue_ids=queue_ids,
        skills=skills,
        capacity_units=settings.capacity_units,
        units_by_kind=tuple(sorted(settings.units_by_kind.items())),
        interrupts=tuple(sorted((k, tuple(v)) for k, v in settings.interrupts.items())),
        limits=tuple(sorted(settings.limits.items())),
    )


def _find(known: Mapping[str, V], name: Any, path: str, what: str) -> V:
    if not isinstance(name, str) or name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise UnreadableChanges(f"{path}: there is no {what} {name!r}; there are: {there}.")
    return known[name]


def _table(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UnreadableChanges(f"{path}: must be a table.")
    return value


def _convert(document: dict[str, Any], kind: type[S], path: str) -> S:
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise UnreadableChanges(f"{path}: {error}") from error
