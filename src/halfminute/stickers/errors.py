"""What can be wrong with a request about stickers."""

from __future__ import annotations

from halfminute.kit.errors import Conflict, InvalidRequest, NotFound


class StickersUnsupported(InvalidRequest):
    """This channel cannot send stickers."""

    code = "stickers_unsupported"


class UnknownStickerSet(NotFound):
    """The account has no such set of stickers."""

    code = "unknown_sticker_set"


class TooManyStickerSets(Conflict):
    """The account has as many sets of stickers as it may have: remove one first."""

    code = "too_many_sticker_sets"
