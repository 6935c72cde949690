"""Who waits for whom is the same, however a batch was cut."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from halfminute.conversations.noting import Noted
from halfminute.conversations.types import MessageId
from halfminute.kit.ids import new_id

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class Standing:
    """A conversation as the statement leaves it, and the plain rule beside it."""

    def __init__(self) -> None:
        self.awaiting = "agent"
        self.unanswered_since: datetime | None = None
        self.first_customer_at: datetime | None = None
        self.first_reply_at: datetime | None = None

    def note(self, noted: Noted) -> None:
        """What INSERT_MESSAGES does."""
        self.awaiting = noted.awaiting
        self.first_customer_at = self.first_customer_at or noted.first_at
        if noted.has_answer:
            self.unanswered_since = noted.waiting_since
        else:
            self.unanswered_since = self.unanswered_since or noted.waiting_since
        asked_at = self.first_customer_at
        answered_at = noted.answered_at
        if answered_at is not None and asked_at is not None and asked_at <= answered_at:
            self.first_reply_at = self.first_reply_at or answered_at

    @property
    def told(self) -> tuple[object, ...]:
        return (self.awaiting, self.unanswered_since, self.first_customer_at)


def note(batch: list[tuple[bool, datetime]]) -> Noted:
    noted = Noted(batch[0][1], MessageId(new_id()))
    for is_answer, at in batch:
        if is_answer:
            noted.add_answer(at, MessageId(new_id()))
        else:
            noted.add_question(at, MessageId(new_id()), None)
    return noted


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.data())
def test_in_one_batch_or_in_many(answers: list[bool], data: st.DataObject) -> None:
    said = [(each, NOON + timedelta(minutes=n)) for n, each in enumerate(answers)]
    cut = data.draw(st.integers(0, len(said) - 1))
    one_by_one, in_two = Standing(), Standing()
    for each in said:
        one_by_one.note(note([each]))
    for batch in (said[:cut], said[cut:]):
        if batch:
            in_two.note(note(batch))

    assert in_two.told == one_by_one.told
    questions = [at for is_answer, at in said if not is_answer]
    last_answer = max((at for is_answer, at in said if is_answer), default=NOON - timedelta(1))
    since = [at for at in questions if at > last_answer]
    assert in_two.unanswered_since == (since[0] if since else None)
