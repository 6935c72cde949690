"""Unpacks an answer's body piece by piece, so that a small one cannot become a large one unseen."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import Any, Final

from halfminute.kit.http.egress.errors import AnswerTooLarge, EgressFailed

# What we say that we can read; a server that sends something else is not understood.
ACCEPTED: Final = "gzip, deflate"
_PIECE: Final = 64 * 1024
# RFC 9110, 8.4.1: gzip is RFC 1952, deflate is RFC 1950; bit 5 has zlib read either.
_EITHER: Final = 32 + zlib.MAX_WBITS
_CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})


async def decode(pieces: AsyncIterable[bytes], coding: str, *, limit: int) -> AsyncIterator[bytes]:
    """The body, unpacked; never more than `limit` bytes of it, packed or unpacked.

    Raises AnswerTooLarge, EgressFailed for what cannot be unpacked.
    """
    coding = coding.strip().lower()
    if coding in ("", "identity"):
        unpacked = _counted(pieces, limit)
    elif coding in _CODINGS:
        unpacked = _unpack(_counted(pieces, limit))
    else:
        raise EgressFailed("the answer is packed in a way we do not read", is_retryable=False)
    async for piece in _counted(unpacked, limit):
        yield piece


async def _counted(pieces: AsyncIterable[bytes], limit: int) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > limit:
            raise AnswerTooLarge(limit_bytes=limit)
        yield piece


async def _unpack(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    decompressor = zlib.decompressobj(_EITHER)
    async for piece in pieces:
        rest = piece
        while rest and not decompressor.eof:
            unpacked = _guarded(decompressor.decompress, rest)
            rest = decompressor.unconsumed_tail
            if unpacked:
                yield unpacked
    if not decompressor.eof:
        raise EgressFailed("the answer ends in the middle", is_retryable=True)


def _guarded(decompress: Callable[..., Any], packed: bytes) -> bytes:
    try:
        return bytes(decompress(packed, _PIECE))
    except zlib.error:
        raise EgressFailed("the answer cannot be unpacked", is_retryable=False) from None
