"""What the settings of retention may be: each by itself, and none without what it needs.

Days; 0 is for ever. Whole months go at once where a table has a partition for each, so a row may
stay up to two months longer than its days.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple


class RetentionRule(NamedTuple):
    """The least days that a class of data is needed for, the most, and whether it may stay."""

    least: int
    most: int = 36_500
    may_stay: bool = True

    def allows(self, days: int) -> bool:
        """Whether the class may be kept for so long."""
        return self.least <= days <= self.most or (days == 0 and self.may_stay)

    @property
    def right(self) -> str:
        """What is right, for one line of a terminal."""
        told = f"days, from {self.least} to {self.most}"
        return f"{told}, or 0 for ever" if self.may_stay else told


RETENTION_RULES: Final[Mapping[str, RetentionRule]] = {
    # What could not be translated waits for the upgrade that can.
    "retention_raw_days": RetentionRule(7),
    "retention_messages_days": RetentionRule(30),
    "retention_media_days": RetentionRule(1),
    # Screens, routers and reports read the log.
    "retention_events_days": RetentionRule(30),
    "retention_journal_days": RetentionRule(1),
    # Telegram repeats for a day; its update numbers begin anew at random after a week of silence
    # (Bot API, "Update"), so a key must not be kept for ever either.
    "retention_keys_days": RetentionRule(7, 30, may_stay=False),
    "retention_drafts_days": RetentionRule(1),
    "retention_links_days": RetentionRule(1),
    "retention_sessions_days": RetentionRule(1),
    # The database refuses to delete a younger entry.
    "retention_audit_days": RetentionRule(366),
}
RETENTION_NAMES: Final = tuple(RETENTION_RULES)

# The first must not be kept for longer than the second, without which it has no use, or with which
# its words would be kept in spite of it.
_NOT_LONGER: Final = (
    ("retention_media_days", "retention_messages_days"),
    ("retention_raw_days", "retention_messages_days"),
    ("retention_journal_days", "retention_events_days"),
)


def weigh(days: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """The settings that do not go together, each with what is wrong with it."""
    for shorter, longer in _NOT_LONGER:
        if _length(days[shorter]) > _length(days[longer]):
            yield (
                shorter,
                f"is {days[shorter]}: it must not be longer than {longer}, {days[longer]}",
            )


def _length(days: int) -> float:
    return days or math.inf
