"""Finds out what a file is that was handed in, and makes it safe before anybody is given it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, Final

import msgspec

from halfminute.files.content import (
    FILMS,
    HEAD_BYTES,
    PICTURES,
    SOUNDS,
    TELLING,
    UNLOADED,
    kind_of,
    media_type_of,
)
from halfminute.files.decoding.decoder import Decoder, Found, Undecodable, can_decode_films
from halfminute.files.errors import EmptyFile, MetadataNotRemovable, UnsafeFile
from halfminute.files.stickers import check_moving_sticker, is_moving_sticker
from halfminute.files.types import MediaKind

_GZIP: Final = "application/gzip"
_PACKED_BYTES: Final = 128 * 1024


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is to be kept. `body` may be another than what came."""

    body: BinaryIO
    kind: MediaKind
    media_type: str
    found: Found


@asynccontextmanager
async def examine(decoder: Decoder, body: BinaryIO) -> AsyncIterator[Examined]:
    """The file, cleaned; good until the end of the block.

    Raises EmptyFile, UnsafeFile, MetadataNotRemovable.
    """
    body.seek(0)
    head = body.read(HEAD_BYTES)
    if not head:
        raise EmptyFile
    media_type = media_type_of(head)
    if media_type in TELLING:
        raise MetadataNotRemovable
    if media_type in PICTURES:
        async with _clean(decoder, body, media_type) as examined:
            yield examined
        return
    async with _unload(decoder, body, media_type) as unloaded:
        yield await _look_at(decoder, unloaded, media_type, head)


async def _look_at(decoder: Decoder, body: BinaryIO, media_type: str, head: bytes) -> Examined:
    if media_type == _GZIP and is_moving_sticker(head):
        body.seek(0)
        check_moving_sticker(body.read(_PACKED_BYTES))
    found = Found()
    if media_type in SOUNDS | FILMS and can_decode_films():
        found = await _probe(decoder, body, media_type)
    return _as_it_came(body, media_type, found)


@asynccontextmanager
async def _clean(decoder: Decoder, body: BinaryIO, media_type: str) -> AsyncIterator[Examined]:
    try:
        async with decoder.decode("clean", body, media_type) as decoded:
            kind: MediaKind = "animation" if decoded.found.is_animated else "image"
            yield Examined(body=decoded.made, kind=kind, media_type=media_type, found=decoded.found)
    except Undecodable as error:
        raise UnsafeFile(reason=error.reason) from None


@asynccontextmanager
async def _unload(decoder: Decoder, body: BinaryIO, media_type: str) -> AsyncIterator[BinaryIO]:
    if media_type not in UNLOADED:
        yield body
        return
    try:
        async with decoder.decode("unload", body, media_type) as decoded:
            yield decoded.made
    except Undecodable as error:
        if error.reason == "metadata_not_removable":
            raise MetadataNotRemovable from None
        raise UnsafeFile(reason=error.reason) from None


async def _probe(decoder: Decoder, body: BinaryIO, media_type: str) -> Found:
    """What is not to be had of a sound or a film is left out: it is kept all the same."""
    try:
        async with decoder.decode("preview", body, media_type) as decoded:
            return decoded.found
    except Undecodable:
        return Found()


def _as_it_came(body: BinaryIO, media_type: str, found: Found) -> Examined:
    kind = kind_of(media_type)
    if kind == "video" and found.has_sound and not found.has_film:
        kind, media_type = "audio", _as_sound(media_type)
    if kind == "audio" and _is_voice(media_type, found):
        kind = "voice"
    return Examined(body=body, kind=kind, media_type=media_type, found=found)


def _as_sound(media_type: str) -> str:
    sound = media_type.replace("video/", "audio/")
    return sound if sound in SOUNDS else media_type


def _is_voice(media_type: str, found: Found) -> bool:
    """As messengers and browsers record it: one channel of Opus in Ogg."""
    return media_type == "audio/ogg" and found.codec in ("opus", "libopus") and found.channels == 1
