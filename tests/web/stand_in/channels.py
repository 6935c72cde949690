"""What the channels carry: the real one by its own word, and an invented one that carries less."""

from __future__ import annotations

from typing import Final

import msgspec

from halfminute.channels.schemas import abilities_of
from halfminute.conversations.composing import reply_limit_of
from halfminute.conversations.texts import NOTE_LIMIT
from halfminute.plugins.telegram.channel import CAPABILITIES as TELEGRAM
from halfminute.sdk.channel import Capabilities
from tests.web.stand_in.people import Json

_PLAIN: Final = msgspec.structs.replace(
    TELEGRAM,
    text_limit=7000,
    text_unit="code_points",
    caption_limit=0,
    upload_limits={},
    can_edit=False,
    can_delete=False,
    can_send_stickers=False,
    can_send_locations=False,
)
# What the real server takes by default.
_UPLOAD_LIMIT: Final = 50 * 1024 * 1024


def _told(capabilities: Capabilities) -> Json:
    abilities = abilities_of(
        capabilities, upload_limit=_UPLOAD_LIMIT, reply_limit=reply_limit_of(capabilities)
    )
    told: Json = msgspec.to_builtins(abilities)
    return told


CHANNELS: Final[Json] = {"telegram": _told(TELEGRAM), "viber": _told(_PLAIN)}
LIMITS: Final[Json] = {"note_limit": NOTE_LIMIT}
