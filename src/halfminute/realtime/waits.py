"""What is told of a conversation that waits: its place, and a range in plain minutes."""

from __future__ import annotations

import msgspec


class ExpectedWait(msgspec.Struct, frozen=True, kw_only=True):
    """How long a wait may still take; four of five such waits end within it.

    Whole minutes, the least below the most. 0 to 1 is less than a minute; from above 120 both are
    whole hours.
    """

    least_minutes: int
    most_minutes: int


class WaitPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a waiting conversation stands.

    `position`: 1 when nobody goes before it at any of its agents. `expected_wait`: null when
    nobody can say, such as when none of its agents is at work.
    """

    position: int
    expected_wait: ExpectedWait | None
