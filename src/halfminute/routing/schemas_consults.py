"""What it takes to ask a colleague."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec

from halfminute.conversations.texts import NOTE_LIMIT
from halfminute.kit.text import STORABLE


class NewConsult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to ask, and what; `client_id` is of the screen's own making, once a question."""

    client_id: UUID
    agent_id: UUID
    note: Annotated[str, msgspec.Meta(max_length=NOTE_LIMIT, pattern=STORABLE)] = ""
