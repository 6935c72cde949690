"""The SQL by which what was said is kept no longer than it is to be."""

from __future__ import annotations

from typing import Final

from halfminute.kit.retention import count_rows, forget_rows

# Whose key is a message's id, with a partition for each month; the messages themselves last.
MONTHLY: Final = ("message_revisions", "message_reactions", "delivery_attempts", "messages")

_OF_OLD_MESSAGES: Final = "message_id < $1::uuid"
FORGET_PICTURES: Final = forget_rows("album_pictures", _OF_OLD_MESSAGES)
FORGET_CHANGES: Final = forget_rows("message_changes", _OF_OLD_MESSAGES)
FORGET_OUTBOX: Final = forget_rows("outbox", _OF_OLD_MESSAGES)

_OLD_DRAFTS: Final = "updated_at < now() - make_interval(days => $1::int)"
FORGET_DRAFTS: Final = forget_rows("drafts", _OLD_DRAFTS)
COUNT_DRAFTS: Final = count_rows("drafts", _OLD_DRAFTS)

FORGET_EARLY: Final = forget_rows(
    "early_words", "received_at < now() - make_interval(days => $1::int)"
)
FORGET_EARLY_DELETIONS: Final = forget_rows(
    "early_deletions", "received_at < now() - make_interval(days => $1::int)"
)
