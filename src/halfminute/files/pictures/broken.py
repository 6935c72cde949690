"""What can be wrong with a picture's structure, and how it is read."""

from __future__ import annotations


class Broken(Exception):
    """The bytes are not a picture of this format."""


class Unremovable(Exception):
    """It may tell where and by whom it was taken, and that cannot be taken out with certainty."""


class Reader:
    """Goes through bytes from the front."""

    def __init__(self, content: bytes) -> None:
        """At the first byte."""
        self.content = content
        self.place = 0

    def take(self, count: int) -> bytes:
        """The next bytes. Raises Broken where there are not as many."""
        taken = self.content[self.place : self.place + count]
        if len(taken) != count:
            raise Broken
        self.place += count
        return taken

    def number(self, count: int, *, is_little: bool = False) -> int:
        """The next bytes as a number without a sign."""
        return int.from_bytes(self.take(count), "little" if is_little else "big")
