"""Writes down erasures outside of the database, so that a restored backup cannot undo them.

One line of JSON each, in a file that no backup holds: when, which contact, and its addresses as
keyed hashes (HMAC-SHA256, RFC 2104), from which nobody reads a telephone number. A line that a
power cut has torn is of an erasure that was never committed; it is passed over.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from halfminute.contacts.types import AddressKey
from halfminute.files.durable import sync_folder
from halfminute.kit.errors import HalfminuteError
from halfminute.kit.time import Moment, utc_now

_PURPOSE: Final = b"halfminute erasure journal 1"


class ErasureNotKept(HalfminuteError):
    """The erasure could not be written into the journal, and was not begun."""

    code = "erasure_not_kept"


class KeptErasure(msgspec.Struct, frozen=True, kw_only=True):
    """A line: `addresses` are hashes, by `ErasureJournal.hash_address`."""

    erased_at: Moment
    contact_id: UUID
    addresses: tuple[str, ...]


class KeptErasures(NamedTuple):
    """What the journal says; `torn` lines could not be read."""

    lines: list[KeptErasure]
    torn: int


class ErasureJournal:
    """The journal of one installation, which all its processes append to."""

    def __init__(self, place: Path, secret_key: bytes | None) -> None:
        """`place` is made by the first line. Without the installation's key nothing is hashed."""
        self.place = place
        self._key = secret_key and hmac.digest(secret_key, _PURPOSE, "sha256")

    async def keep(self, contact_id: UUID, addresses: Collection[AddressKey]) -> None:
        """Append a line; it is on the disk when this returns. Raises ErasureNotKept."""
        hashes = (self.hash_address(address) for address in addresses)
        line = KeptErasure(
            erased_at=utc_now(),
            contact_id=contact_id,
            addresses=tuple(sorted(each for each in hashes if each is not None)),
        )
        # Begun with a line's end: what a torn line left before it stays apart.
        written = b"\n" + msgspec.json.encode(line) + b"\n"
        try:
            await asyncio.to_thread(_append, self.place, written)
        except OSError as error:
            raise ErasureNotKept(
                f"The erasure was not begun, because {self.place} cannot be written "
                f"({error.strerror}): name another file in HALFMINUTE_ERASURE_JOURNAL."
            ) from error

    def hash_address(self, address: AddressKey) -> str | None:
        """How the journal calls it; None without the installation's key."""
        if not self._key:
            return None
        told = f"{address.channel_account_id}\0{address.external_id}".encode()
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()

    def read(self) -> KeptErasures | None:
        """All lines, oldest first; None where there is no journal. Raises OSError."""
        try:
            written = self.place.read_bytes()
        except FileNotFoundError:
            return None
        lines: list[KeptErasure] = []
        torn = 0
        for line in filter(None, written.split(b"\n")):
            try:
                lines.append(msgspec.json.decode(line, type=KeptErasure))
            except msgspec.DecodeError:
                torn += 1
        return KeptErasures(lines, torn)


def _append(place: Path, written: bytes) -> None:
    is_new = not place.exists()
    descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        with os.fdopen(descriptor, "ab") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
    finally:
        if is_new:
            sync_folder(place.parent)
