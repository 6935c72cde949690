"""What delivery needs of a database that was restored from a backup."""

from __future__ import annotations

from halfminute.conversations.tables import delivery as tables


def list_statements() -> tuple[str, ...]:
    """What waited to be sent becomes `unknown`: it is shown as such and never sent by itself."""
    return (tables.BEGIN_ALL_ATTEMPTS,)
