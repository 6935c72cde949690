"""Tokens for those who are no users: the holder may see one conversation, for a while.

JSON Web Tokens (RFC 7519) with one algorithm, HS256, pinned (RFC 8725, 3.1), under a key derived
from the installation's secret key, for one audience. Tickets have a shorter form (`ticket_seal`).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from halfminute.identity import tables
from halfminute.identity.errors import WrongToken
from halfminute.identity.principals import Principal
from halfminute.identity.ticket_seal import Ticket, TicketSeal
from halfminute.kit.database import Database
from halfminute.kit.event_log import Unit
from halfminute.kit.ids import new_id
from halfminute.kit.time import utc_now

CONVERSATION_AUDIENCE: Final = "halfminute:conversation"
# A ticket is fetched to be used at once; the socket it opens may stay open for much longer.
TICKET_SECONDS: Final = 60
SOCKET_SECONDS: Final = 3600
# Given when a socket opens, for the next one: good as long as the socket, and a ticket's time more.
COME_BACK_SECONDS: Final = SOCKET_SECONDS + TICKET_SECONDS
_ALGORITHM = "HS256"
_LONGEST_TOKEN = 2048


class ReadToken(NamedTuple):
    """What a valid token says."""

    id: UUID
    principal: Principal
    expires_at: datetime
    # Whether it opens one socket, which may stay open for `SOCKET_SECONDS`.
    is_ticket: bool
    # Of a ticket: who fetched it, as a feature names them.
    holder: str = ""
    # Of a come-back ticket: the origin whose pages alone may show it.
    origin: str | None = None


class Tokens:
    """Issues and reads the tokens of this installation, and knows which were revoked."""

    def __init__(self, secret_key: bytes) -> None:
        """`secret_key` is the installation's key of 32 bytes; tokens get one derived from it."""
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"conversation tokens")
        self._key = derivation.derive(secret_key)
        self._seal = TicketSeal(secret_key)
        self._revoked: frozenset[UUID] = frozenset()

    def issue_conversation_token(
        self, conversation_id: UUID, name: str, *, seconds: float = 3600.0
    ) -> str:
        """A token for the contact in this conversation, valid for `seconds`."""
        claims = {
            "aud": CONVERSATION_AUDIENCE,
            "sub": str(conversation_id),
            "name": name,
            "jti": str(new_id()),
            "exp": utc_now() + timedelta(seconds=seconds),
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def issue_ticket(self, conversation_id: UUID, holder: str = "") -> str:
        """A token that opens one socket, within `TICKET_SECONDS`."""
        return self._issue_ticket(conversation_id, TICKET_SECONDS, holder, None)

    def issue_come_back_ticket(self, used: ReadToken, origin: str) -> str:
        """What opens the socket after the one that `used` has opened, for pages of this origin.

        Whoever takes it asks first whether its holder still may.
        """
        conversation_id = used.principal.conversation_id
        if conversation_id is None or not used.holder:
            raise ValueError("only a ticket of a known holder is followed by another")
        return self._issue_ticket(conversation_id, COME_BACK_SECONDS, used.holder, origin)

    def _issue_ticket(
        self, conversation_id: UUID, seconds: int, holder: str, origin: str | None
    ) -> str:
        ends_at = time.time() + seconds
        return self._seal.seal(Ticket(new_id(), conversation_id, ends_at, holder, origin))

    def read_conversation_token(self, token: str) -> ReadToken:
        """What the token says. Raises WrongToken if it is forged, expired, revoked or not ours."""
        read = self._read_jwt(token) if "." in token else self._read_ticket(token)
        if self.is_revoked(read.id):
            raise WrongToken
        return read

    def _read_ticket(self, text: str) -> ReadToken:
        ticket = self._seal.read(text)
        if ticket is None or ticket.ends_at <= time.time():
            raise WrongToken
        return ReadToken(
            ticket.id,
            Principal(kind="conversation", name="", conversation_id=ticket.conversation_id),
            datetime.fromtimestamp(ticket.ends_at, tz=UTC),
            is_ticket=True,
            holder=ticket.holder,
            origin=ticket.origin,
        )

    def _read_jwt(self, token: str) -> ReadToken:
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
            return _read(claims)
        except (jwt.InvalidTokenError, ValueError) as error:
            raise WrongToken from error

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
    if "once" in claims:
        raise ValueError("a ticket of a former version, which is no token for many uses")
    expires_at = datetime.fromtimestamp(float(str(claims["exp"])), tz=UTC)
    principal = Principal(
        kind="conversation",
        name=str(claims.get("name", "")),
        conversation_id=UUID(str(claims["sub"])),
    )
    return ReadToken(UUID(str(claims["jti"])), principal, expires_at, is_ticket=False)
