"""Hashes passwords with argon2id (RFC 9106), without holding up the event loop."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import argon2

from halfminute.identity.errors import UnfitPassword

_SHORTEST, _LONGEST = 10, 256

# RFC 9106, 4: the second recommended choice, 64 MiB.
_hasher = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)
# Each hash takes 64 MiB, so no more than two are made at once.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


@cache
def _nobodys_hash() -> str:
    """What an unknown user's password is compared with, so that the answer takes as long."""
    return _hasher.hash(secrets.token_urlsafe())


class Verdict(NamedTuple):
    """Whether a password is right, and whether its hash should be made anew."""

    is_right: bool
    needs_rehash: bool = False


def check_password_fits(password: str) -> None:
    """Raises UnfitPassword."""
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise UnfitPassword


async def hash_password(password: str) -> str:
    """The hash to store, with its salt and parameters in it."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify_password(password_hash: str | None, password: str) -> Verdict:
    """Compare; as slowly where there is no hash because there is no such user."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _verify, password_hash, password)


def _verify(password_hash: str | None, password: str) -> Verdict:
    # Made in either case, so that the first sign-in tells nothing of who exists.
    nobodys_hash = _nobodys_hash()
    try:
        _hasher.verify(password_hash or nobodys_hash, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return Verdict(is_right=False)
    if password_hash is None:
        return Verdict(is_right=False)
    return Verdict(is_right=True, needs_rehash=_hasher.check_needs_rehash(password_hash))
