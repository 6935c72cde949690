"""The files of the world: drawn and sounded by arithmetic, or those that Telegram's fake sends."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Callable
from functools import cache
from typing import Final

from halfminute.plugins.telegram.fake.media import read_media
from tests.web.stand_in.people import PHOTO, STICKER
from tests.web.stand_in.pictures import make_photo, make_sticker


def _id(number: int) -> str:
    return f"0190aaaa-0000-7000-8000-{number:012x}"


TGS: Final = _id(0xE1)
WEBM: Final = _id(0xE2)
THUMBNAIL: Final = _id(0xE3)
BROKEN: Final = _id(0xE4)
VOICE: Final = _id(0xE5)
SONG: Final = _id(0xE6)
ALBUM: Final = tuple(_id(0xD0 + number) for number in range(5))
ALBUM_SIZES: Final = ((320, 240), (240, 320), (320, 200), (260, 260), (320, 240))
VOICE_SECONDS: Final = 12
SONG_SECONDS: Final = 5


def _sound(seconds: int, tone: float) -> bytes:
    """A tone that swells twice a second."""
    rate = 8000
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        frames = (
            128 + 24 * math.sin(math.tau * tone * n / rate) * math.sin(math.tau * n / rate) ** 2
            for n in range(seconds * rate)
        )
        sound.writeframes(bytes(int(frame) for frame in frames))
    return kept.getvalue()


_MAKERS: Final[dict[str, Callable[[], bytes]]] = {
    PHOTO: make_photo,
    STICKER: make_sticker,
    TGS: lambda: read_media("sticker.tgs"),
    WEBM: lambda: read_media("sticker.webm"),
    THUMBNAIL: lambda: read_media("thumbnail.webp"),
    BROKEN: lambda: b"neither a film nor gzip",
    VOICE: lambda: _sound(VOICE_SECONDS, 180),
    SONG: lambda: _sound(SONG_SECONDS, 330),
    **{
        file_id: lambda at=at: make_photo(*ALBUM_SIZES[at], shade=at)  # type: ignore[misc]
        for at, file_id in enumerate(ALBUM)
    },
}


_HANDED_IN: Final[dict[str, bytes]] = {}


def keep_file(file_id: str, content: bytes) -> None:
    """What somebody has handed in."""
    _HANDED_IN[file_id] = content


def read_file(file_id: str) -> bytes | None:
    """The bytes of a file; None where there is no such file."""
    return _HANDED_IN.get(file_id) or _make(file_id)


@cache
def _make(file_id: str) -> bytes | None:
    make = _MAKERS.get(file_id)
    return make() if make else None
