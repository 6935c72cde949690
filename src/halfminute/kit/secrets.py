"""Secrets at rest: AES-256-GCM under one key from a file, bound to the row they belong to."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from halfminute.kit.errors import HalfminuteError

_NONCE_BYTES = 12


class UnreadableSecret(HalfminuteError):
    """A stored secret does not open with the present key: restore the right key file."""

    code = "unreadable_secret"


class SecretBox:
    """Seals and opens the secrets of rows."""

    def __init__(self, key: bytes) -> None:
        """`key` has 32 bytes."""
        self._cipher = AESGCM(key)

    def seal(self, secrets_of_row: dict[str, str], *, row_id: object) -> bytes:
        """Ciphertext that opens only for the same row (its id is authenticated with it)."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = msgspec.json.encode(secrets_of_row)
        return nonce + self._cipher.encrypt(nonce, plain, str(row_id).encode())

    def open(self, sealed: bytes, *, row_id: object) -> dict[str, str]:
        """The secrets. Raises UnreadableSecret for another key, another row, or a changed byte."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            opened: Any = msgspec.json.decode(
                self._cipher.decrypt(nonce, body, str(row_id).encode())
            )
        except (InvalidTag, ValueError) as error:
            raise UnreadableSecret from error
        return dict(opened)


def ensure_secret_key(key_file: Path) -> bytes:
    """This installation's key of 32 bytes; the first call makes it, for the owner's eyes only.

    Whoever needs a key for another purpose derives it from this one.
    """
    if not key_file.exists():
        write_secret_key(key_file, secrets.token_bytes(32))
    return read_secret_key(key_file)


def write_secret_key(key_file: Path, key: bytes) -> None:
    """Keep this key, for the owner's eyes only; one that is there already stays."""
    # Linked into place when it is whole: of two processes that start at once one makes the key,
    # and neither reads half of it.
    unfinished = key_file.with_name(f"{key_file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, key_file)
    finally:
        unfinished.unlink()


def read_secret_key(key_file: Path) -> bytes:
    """The key that is there. Raises UnreadableSecret, FileNotFoundError."""
    return decode_secret_key(key_file.read_bytes(), key_file)


def decode_secret_key(written: bytes, place: object) -> bytes:
    """The key as its file has it. Raises UnreadableSecret, naming `place`."""
    try:
        key = bytes.fromhex(written.decode("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise UnreadableSecret(f"{place} does not hold a key of 64 hexadecimal digits")
    return key
