"""What agents look like on the wire."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.agents.capacity import DEFAULT_CAPACITY_UNITS
from halfminute.agents.types import AgentId, Presence
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment

Units = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Proficiency = Annotated[int, msgspec.Meta(ge=1, le=5)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=STORABLE)]
Reason = Annotated[str, msgspec.Meta(max_length=100, pattern=STORABLE)]


class AgentView(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as screens show it. `load_units` of `capacity_units` are taken."""

    id: AgentId
    name: str
    team_id: UUID | None
    presence: Presence
    presence_reason: str
    presence_changed_at: Moment
    capacity_units: int
    load_units: int
    queue_ids: list[UUID]


class PresenceChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The presence that is to be."""

    presence: Presence
    reason: Reason = ""


class AgentSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is configured of an agent; what is left out takes its default.

    `units_by_kind`: how much of `capacity_units` one conversation of a channel kind takes, where it
    differs from the usual. `skills`: proficiency 1-5 by the skill's name; new names become skills.
    """

    team: Name | None = None
    capacity_units: Units = DEFAULT_CAPACITY_UNITS
    units_by_kind: dict[Name, Units] = {}
    skills: dict[Name, Proficiency] = {}
