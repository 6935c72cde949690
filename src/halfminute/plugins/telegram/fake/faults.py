"""Faults that a test orders: what goes wrong at the provider, one at a time and on demand."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from typing import Any, Final

import msgspec

from halfminute.plugins.telegram.fake.refusals import CutConnection, RawAnswer, Refusal


class FailSends(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="fail_sends"):
    """The next sends, edits and deletions are answered with a status and not carried out.

    `body` stands for an answer from something in between, which is not the Bot API's JSON.
    """

    count: int = 1
    status: int = 500
    description: str = "Internal Server Error"
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    body: str | None = None

    def as_refusal(self) -> Refusal:
        """The answer."""
        parameters: dict[str, int] = {}
        if self.retry_after is not None:
            parameters["retry_after"] = self.retry_after
        if self.migrate_to_chat_id is not None:
            parameters["migrate_to_chat_id"] = self.migrate_to_chat_id
        return Refusal(self.status, self.description, **parameters)


class DelaySends(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="delay_sends"):
    """The next of them are answered late; they are carried out at once."""

    count: int = 1
    seconds: float = 1.0


class CutSends(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="cut_sends"):
    """The next of them get no answer but a closed connection; carried out if `is_carried_out`."""

    count: int = 1
    is_carried_out: bool = True


class DuplicateUpdates(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="duplicate_updates"
):
    """The next acknowledged updates are brought once more."""

    count: int = 1


Fault = FailSends | DelaySends | CutSends | DuplicateUpdates
SendFault = FailSends | DelaySends | CutSends

_ENDLESS: Final = 1_000_000


async def end_send(fault: SendFault | None) -> None:
    """After a call was carried out: its answer is late, or never comes (CutConnection)."""
    if isinstance(fault, CutSends):
        raise CutConnection
    if isinstance(fault, DelaySends):
        await asyncio.sleep(fault.seconds)


class Faults:
    """The orders that are still to be carried out, by bot, each kind in its own line."""

    def __init__(self) -> None:
        self._sends: dict[int, deque[SendFault]] = defaultdict(deque)
        self._duplicates: dict[int, int] = defaultdict(int)

    def order(self, bot_id: int, fault: Fault) -> None:
        """Adds to what is ordered."""
        if isinstance(fault, DuplicateUpdates):
            self._duplicates[bot_id] += fault.count
        else:
            self._sends[bot_id].extend([fault] * min(fault.count, _ENDLESS))

    def forget(self, bot_id: int) -> None:
        """Takes all orders back."""
        self._sends.pop(bot_id, None)
        self._duplicates.pop(bot_id, None)

    def begin_send(self, bot_id: int) -> SendFault | None:
        """What shall go wrong with this call, for `end_send` when it is carried out.

        Raises Refusal, RawAnswer and CutConnection where it is not to be carried out at all.
        """
        ordered = self._sends.get(bot_id)
        fault = ordered.popleft() if ordered else None
        if isinstance(fault, FailSends):
            if fault.body is not None:
                raise RawAnswer(fault.status, fault.body)
            raise fault.as_refusal()
        if isinstance(fault, CutSends) and not fault.is_carried_out:
            raise CutConnection
        return fault

    def take_duplicate(self, bot_id: int) -> bool:
        """Whether this acknowledged update shall come again."""
        if self._duplicates.get(bot_id, 0) <= 0:
            return False
        self._duplicates[bot_id] -= 1
        return True

    def count(self, bot_id: int) -> dict[str, Any]:
        """What is still ordered."""
        return {
            "sends": len(self._sends.get(bot_id, ())),
            "duplicate_updates": self._duplicates.get(bot_id, 0),
        }
