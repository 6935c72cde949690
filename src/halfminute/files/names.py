"""The names of files as strangers give them, made harmless to show and to save under."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 150
_SEPARATORS: Final = re.compile(r"[/\\]")
# What Windows opens as a device whatever follows (learn.microsoft.com, "Naming Files").
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
# Control, format (bidirectional overrides and zero widths among them), surrogate, private,
# unassigned, line and paragraph separators (Unicode, 4.5).
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(name: str) -> str:
    """The last segment of a path without what hides or overrides; perhaps nothing is left.

    At most `LONGEST` code points; of a longer one the extension stays.
    """
    last = _SEPARATORS.split(name[-4096:])[-1]
    shown = "".join(each for each in last if unicodedata.category(each) not in _INVISIBLE)
    plain = " ".join(_FORBIDDEN.sub("_", shown).split()).strip(" .")
    if _DEVICES.match(plain):
        plain = f"_{plain}"
    if len(plain) <= LONGEST:
        return plain
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > 15:
        return plain[:LONGEST].rstrip(" .")
    return stem[: LONGEST - len(extension) - 1].rstrip(" .") + "." + extension
