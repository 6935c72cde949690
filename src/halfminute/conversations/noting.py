"""What a batch of messages means for one conversation: who waits for whom, and since when."""

from __future__ import annotations

from datetime import datetime

import msgspec

from halfminute.conversations.types import Awaiting, MessageId


class Noted(msgspec.Struct):
    """Messages in the order of their arrival, the customer's and the account owner's.

    `waiting_since`: the first of the customer's that none of the batch has answered.
    `has_answer`: one of the batch has answered what was there before.
    """

    last_at: datetime
    last_id: MessageId
    first_at: datetime | None = None
    waiting_since: datetime | None = None
    has_answer: bool = False
    answered_at: datetime | None = None
    awaiting: Awaiting = "agent"
    reply_until: datetime | None = None

    def add_question(
        self, at: datetime, message_id: MessageId, reply_until: datetime | None
    ) -> None:
        """The customer's, which may be answered until then; None for as long as one likes."""
        self._add(at, message_id)
        self.first_at = min(self.first_at or at, at)
        self.waiting_since = min(self.waiting_since or at, at)
        self.awaiting = "agent"
        if reply_until is not None:
            self.reply_until = max(self.reply_until or reply_until, reply_until)

    def add_answer(self, at: datetime, message_id: MessageId) -> None:
        """The owner's: whatever was asked before is answered by it."""
        self._add(at, message_id)
        self.waiting_since = None
        self.has_answer = True
        self.answered_at = self.answered_at or at
        self.awaiting = "customer"

    def _add(self, at: datetime, message_id: MessageId) -> None:
        self.last_at = max(self.last_at, at)
        self.last_id = message_id
