"""Makes the identifiers of rows."""

from __future__ import annotations

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unique, and ordered by the millisecond of its making."""
    return uuid_utils.compat.uuid7()
