"""Why a file is not decoded."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "unreadable",
    "too_many_pixels",
    "too_many_frames",
    "unpacks_to_too_much",
    "metadata_not_removable",
]


class Refused(Exception):
    """The file cannot be read, or would take more than we give."""

    def __init__(self, reason: Reason) -> None:
        """One of our own words, never the file's."""
        super().__init__(reason)
        self.reason = reason
