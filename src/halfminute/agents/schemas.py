"""What agents look like on the wire."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.agents.capacity import DEFAULT_CAPACITY_UNITS
from halfminute.agents.types import AgentId, Presence, SkillId
from halfminute.kit.text import STORABLE, STORABLE_NAME
from halfminute.kit.time import Moment

Units = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Proficiency = Annotated[int, msgspec.Meta(ge=1, le=5)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=STORABLE_NAME)]
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
    differs from the usual. `limits`: how many of a kind at once at the most, whatever room there
    is. `interrupts`: by a kind, those in which one of it may interrupt the agent: what the agent
    has of these is not counted while room is sought for it. `skills`: proficiency 1-5 by the
    skill's name; new names become skills.
    """

    team: Name | None = None
    capacity_units: Units = DEFAULT_CAPACITY_UNITS
    units_by_kind: dict[Name, Units] = {}
    limits: dict[Name, Annotated[int, msgspec.Meta(ge=1, le=100)]] = {}
    interrupts: dict[Name, list[Name]] = {}
    skills: dict[Name, Proficiency] = {}


class AgentChange(AgentSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent is to be, and which queues it is to serve.

    `queue_ids`: all of them; None leaves them as they are. `revision`: of what the caller has seen;
    None changes whatever is there.
    """

    queue_ids: list[UUID] | None = None
    revision: Annotated[str, msgspec.Meta(max_length=32, pattern="^[0-9a-f]*$")] | None = None

    @property
    def settings(self) -> AgentSettings:
        """What is configured of the agent itself."""
        fields = AgentSettings.__struct_fields__
        return AgentSettings(**{name: getattr(self, name) for name in fields})


class AgentDetails(AgentSettings, frozen=True, kw_only=True):
    """A user as who configures agents sees them.

    `is_agent`: False of a user who has not been configured as one; saving makes them one.
    `units_by_kind` has every kind that is known here. `revision`: a word that is another one as
    soon as settings or queues are.
    """

    id: AgentId
    name: str
    email: str
    is_agent: bool
    team_id: UUID | None
    presence: Presence
    queue_ids: list[UUID]
    revision: str


class SkillView(msgspec.Struct, frozen=True, kw_only=True):
    """A skill, and how many agents have it. `language`: which one it is, where it is one."""

    id: SkillId
    name: str
    language: str | None
    idle_reserve: int
    reserve_wait_seconds: int
    agent_count: int


class SkillSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is configured of a skill. `language`: its code where it is one (ISO 639).

    `idle_reserve`: so many idle agents who have it are kept back from what does not require it,
    until that has waited for `reserve_wait_seconds`; 0: none are.
    """

    name: Name
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")] | None = None
    idle_reserve: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    reserve_wait_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 30
