"""The sets of stickers of the world."""

from __future__ import annotations

from typing import Final
from uuid import NAMESPACE_OID, uuid5

from tests.web.stand_in.people import STICKER, Json, instant, rfc
from tests.web.stand_in.shelf import TGS, THUMBNAIL, WEBM

_FILES: Final = {"webp": STICKER, "tgs": TGS, "webm": WEBM}


def id_of(name: str) -> str:
    return str(uuid5(NAMESPACE_OID, name))


def sticker(set_name: str, number: int, format_name: str, emoji: str, **change: object) -> Json:
    return {
        "id": id_of(f"{set_name} {number}"),
        "format": format_name,
        "emojis": [emoji],
        "width": 512,
        "height": 512,
        "file_id": _FILES[format_name],
        "file_state": "ready",
        "thumbnail_file_id": None if format_name == "webp" else THUMBNAIL,
        **change,
    }


def sticker_set(name: str, title: str, *stickers: Json, **change: object) -> Json:
    return {
        "id": id_of(name),
        "name": name,
        "title": title,
        "state": "listed",
        "refreshed_at": rfc(instant(7200)),
        "reason": "",
        "stickers": list(stickers),
        **change,
    }


def first_sets() -> list[Json]:
    """A set of all formats, and one with a few more than fit into a row."""
    lines = ["😀", "😂", "😍", "👋", "🙏", "❤️", "🔥"]
    return [
        sticker_set(
            "HalfminuteFaces",
            "Лица «Светло»",
            sticker("HalfminuteFaces", 0, "webp", "😀"),
            sticker("HalfminuteFaces", 1, "tgs", "🚀"),
            sticker("HalfminuteFaces", 2, "webm", "🎉"),
            sticker("HalfminuteFaces", 3, "webp", "👋", file_state="pending"),
        ),
        sticker_set(
            "Cats",
            "Cats on duty",
            *(sticker("Cats", number, "webp", emoji) for number, emoji in enumerate(lines)),
            state="vanished",
        ),
    ]
