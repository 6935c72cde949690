"""Knows who holds a session's token, asking the database no more than every few seconds.

Only the SHA-256 of a token is stored: it has 256 random bits, so a slow hash would add nothing.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from typing import Final, NamedTuple

import asyncpg
import msgspec

from halfminute.identity import tables
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import SessionId, UserId
from halfminute.kit.database import Database
from halfminute.kit.errors import NotSignedIn

COOKIE: Final = "halfminute_session"
# The topic that is rung when a session or a role changed.
IDENTITY_TOPIC: Final = "identity"
IDLE_SECONDS: Final = 12 * 3600.0
LONGEST_SECONDS: Final = 7 * 24 * 3600.0
_TOKEN_BYTES = 32
_MOST_KNOWN = 10_000


class _Known(NamedTuple):
    principal: Principal
    checked_at: float


class Sessions:
    """The sessions this process has seen lately."""

    def __init__(self, database: Database, *, trust_seconds: float = 2.5) -> None:
        """`trust_seconds` is how long an answer of the database is believed."""
        self._database = database
        self._trust_seconds = trust_seconds
        self._known: dict[bytes, _Known] = {}
        self._hashes: dict[SessionId, bytes] = {}

    async def get_principal(self, token: str) -> Principal:
        """Who holds the token. Raises NotSignedIn, DatabaseUnavailable."""
        token_hash = hash_token(token)
        known = self._known.get(token_hash)
        if known is not None and time.monotonic() - known.checked_at < self._trust_seconds:
            return known.principal
        principal = await self._look_up(token_hash)
        if principal is None:
            self._forget_hash(token_hash)
            raise NotSignedIn
        self._remember(token_hash, principal)
        return principal

    async def check(self, session_ids: Iterable[SessionId]) -> dict[SessionId, Principal]:
        """Who holds these sessions now, in one query; those that ended are missing."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(tables.LIST_SESSIONS, list(session_ids))
            due = [row["session_id"] for row in rows if row["is_touch_due"]]
            if due:
                await connection.execute(tables.TOUCH_SESSIONS, due, IDLE_SECONDS, LONGEST_SECONDS)
        found = {SessionId(row["session_id"]): _principal(row) for row in rows}
        self._note(session_ids, found)
        return found

    def forget(self, session_ids: Iterable[SessionId] | None = None) -> None:
        """Ask the database again at the next request; of all sessions when none are named."""
        if session_ids is None:
            self._known.clear()
            self._hashes.clear()
            return
        for session_id in session_ids:
            if (token_hash := self._hashes.get(session_id)) is not None:
                self._forget_hash(token_hash)

    async def _look_up(self, token_hash: bytes) -> Principal | None:
        async with self._database.connection() as connection:
            row = await connection.fetchrow(tables.FIND_SESSION, token_hash)
            if row is not None and row["is_touch_due"]:
                await connection.execute(
                    tables.TOUCH_SESSIONS, [row["session_id"]], IDLE_SECONDS, LONGEST_SECONDS
                )
        return _principal(row) if row is not None else None

    def _note(self, asked: Iterable[SessionId], found: dict[SessionId, Principal]) -> None:
        for session_id in asked:
            token_hash = self._hashes.get(session_id)
            if token_hash is None:
                continue
            if session_id in found:
                self._remember(token_hash, found[session_id])
            else:
                self._forget_hash(token_hash)

    def _remember(self, token_hash: bytes, principal: Principal) -> None:
        self._known.pop(token_hash, None)
        self._known[token_hash] = _Known(principal, time.monotonic())
        if principal.session_id is not None:
            self._hashes[principal.session_id] = token_hash
        if len(self._known) > _MOST_KNOWN:
            self._forget_hash(next(iter(self._known)))

    def _forget_hash(self, token_hash: bytes) -> None:
        known = self._known.pop(token_hash, None)
        if known is not None and known.principal.session_id is not None:
            self._hashes.pop(known.principal.session_id, None)


def make_token() -> str:
    """A session's token: 256 random bits, for the cookie alone."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """What of a token is stored."""
    return hashlib.sha256(token.encode()).digest()


def _principal(row: asyncpg.Record) -> Principal:
    return Principal(
        kind="user",
        name=row["name"],
        user_id=UserId(row["user_id"]),
        session_id=SessionId(row["session_id"]),
        email=row["email"],
        language=row["language"],
        grants=tuple(msgspec.convert(grant, Grant) for grant in row["grants"]),
    )
