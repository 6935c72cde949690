"""A thread with one of everything that is more than words."""

from __future__ import annotations

from typing import Final

from tests.web.stand_in.people import Json, instant, message, rfc, text
from tests.web.stand_in.shelf import (
    ALBUM,
    ALBUM_SIZES,
    SONG,
    SONG_SECONDS,
    TGS,
    THUMBNAIL,
    VOICE,
    VOICE_SECONDS,
    WEBM,
)

NADEZHDA: Final = "Надежда Ким"

PLACE: Final[Json] = {
    "type": "location",
    "latitude": 50.45012,
    "longitude": 30.52341,
    "accuracy_meters": None,
    "title": "Салон «Светло»",
    "address": "ул. Крещатик, 22",
    "live_until": None,
}
CONTACT: Final[Json] = {
    "type": "contact",
    "name": "Надежда Ким",
    "phone": "+380 50 123-45-67",
    "is_proven": True,
}
POLL: Final[Json] = {
    "type": "poll",
    "question": "Когда мастеру удобнее прийти?",
    "options": [
        {"text": "В будни утром", "voter_count": 3},
        {"text": "В будни вечером, но только если он позвонит заранее", "voter_count": 8},
        {"text": "В выходные", "voter_count": 0},
    ],
    "voter_count": 11,
    "has_many_answers": False,
    "is_closed": True,
}
DICE: Final[Json] = {"type": "dice", "emoji": "🎲", "value": 5}

MOVING: Final[Json] = {
    "type": "sticker",
    "format": "tgs",
    "emoji": "🚀",
    "set_name": None,
    "file_id": TGS,
    "file_state": "ready",
    "thumbnail_file_id": THUMBNAIL,
    "width": 512,
    "height": 512,
}
FILM: Final[Json] = {**MOVING, "format": "webm", "emoji": "🎉", "file_id": WEBM}

VOICE_MESSAGE: Final[Json] = {
    "type": "media",
    "kind": "voice",
    "file_id": VOICE,
    "file_state": "ready",
    "media_type": "audio/wav",
    "size": 96_044,
    "width": None,
    "height": None,
    "duration_seconds": VOICE_SECONDS,
    "name": "",
    "caption": None,
}
SONG_FILE: Final[Json] = {
    **VOICE_MESSAGE,
    "kind": "audio",
    "file_id": SONG,
    "duration_seconds": SONG_SECONDS,
    "name": "Гудки вместо мелодии.wav",
}
PHOTOS: Final[tuple[Json, ...]] = tuple(
    {
        **VOICE_MESSAGE,
        "kind": "image",
        "file_id": file_id,
        "media_type": "image/png",
        "width": width,
        "height": height,
        "duration_seconds": None,
        "name": f"tower-{number}.png",
        "caption": text("Вышка с пяти сторон") if number == 1 else None,
    }
    for number, (file_id, (width, height)) in enumerate(
        zip(ALBUM, ALBUM_SIZES, strict=True), start=1
    )
)


def sample_thread(c: Json) -> list[Json]:
    """What customers send besides words, oldest first."""
    walking = {
        **PLACE,
        "title": "",
        "address": "",
        "accuracy_meters": 35.4,
        "live_until": rfc(instant(-3600)),
    }
    other = {**CONTACT, "name": "Дмитрий Ким", "phone": "067 765 43 21", "is_proven": False}
    return [
        message(c, "in", 4000, PLACE),
        message(c, "in", 3900, walking),
        message(c, "in", 3700, CONTACT),
        message(c, "in", 3690, other),
        message(c, "in", 3500, POLL),
        message(c, "in", 3300, DICE),
        message(c, "in", 3100, MOVING),
        message(c, "in", 3090, FILM),
        message(c, "in", 2900, VOICE_MESSAGE),
        message(c, "in", 2890, SONG_FILE),
        message(c, "in", 2700, *PHOTOS),
        message(c, "in", 2500, *PHOTOS[:3]),
    ]
