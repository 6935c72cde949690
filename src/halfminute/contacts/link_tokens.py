"""Tokens of contact links: what a deep link carries from the site to a channel.

A token is opaque, names nobody, and fits where Telegram lets 64 characters of `A-Z a-z 0-9 _ -`
through (https://core.telegram.org/bots/features#deep-linking). It is a version, the link's id and
200 bits of an HMAC-SHA256 over both, under a key derived from the installation's secret key; all
else is in the link's row. What is stored is the id, so that whoever reads the database cannot make
or use a token.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from halfminute.contacts.types import LinkClaim, LinkId

# What stands in a token's place in all that is stored. Itself a payload that a channel could bring.
STRUCK_OUT: Final = "struck-out"

_VERSION: Final = b"\x86"
_ID_BYTES: Final = 16
_MAC_BYTES: Final = 25
_BYTES: Final = len(_VERSION) + _ID_BYTES + _MAC_BYTES
# A multiple of three bytes, so that no bit is left over in which two tokens could differ.
TOKEN_LENGTH: Final = _BYTES * 4 // 3
_SHAPE: Final = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")


class LinkTokens:
    """Signs links, and reads what customers bring."""

    def __init__(self, secret_key: bytes) -> None:
        """`secret_key` is the installation's key of 32 bytes; links get one derived from it."""
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"contact link tokens")
        self._key = derivation.derive(secret_key)

    def sign(self, link_id: LinkId) -> str:
        """The token of a link."""
        signed = _VERSION + link_id.bytes
        return urlsafe_b64encode(signed + self._mac(signed)).decode()

    def read(self, payload: str) -> LinkClaim | None:
        """What a start's payload claims; None where it is no token at all, but another's word."""
        if _SHAPE.fullmatch(payload) is None:
            return None
        token = urlsafe_b64decode(payload)
        if not token.startswith(_VERSION):
            return None
        signed, mac = token[:-_MAC_BYTES], token[-_MAC_BYTES:]
        link_id = LinkId(UUID(bytes=signed[len(_VERSION) :]))
        return LinkClaim(link_id, is_genuine=hmac.compare_digest(mac, self._mac(signed)))

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, "sha256")[:_MAC_BYTES]
