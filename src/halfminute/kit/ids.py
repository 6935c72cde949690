"""Makes the identifiers of rows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unique, and ordered by the millisecond of its making."""
    return uuid_utils.compat.uuid7()


def first_id_at(moment: datetime) -> UUID:
    """What no id of that millisecond is smaller than (RFC 9562, 5.7)."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80))
