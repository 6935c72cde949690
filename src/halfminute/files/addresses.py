"""Signed addresses: who was given one may read these very bytes, until it expires.

    /media/{file_id}/{expires}/{signature}/{variant}

No cookie is asked for, so a provider may fetch them, and so may a page that shows them.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from halfminute.files.errors import AddressExpired, FileNotFound
from halfminute.files.types import Variant
from halfminute.kit.time import utc_now

MEDIA_PREFIX: Final = "/media/"
# For a screen that shows it now; a film may be paused for a while.
SCREEN_SECONDS: Final = 6 * 3600

_PATH: Final = re.compile(
    r"/media/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9]{1,12})/([A-Za-z0-9_-]{43})"
    r"/(file|thumbnail)"
)


class Address(NamedTuple):
    """Where the bytes are read, below the public address, and until when."""

    path: str
    expires_at: datetime


class Grant(NamedTuple):
    """What a valid address lets its holder read."""

    file_id: UUID
    variant: Variant
    expires_at: datetime


class MediaAddresses:
    """Makes and checks the addresses of this installation."""

    def __init__(self, secret_key: bytes) -> None:
        """`secret_key` is the installation's key of 32 bytes; addresses get one derived from it."""
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"media addresses")
        self._key = derivation.derive(secret_key)

    def make(
        self, file_id: UUID, variant: Variant = "file", *, seconds: int = SCREEN_SECONDS
    ) -> Address:
        """An address good for `seconds` at most and half of them at least.

        It is the same one for a while, so that browsers need not fetch what they have.
        """
        step = max(1, seconds // 2)
        expires = (int(utc_now().timestamp()) // step + 2) * step
        signature = self._sign(str(file_id), str(expires), variant)
        path = f"{MEDIA_PREFIX}{file_id}/{expires}/{signature}/{variant}"
        return Address(path, datetime.fromtimestamp(expires, UTC))

    def read(self, path: str) -> Grant:
        """What an address grants. Raises FileNotFound if it is not ours, AddressExpired."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise FileNotFound
        file_id, expires, signature, variant = found.groups()
        signed = self._sign(file_id, expires, variant)
        if not hmac.compare_digest(signed, signature):
            raise FileNotFound
        expires_at = datetime.fromtimestamp(int(expires), UTC)
        if expires_at <= utc_now():
            raise AddressExpired
        return Grant(UUID(file_id), "thumbnail" if variant == "thumbnail" else "file", expires_at)

    def _sign(self, file_id: str, expires: str, variant: str) -> str:
        words = f"{file_id}/{expires}/{variant}".encode()
        digest = hmac.digest(self._key, words, sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()


def thumbnail_path(file_id: UUID) -> str:
    """Where who is signed in is sent on to the signed address of a thumbnail."""
    return f"/api/files/{file_id}/thumbnail"
