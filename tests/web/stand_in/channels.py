"""What the invented channels carry."""

from __future__ import annotations

from typing import Final

from tests.web.stand_in.people import Json

_MEGABYTE = 1024 * 1024
CHANNELS: Final[Json] = {
    "telegram": {
        "text_limit": 4096,
        "caption_limit": 1024,
        "upload_limits": {
            **dict.fromkeys(("video", "audio", "voice", "animation", "file"), 50 * _MEGABYTE),
            "image": 10 * _MEGABYTE,
        },
        "can_send_stickers": True,
        "can_send_locations": True,
    },
    "viber": {
        "text_limit": 7000,
        "caption_limit": 0,
        "upload_limits": {},
        "can_send_stickers": False,
        "can_send_locations": False,
    },
}
