"""What an examination of an installation found, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is empty when there is nothing to mend."""

    subject: str
    told: str
    remedy: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing needs to be done."""
        return not self.remedy
