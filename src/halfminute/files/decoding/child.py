"""The process that decodes one file: `python -m halfminute.files.decoding.child TASK TYPE OUT`.

The file is its standard input, what it made goes to the descriptor OUT, and what it found to its
standard output as JSON. It knows no secret, and whatever it meets it dies alone.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import Any, BinaryIO, Final

CPU_SECONDS: Final = 20
WALL_SECONDS: Final = 60
MEMORY_BYTES: Final = 1536 * 1024 * 1024
OUTPUT_BYTES: Final = 64 * 1024 * 1024
# The reason of a refusal is its exit; every other end but 0 is a breakdown.
REFUSED: Final = 3


def limit_yourself() -> None:
    """From here on the kernel ends this process when it goes too far."""
    # A film is cleaned whole, and was within our limits before it came here.
    came_bytes = os.fstat(sys.stdin.fileno()).st_size
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, max(OUTPUT_BYTES, came_bytes)),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (ceiling, ceiling))
    signal.alarm(WALL_SECONDS)


def main(arguments: list[str]) -> int:
    """Do the one task."""
    task, media_type, descriptor = arguments
    limit_yourself()
    # Only now, with the limits on.
    from halfminute.files.decoding.refusal import Refused  # noqa: PLC0415

    with os.fdopen(int(descriptor), "wb") as made:
        try:
            found = _choose(task, media_type)(sys.stdin.buffer, made, media_type)
        except Refused as refused:
            json.dump({"reason": refused.reason}, sys.stdout)
            return REFUSED
    json.dump(found, sys.stdout)
    return 0


def _choose(task: str, media_type: str) -> Any:
    if task == "unload":
        from halfminute.files.decoding import luggage  # noqa: PLC0415

        return luggage.unload
    if media_type.startswith("image/"):
        from halfminute.files.decoding import pictures  # noqa: PLC0415

        return {"clean": pictures.clean, "preview": pictures.preview}[task]
    from halfminute.files.decoding import films  # noqa: PLC0415

    return films.preview


def read_all(file: BinaryIO) -> bytes:
    """The whole file; it was kept within our limits before it came here."""
    file.seek(0)
    return file.read()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
