"""Tokens for those who are no users: the holder may see one conversation, for a while.

JSON Web Tokens (RFC 7519) with one algorithm, HS256, pinned (RFC 8725, 3.1), under a key derived
from the installation's secret key, for one audience.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from halfminute.identity import tables
from halfminute.identity.errors import WrongToken
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now

CONVERSATION_AUDIENCE: Final = "halfminute:conversation"
# A ticket is fetched to be used at once; the socket it opens may stay open for much longer.
TICKET_SECONDS: Final = 60
SOCKET_SECONDS: Final = 3600
_ALGORITHM = "HS256"
_LONGEST_TOKEN = 2048


class ReadToken(NamedTuple):
    """What a valid token says."""

    id: UUID
    principal: Principal
    expires_at: datetime
    # Whether it opens one socket, which may stay open for `SOCKET_SECONDS`.
    is_ticket: bool


class Tokens:
    """Issues and reads the tokens of this installation, and knows which were revoked."""

    def __init__(self, secret_key: bytes) -> None:
        """`secret_key` is the installation's key of 32 bytes; tokens get one derived from it."""
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"conversation tokens")
        self._key = derivation.derive(secret_key)
        self._revoked: frozenset[UUID] = frozenset()

    def issue_conversation_token(
        self, conversation_id: UUID, name: str, *, seconds: float = 3600.0
    ) -> str:
        """A token for the contact in this conversation, valid for `seconds`."""
        return self._issue(conversation_id, name, seconds, {})

    def issue_ticket(self, conversation_id: UUID) -> str:
        """A token that opens one socket, within `TICKET_SECONDS`."""
        return self._issue(conversation_id, "", TICKET_SECONDS, {"once": True})

    def _issue(
        self, conversation_id: UUID, name: str, seconds: float, more: Mapping[str, object]
    ) -> str:
        claims = {
            "aud": CONVERSATION_AUDIENCE,
            "sub": str(conversation_id),
            "name": name,
            "jti": str(new_id()),
            "exp": utc_now() + timedelta(seconds=seconds),
            **more,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def read_conversation_token(self, token: str) -> ReadToken:
        """What the token says. Raises WrongToken if it is forged, expired, revoked or not ours."""
        if len(token) > _LONGEST_TOKEN:
            raise WrongToken
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=CONVERSATION_AUDIENCE,
                options={"require": ["aud", "exp", "jti", "sub"]},
            )
            read = _read(claims)
        except (jwt.InvalidTokenError, ValueError) as error:
            raise WrongToken from error
        if self.is_revoked(read.id):
            raise WrongToken
        return read

    def is_revoked(self, token_id: UUID) -> bool:
        """Whether the token was revoked, as far as `refresh` has told."""
        return token_id in self._revoked

    async def refresh(self, database: Database) -> None:
        """Learn which tokens were revoked; every process calls it every few seconds."""
        async with database.connection() as connection:
            rows = await connection.fetch(tables.LIST_REVOKED_TOKENS)
        self._revoked = frozenset(row["id"] for row in rows)


async def revoke_token(unit: Unit, token: ReadToken) -> None:
    """End a token before its time, within a few seconds also on open sockets."""
    await unit.connection.execute(tables.REVOKE_TOKEN, token.id, token.expires_at)


def _read(claims: dict[str, object]) -> ReadToken:
    expires_at = datetime.fromtimestamp(float(str(claims["exp"])), tz=UTC)
    principal = Principal(
        kind="conversation",
        name=str(claims.get("name", "")),
        conversation_id=UUID(str(claims["sub"])),
    )
    is_ticket = claims.get("once") is True
    return ReadToken(UUID(str(claims["jti"])), principal, expires_at, is_ticket)
