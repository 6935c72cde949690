"""The database's side of an attempt to send: begun before the call, ended by what came of it.

Every step is a compare-and-set of the outbox's row (state and attempt number), so that two workers
who both believe an account to be theirs still begin each attempt once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from halfminute.contacts.actions.set_reachability import set_reachability
from halfminute.contacts.types import AddressId
from halfminute.conversations.delivery.endings import Ending
from halfminute.conversations.delivery.sent import note_sent
from halfminute.conversations.delivery.states import (
    EVENT_OF,
    TRANSITIONS,
    Happening,
    find_next_state,
)
from halfminute.conversations.early_words import (
    apply_early_words,
    wait_for_early_words,
)
from halfminute.conversations.tables import delivery as tables
from halfminute.conversations.types import ConversationId, Delivery, MessageId
from halfminute.kit.database import Connection
from halfminute.kit.event_log import EventLog, Unit, stream_name
from halfminute.sdk.channel import Outgoing
from halfminute.sdk.model import read_parts

CUT_SHORT: Final = "cut short"

_ATTEMPT_OUTCOMES: Final[dict[Happening, str]] = {
    Happening.ACCEPTED: "sent",
    Happening.REFUSED: "failed",
    Happening.PUT_OFF: "retry",
    Happening.CUT: "unknown",
}


def outbox_topic(channel_account_id: UUID) -> str:
    """The bell that rings when something waits to be sent through this account."""
    return f"outbox:{channel_account_id}"


class DueMessage(NamedTuple):
    """A message whose turn has come; `attempt` counts what was tried before."""

    message_id: MessageId
    address_id: AddressId
    attempt: int
    failures: int
    outgoing: Outgoing

    @property
    def is_bulk(self) -> bool:
        """Whether agents' replies go before it."""
        return self.outgoing.priority > 0


class Attempt(NamedTuple):
    """One call of the provider for one message."""

    message_id: MessageId
    number: int


async def list_due(
    connection: Connection,
    channel_account_id: UUID,
    *,
    busy_address_ids: Collection[UUID],
    limit: int,
) -> list[DueMessage]:
    """The first message of each address that may be sent now, agents' replies before bulk."""
    rows = await connection.fetch(tables.DUE, channel_account_id, list(busy_address_ids), limit)
    return [_due(row) for row in rows]


async def seconds_to_next(connection: Connection, channel_account_id: UUID) -> float | None:
    """How long until a message of the account comes due; None when nothing waits."""
    seconds: float | None = await connection.fetchval(tables.SECONDS_TO_NEXT, channel_account_id)
    return seconds


async def begin_attempt(log: EventLog, due: DueMessage) -> Attempt | None:
    """Commit that the provider is about to be called; None if somebody else was quicker."""
    async with log.write() as unit:
        conversation_id = await unit.connection.fetchval(
            tables.BEGIN_ATTEMPT,
            due.message_id,
            due.attempt,
            TRANSITIONS["queued", Happening.STARTED],
        )
        if conversation_id is None:
            return None
        _tell(unit, conversation_id, due.message_id, "sending")
    return attempt_after(due)


def attempt_after(due: DueMessage) -> Attempt:
    """The attempt that `begin_attempt` begins."""
    return Attempt(due.message_id, due.attempt + 1)


async def end_attempt(log: EventLog, attempt: Attempt, ending: Ending) -> None:
    """Commit what came of it. Harmless when repeated; late when the attempt was given up."""
    async with log.write() as unit:
        state = TRANSITIONS["sending", ending.happening]
        row = await _end(unit, attempt, ending, state)
        if row is None:
            row = await _correct(unit, attempt, ending)
        else:
            _tell(unit, row["conversation_id"], attempt.message_id, state, ending)
            await note_sent(unit, attempt.message_id, row, ending)
            if row.get("is_spoken_of"):
                await _apply_early_words(unit, attempt, row, ending)
        if row is not None and ending.is_address_unreachable:
            why = ending.refusal or ending.reason
            await shut_out(unit, row["conversation_id"], row["address_id"], why)


async def cut_attempts(
    log: EventLog,
    channel_account_id: UUID,
    *,
    held: Collection[UUID],
    older_than_seconds: float = 0.0,
) -> Sequence[UUID]:
    """Give up the attempts that a dead process left; returns their messages.

    `held` are the messages of which this very process still awaits or stores an answer.
    """
    async with log.write() as unit:
        state = TRANSITIONS["sending", Happening.CUT]
        rows = await unit.connection.fetch(
            tables.CUT_ATTEMPTS,
            channel_account_id,
            state,
            list(held),
            CUT_SHORT,
            older_than_seconds,
        )
        for row in rows:
            _tell(unit, row["conversation_id"], row["id"], state)
    return [row["id"] for row in rows]


async def shut_out(
    unit: Unit, conversation_id: ConversationId, address_id: AddressId, reason: str
) -> None:
    """Mark the address as one that nobody can be reached at until they write again."""
    if await set_reachability(unit, address_id, is_reachable=False, reason=reason):
        data = {
            "conversation_id": str(conversation_id),
            "address_id": str(address_id),
            "is_reachable": False,
        }
        stream = stream_name("conversation", conversation_id)
        unit.record("AddressReachabilityChanged", data, stream)


async def _end(
    unit: Unit, attempt: Attempt, ending: Ending, state: Delivery
) -> asyncpg.Record | None:
    if ending.happening is Happening.PUT_OFF:
        return await unit.connection.fetchrow(
            tables.PUT_OFF_ATTEMPT,
            *attempt,
            ending.reason,
            state,
            ending.put_off_seconds,
            ending.failures,
            ending.refusal,
        )
    return await unit.connection.fetchrow(
        tables.END_ATTEMPT,
        *attempt,
        _ATTEMPT_OUTCOMES[ending.happening],
        ending.reason,
        ending.external_id,
        state,
        ending.is_retryable,
        ending.refusal,
    )


async def _correct(unit: Unit, attempt: Attempt, ending: Ending) -> asyncpg.Record | None:
    """A late answer: it is the truth about its attempt, and about the message if none followed."""
    message = await unit.connection.fetchrow(tables.LOCK_MESSAGE, attempt.message_id)
    if message is None:
        return None
    is_last = await unit.connection.fetchval(tables.IS_LAST_ATTEMPT, *attempt)
    await unit.connection.execute(
        tables.RECORD_LATE_OUTCOME,
        *attempt,
        _ATTEMPT_OUTCOMES[ending.happening],
        ending.reason,
        ending.external_id,
    )
    if not is_last:
        return None
    state = find_next_state(message["delivery"], ending.happening)
    if state is None:
        return None
    is_retryable = ending.is_retryable or ending.happening is Happening.PUT_OFF
    ending = ending._replace(is_retryable=is_retryable)
    await unit.connection.execute(
        tables.CORRECT_MESSAGE,
        attempt.message_id,
        state,
        ending.reason,
        is_retryable,
        ending.external_id,
        ending.refusal,
    )
    _tell(unit, message["conversation_id"], attempt.message_id, state, ending)
    await note_sent(unit, attempt.message_id, message, ending)
    await wait_for_early_words(unit, message["address_id"])
    await _apply_early_words(unit, attempt, message, ending)
    return message


async def _apply_early_words(
    unit: Unit, attempt: Attempt, message: asyncpg.Record, ending: Ending
) -> None:
    if ending.external_id is None:
        return
    for external_id in (ending.external_id, *ending.more_external_ids):
        await apply_early_words(
            unit,
            attempt.message_id,
            message["conversation_id"],
            message["address_id"],
            external_id,
        )


def _tell(
    unit: Unit,
    conversation_id: ConversationId,
    message_id: MessageId,
    state: Delivery,
    ending: Ending | None = None,
) -> None:
    data: dict[str, object] = {
        "conversation_id": str(conversation_id),
        "message_id": str(message_id),
    }
    if state == "failed" and ending is not None:
        data["is_retryable"] = ending.is_retryable
    unit.record(EVENT_OF[state], data, stream_name("conversation", conversation_id))


def _due(row: asyncpg.Record) -> DueMessage:
    return DueMessage(
        message_id=row["message_id"],
        address_id=row["address_id"],
        attempt=row["attempt"],
        failures=row["failures"],
        outgoing=Outgoing(
            message_id=row["message_id"],
            address_external_id=row["address_external_id"],
            parts=read_parts(row["parts"]),
            reply_to_external_id=row["reply_to_external_id"],
            priority=row["priority"],
            business_connection_id=row["business_connection_id"],
        ),
    )
