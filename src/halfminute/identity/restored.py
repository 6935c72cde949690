"""What identity needs of a database that was restored from a backup."""

from __future__ import annotations

from halfminute.identity import tables


def list_statements() -> tuple[str, ...]:
    """Everybody signs in again, and programs get new tokens."""
    return (tables.REVOKE_ALL_SESSIONS, tables.REVOKE_ALL_API_TOKENS)
