"""Takes in a batch of payloads in one transaction: keys, raw bytes, and what they mean.

What cannot be applied is kept all the same, marked `failed`, and can be translated again. A fault
that lies with the database, and not with a payload, fails the whole batch instead: then nothing is
stored, and the providers bring it all again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
import structlog

from halfminute.channels.actions.owe_acknowledgements import Owed, owe_acknowledgements
from halfminute.channels.actions.put_business_connections import ToldConnection
from halfminute.channels.business import KnownConnections
from halfminute.channels.payloads import Payload, Translation, keep_payloads, mark_payload
from halfminute.channels.types import ChannelAccount
from halfminute.conversations.actions.apply_business_connections import (
    apply_business_connections,
)
from halfminute.conversations.actions.apply_updates import apply_updates
from halfminute.conversations.arrivals import Arrival, arrival_of
from halfminute.conversations.entry import EntryStep
from halfminute.conversations.links import Claims
from halfminute.conversations.storable import storable_json, storable_text
from halfminute.kit.errors import RequestError, Unavailable
from halfminute.kit.event_log import EventLog, Unit
from halfminute.sdk.channel import (
    Channel,
    InboundAcknowledgement,
    InboundBusinessConnection,
    InboundMessage,
    InboundUpdate,
)
from halfminute.sdk.errors import MalformedPayload

logger = structlog.get_logger(__name__)

_NO_CLAIMS: Final[Claims] = {}
_PASSING: Final = (
    Unavailable,
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.exceptions.LockNotAvailableError,
)


class Intake(msgspec.Struct, kw_only=True, dict=True):
    """One payload on its way in, translated; `connections` has all that its updates name."""

    raw_payload_id: UUID
    account: ChannelAccount
    key: str
    raw: bytes
    updates: list[InboundUpdate]
    translation: Translation
    error: str = ""
    connections: KnownConnections = {}
    claims: Claims = msgspec.field(default_factory=dict)

    @cached_property
    def arrivals(self) -> list[Arrival]:
        """What people said or did, ready to be applied; first asked for when it is committed."""
        return arrivals_of(
            self.updates, self.account, self.raw_payload_id, self.connections, self.claims
        )

    def fail(self, error: str) -> None:
        """Keep it as it came, to be translated again; what its provider waits for is told still."""
        self.updates = [each for each in self.updates if isinstance(each, InboundAcknowledgement)]
        self.translation, self.error = "failed", error


def arrivals_of(
    updates: Sequence[InboundUpdate],
    account: ChannelAccount,
    raw_payload_id: UUID,
    connections: KnownConnections,
    claims: Claims = _NO_CLAIMS,
) -> list[Arrival]:
    """What people said or did, ready to be applied."""
    return [
        arrival_of(
            update,
            account,
            raw_payload_id,
            connections,
            claims.get(update.external_id) if isinstance(update, InboundMessage) else None,
        )
        for update in updates
        if not isinstance(update, InboundAcknowledgement | InboundBusinessConnection)
    ]


def connections_of(
    updates: Sequence[InboundUpdate], account: ChannelAccount, raw_payload_id: UUID
) -> list[ToldConnection]:
    """What became of business connections."""
    return [
        ToldConnection(_storable(update), account.id, raw_payload_id)
        for update in updates
        if isinstance(update, InboundBusinessConnection)
    ]


class UnknownBusinessConnection(RequestError):
    """Neither we nor the provider know the connection in whose chat it was said."""

    code = "unknown_business_connection"


def find_unknown_connection(
    names: Sequence[str], known: KnownConnections
) -> UnknownBusinessConnection | None:
    """What is wrong, if one of the names is not known."""
    unknown = [name for name in names if name not in known]
    return UnknownBusinessConnection(f"no business connection {unknown[0]}") if unknown else None


def _storable(told: InboundBusinessConnection) -> InboundBusinessConnection:
    return msgspec.structs.replace(
        told,
        external_id=storable_text(told.external_id),
        owner_external_id=storable_text(told.owner_external_id),
        owner_name=storable_text(told.owner_name),
    )


def list_connection_names(updates: Sequence[InboundUpdate]) -> list[str]:
    """The business connections in whose chats they are."""
    words = (
        u for u in updates if not isinstance(u, InboundAcknowledgement | InboundBusinessConnection)
    )
    named = (update.sender.business_connection_id for update in words)
    return sorted({storable_text(name) for name in named if name is not None})


def owed_of(updates: Sequence[InboundUpdate], account: ChannelAccount) -> list[Owed]:
    """What the provider is to be told once they are committed, whatever becomes of them."""
    return [
        Owed(account.id, storable_json(update.reference))
        for update in updates
        if isinstance(update, InboundAcknowledgement)
    ]


def translate(channel: Channel, raw: bytes) -> tuple[list[InboundUpdate], Translation, str]:
    """The updates, what became of the translation, and the error if it failed."""
    try:
        updates = channel.translate(raw)
    except MalformedPayload as error:
        return [], "failed", error.message
    except Exception as error:  # a fault in a plug-in: the payload is kept and translated again
        logger.exception("translation_broke", channel_kind=channel.kind)
        return [], "failed", f"{type(error).__name__}: {error}"
    return updates, "translated" if updates else "ignored", ""


async def take_in(log: EventLog, intakes: Sequence[Intake], steps: Sequence[EntryStep]) -> None:
    """Commit them together; those taken in before leave no trace. No two may have the same key.

    Raises what the database raises; then nothing is stored.
    """
    try:
        async with log.write() as unit:
            fresh = await _keep(unit, intakes)
            await apply_updates(unit, [a for intake in fresh for a in intake.arrivals], steps)
    except Exception as error:
        if is_passing(error):
            raise
        await _take_in_one_by_one(log, intakes, steps)


async def _take_in_one_by_one(
    log: EventLog, intakes: Sequence[Intake], steps: Sequence[EntryStep]
) -> None:
    """One of them is at fault: find it, and commit the others with what can be kept of it."""
    failures: list[tuple[Intake, Exception]] = []
    async with log.write() as unit:
        for intake in await _keep(unit, intakes):
            error = await try_to_apply(unit, intake.arrivals, steps)
            if error is not None:
                failures.append((intake, error))
                words = f"{type(error).__name__}: {error}"
                await mark_payload(unit, intake.raw_payload_id, "failed", words)
    # Told only now: a long traceback is no reason to keep a transaction open.
    for intake, error in failures:
        intake.translation = "failed"
        tell_failure(intake.raw_payload_id, error)


async def _keep(unit: Unit, intakes: Sequence[Intake]) -> list[Intake]:
    """Those that are new and mean something; what their providers wait for is owed from now on."""
    fresh = await keep_payloads(unit, [_payload(intake) for intake in intakes])
    kept = [each for each in intakes if each.raw_payload_id in fresh and each.updates]
    owed = [each for intake in kept for each in owed_of(intake.updates, intake.account)]
    await owe_acknowledgements(unit, owed)
    told = [
        c for each in kept for c in connections_of(each.updates, each.account, each.raw_payload_id)
    ]
    await apply_business_connections(unit, told)
    return kept


def tell_failure(raw_payload_id: UUID, error: Exception) -> None:
    """Say loudly that a payload was kept and not applied."""
    logger.error("payload_not_applied", raw_payload_id=str(raw_payload_id), exc_info=error)


def is_passing(error: Exception) -> bool:
    """Whether the fault lies with the database at this moment, and not with what was given."""
    if isinstance(error, asyncpg.InterfaceError):
        # A value that the driver cannot encode is told as an interface error as well.
        return not isinstance(error, ValueError)
    return isinstance(error, _PASSING)


async def try_to_apply(
    unit: Unit, arrivals: Sequence[Arrival], steps: Sequence[EntryStep]
) -> Exception | None:
    """Apply all of them or none; returns what went wrong, unless it lies with the database."""
    try:
        async with unit.savepoint():
            await apply_updates(unit, arrivals, steps)
    except Exception as error:
        if is_passing(error):
            raise
        return error
    return None


def _payload(intake: Intake) -> Payload:
    return Payload(
        id=intake.raw_payload_id,
        channel_account_id=intake.account.id,
        key=intake.key,
        body=intake.raw,
        translation=intake.translation,
        error=intake.error,
        sender_key=_sender_key(intake),
    )


def _sender_key(intake: Intake) -> str | None:
    """The one who speaks in the payload: by this it is found when the person is to be forgotten."""
    senders = {arrival.address_key.external_id for arrival in intake.arrivals}
    return senders.pop() if len(senders) == 1 else None
