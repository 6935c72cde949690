"""Tickets as texts: what one says under an HMAC-SHA256 (RFC 2104), so that none is stored unused.

After a restart all come at once, and reading a JSON Web Token takes ten times as long.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MAC_BYTES: Final = 32
_LONGEST: Final = 1024


class Ticket(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What a ticket says. `ends_at` in seconds since 1970.

    `holder` is who fetched it, as a feature names them; `origin` whose pages alone may show it,
    None where any of ours may.
    """

    id: UUID
    conversation_id: UUID
    ends_at: float
    holder: str
    origin: str | None


class TicketSeal:
    """Seals tickets, and reads what is shown."""

    def __init__(self, secret_key: bytes) -> None:
        """`secret_key` is the installation's key of 32 bytes; tickets get one derived from it."""
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"socket tickets")
        self._key = derivation.derive(secret_key)
        self._decoder = msgspec.msgpack.Decoder(Ticket)

    def seal(self, ticket: Ticket) -> str:
        """The ticket as a text; it has no dot, as every JSON Web Token has."""
        body = msgspec.msgpack.encode(ticket)
        return urlsafe_b64encode(self._mac(body) + body).decode()

    def read(self, text: str) -> Ticket | None:
        """What a text of ours says, expired or not; None where it is not ours."""
        if len(text) > _LONGEST or not text.isascii():
            return None
        try:
            sealed = urlsafe_b64decode(text)
        except ValueError:
            return None
        mac, body = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)):
            return None
        try:
            return self._decoder.decode(body)
        except msgspec.DecodeError:  # sealed by a version that says something else in it
            return None

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")
