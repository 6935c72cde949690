"""What routing needs of a database that was restored from a backup."""

from __future__ import annotations

from halfminute.routing.tables import journal, leases


def list_statements() -> tuple[str, ...]:
    """The next router begins anew from the rows: it also puts back what rang at the old one."""
    return (journal.FORGET_CURSORS, leases.END_LEASES)
