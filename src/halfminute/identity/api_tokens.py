"""Tokens of the organisation's own programs: its site calls with one.

As with sessions, only the SHA-256 of a token is stored: it has 256 random bits, so a slow hash
would add nothing.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from halfminute.identity import tables
from halfminute.identity.permissions import TOKEN_PERMISSIONS, Permission
from halfminute.identity.principals import Principal
from halfminute.identity.sessions import hash_token
from halfminute.identity.types import ApiTokenId
from halfminute.kit.database import Connection, Database
from halfminute.kit.errors import NotSignedIn

# So that people, and programs that look for leaked secrets, know it for what it is.
PREFIX: Final = "hm_"
_TOKEN_BYTES: Final = 32
_LONGEST_TOKEN: Final = 100
_MOST_KNOWN: Final = 1000


class ApiToken(NamedTuple):
    """A token in use, without its secret."""

    id: ApiTokenId
    name: str
    permissions: tuple[Permission, ...]
    created_at: datetime


class ApiTokens:
    """The tokens this process has seen lately, right ones alone."""

    def __init__(self, database: Database, *, trust_seconds: float = 2.5) -> None:
        """`trust_seconds` is how long an answer of the database is believed."""
        self._database = database
        self._trust_seconds = trust_seconds
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    async def get_principal(self, token: str) -> Principal:
        """Whose token it is. Raises NotSignedIn, DatabaseUnavailable."""
        if not token.startswith(PREFIX) or len(token) > _LONGEST_TOKEN:
            raise NotSignedIn
        token_hash = hash_token(token)
        checked_at, principal = self._known.get(token_hash, (0.0, None))
        if principal is not None and time.monotonic() - checked_at < self._trust_seconds:
            return principal
        self._known.pop(token_hash, None)
        async with self._database.connection() as connection:
            row = await connection.fetchrow(tables.FIND_API_TOKEN, token_hash)
        if row is None:
            raise NotSignedIn
        principal = Principal(
            kind="api_token",
            name=row["name"],
            api_token_id=ApiTokenId(row["id"]),
            token_permissions=_permissions(row["permissions"]),
        )
        self._known[token_hash] = (time.monotonic(), principal)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return principal


def read_bearer(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The token of an Authorization header among raw headers, if there is one."""
    for name, value in headers:
        if name.lower() == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                return token.strip()
    return None


def make_api_token() -> str:
    """A token's secret, to be shown once."""
    return PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


async def list_api_tokens(connection: Connection) -> list[ApiToken]:
    """The tokens in use, by name."""
    return [
        ApiToken(
            ApiTokenId(row["id"]),
            row["name"],
            tuple(sorted(_permissions(row["permissions"]))),
            row["created_at"],
        )
        for row in await connection.fetch(tables.LIST_API_TOKENS)
    ]


def _permissions(stored: Iterable[str]) -> frozenset[Permission]:
    """What is stored, as far as a token may have it in this version."""
    return TOKEN_PERMISSIONS.intersection(stored)
