"""What queues look like on the wire."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.agents.schemas import Proficiency
from halfminute.kit.text import STORABLE_NAME
from halfminute.kit.time import Moment
from halfminute.queues.return_rules import ReturnRules
from halfminute.queues.types import ClosedAction, QueueId, WrapUp
from halfminute.queues.waiting_rules import WaitingRules
from halfminute.queues.words import Language, Words

Requirements = dict[UUID, Proficiency]
Revision = Annotated[str, msgspec.Meta(max_length=32, pattern="^[0-9a-f]*$")]


class QueueView(msgspec.Struct, frozen=True, kw_only=True):
    """A queue as screens show it. `waiting_count` includes what rings at an agent just now."""

    id: QueueId
    name: str
    target_seconds: int
    offer_timeout_seconds: int
    wrap_up: WrapUp
    wrap_up_seconds: int
    is_pull_allowed: bool
    waiting_count: int
    longest_waiting_since: Moment | None = None


class QueueSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is configured of a queue; what is left out takes its default.

    `target_seconds`: how soon a first reply is promised. `requirements`: skills, by their ids, that
    an agent must have for its conversations, and how well at least. `least_language_proficiency`:
    how well the contact's language, where one of the queue's agents speaks it so well; None where
    any agent will do. `calendar_id`: when it is open; None: always. `closed_words`: what a contact
    is told while it is closed, by language; `{opens}` in it becomes when it opens. `rules`: what it
    does for those who wait. `returns`: what it does for those who come back.
    `wrap_up_extension_seconds`: by how much an agent may lengthen a fixed wrap-up, once. The ranges
    are those of the table.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=STORABLE_NAME)]
    priority_credit_seconds: Annotated[int, msgspec.Meta(ge=-86_400, le=86_400)] = 0
    offer_timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=600)] = 20
    wrap_up: WrapUp = "fixed"
    wrap_up_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 30
    target_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 30
    is_pull_allowed: bool = True
    is_enabled: bool = True
    requirements: Requirements = {}
    least_language_proficiency: Proficiency | None = None
    calendar_id: UUID | None = None
    closed_action: ClosedAction = "wait"
    closed_words: dict[Language, Words] = {}
    rules: WaitingRules = WaitingRules()
    returns: ReturnRules = ReturnRules()
    wrap_up_extension_seconds: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0


class QueueChange(QueueSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a queue is to be, and who is to serve it.

    `agent_ids`: all of them; None leaves them as they are. `revision`: of what the caller has seen;
    None changes whatever is there.
    """

    agent_ids: list[UUID] | None = None
    revision: Revision | None = None

    @property
    def settings(self) -> QueueSettings:
        """What is configured of the queue itself."""
        fields = QueueSettings.__struct_fields__
        return QueueSettings(**{name: getattr(self, name) for name in fields})


class QueueDetails(QueueSettings, frozen=True, kw_only=True):
    """A queue as who configures it sees it, switched on or off.

    `account_names`: the channel accounts whose conversations wait here. `revision`: a word that is
    another one as soon as settings or agents are.
    """

    id: QueueId
    agent_ids: list[UUID]
    account_names: list[str]
    waiting_count: int
    longest_waiting_since: Moment | None
    revision: str


class QueueAgents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who serves the queue: all of them."""

    agent_ids: list[UUID]


class AccountRequirements(msgspec.Struct, frozen=True, kw_only=True):
    """What conversations that come from a channel account require, beside what their queue does.

    `revision`: a word that is another one as soon as the requirements are.
    """

    requirements: Requirements
    revision: str


class AccountRequirementsChange(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True
):
    """What they are to require. `revision`: of what the caller has seen; None: whatever it was."""

    requirements: Requirements
    revision: Revision | None = None
