"""Takes what they tell out of films, sounds, and pictures that we do not show, undecoded.

Runs in `child` alone.
"""

from __future__ import annotations

import mmap
from typing import Any, BinaryIO

from halfminute.files.boxed.cleaning import blank_luggage
from halfminute.files.boxed.kinds import BOXED
from halfminute.files.decoding.refusal import Refused
from halfminute.files.pictures import Broken, Unremovable, strip


def unload(file: BinaryIO, made: BinaryIO, media_type: str) -> dict[str, Any]:
    """Write the file without where, when, and by whom it was taken. Raises Refused."""
    try:
        if media_type in BOXED:
            # A copy of its own, of which only what changes takes memory.
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as content:
                blank_luggage(content, media_type)
                made.write(content)
        else:
            made.write(strip(file.read(), media_type))
    except Unremovable:
        raise Refused("metadata_not_removable") from None
    except Broken:
        raise Refused("unreadable") from None
    return {}
