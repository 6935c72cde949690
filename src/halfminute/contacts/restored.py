"""What contacts need of a database that was restored from a backup."""

from __future__ import annotations

from halfminute.contacts import tables


def list_statements() -> tuple[str, ...]:
    """Links end: one that was used since the backup would be good for a second press."""
    return (tables.END_OPEN_LINKS,)
