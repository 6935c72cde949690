"""Limits how often somebody may guess a password.

An attempt counts as failed before the password is looked at, and is taken back when it was right:
so a thousand guesses at once get no further than a thousand in a row.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final, NamedTuple

from halfminute.identity import tables
from halfminute.kit.database import Connection, Database
from halfminute.kit.errors import TooManyRequests

WINDOW_SECONDS: Final = 15 * 60.0
FAILURES_PER_EMAIL: Final = 10
# A whole office may sit behind one address.
FAILURES_PER_IP: Final = 50


class TooManyLogins(TooManyRequests):
    """Too many failed attempts to sign in: wait before the next one."""

    code = "too_many_logins"


class Attempt(NamedTuple):
    """An attempt under way, so far counted as failed."""

    email_subject: str
    counted: tuple[tuple[str, datetime], ...]


async def begin_attempt(database: Database, email: str, ip: str | None) -> Attempt:
    """Count an attempt. Raises TooManyLogins with the seconds until the next is allowed."""
    email_subject = f"email:{email.strip().lower()}"
    limits = {email_subject: FAILURES_PER_EMAIL}
    if ip is not None:
        limits[f"ip:{ip}"] = FAILURES_PER_IP
    async with database.transaction() as connection:
        for subject in sorted(limits):
            await connection.execute(tables.LOCK_SUBJECT, subject)
            await _check_limit(connection, subject, limits[subject])
        rows = await connection.fetch(tables.INSERT_FAILURE, list(limits))
    return Attempt(email_subject, tuple((row["subject"], row["at"]) for row in rows))


async def forgive_attempt(connection: Connection, attempt: Attempt) -> None:
    """The password was right: forget this attempt, and the earlier ones for the same e-mail."""
    for subject, at in attempt.counted:
        if subject == attempt.email_subject:
            await connection.execute(tables.DELETE_FAILURES, subject)
        else:
            await connection.execute(tables.DELETE_FAILURE, subject, at)


async def _check_limit(connection: Connection, subject: str, limit: int) -> None:
    (row,) = await connection.fetch(tables.COUNT_FAILURES, subject, WINDOW_SECONDS, limit)
    if row["failures"] >= limit:
        raise TooManyLogins(retry_after_seconds=max(1, math.ceil(row["seconds_left"])))
