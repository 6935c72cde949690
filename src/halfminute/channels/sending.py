"""Sends one message through its account, and says how it ended."""

from __future__ import annotations

import asyncio
from typing import Final
from uuid import UUID

import structlog

from halfminute.channels import tables
from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.errors import UnknownChannelKind
from halfminute.channels.health import record_health
from halfminute.channels.pacing import Pacer
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccount, Health, Outcome, Result
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.time import utc_now
from halfminute.sdk.channel import Outgoing
from halfminute.sdk.errors import ProviderError

# A call that takes longer is cut, and counts as perhaps carried out.
SEND_TIMEOUT_SECONDS: Final = 60

logger = structlog.get_logger(__name__)


class ChannelSender:
    """Two steps, so that the caller can commit its attempt between them: wait, then send."""

    def __init__(
        self, log: EventLog, book: AccountBook, registry: ChannelRegistry, clients: ClientPool
    ) -> None:
        """One per process: the line before an account is kept here."""
        self._log = log
        self._book = book
        self._registry = registry
        self._clients = clients
        self._pacers: dict[UUID, Pacer] = {}

    async def wait_turn(
        self, account_id: UUID, address_external_id: str, *, priority: int = 0
    ) -> None:
        """Return when the account's pace allows one message to this address.

        `priority` 0 is an agent's reply; higher numbers wait for it.
        Raises ChannelAccountNotFound, UnknownChannelKind, DatabaseUnavailable.
        """
        account = await self._book.get(account_id)
        pacer = self._pacer(account)
        if account.sending_blocked_until is not None:
            pacer.block((account.sending_blocked_until - utc_now()).total_seconds())
        await pacer.wait_turn(address_external_id, priority)

    async def send(self, account_id: UUID, outgoing: Outgoing) -> Outcome:
        """Send at once, once. What the provider says is in the outcome, never an exception.

        Raises ChannelAccountNotFound and DatabaseUnavailable, and then nothing was sent.
        """
        account = await self._book.get(account_id)
        outcome = await self._try(account, outgoing)
        try:
            await self._note(account, outcome)
        except Unavailable:
            # The outcome matters more; the pause holds in this process all the same.
            logger.warning("channel_state_not_stored", channel_account_id=str(account_id))
        return outcome

    async def _try(self, account: ChannelAccount, outgoing: Outgoing) -> Outcome:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS), self._clients.use(account) as client:
                sent = await client.send(outgoing)
        except ProviderError as error:
            return _outcome_of(error)
        except UnknownChannelKind as error:
            return Outcome(result="failed", reason=error.message)
        except TimeoutError:
            return Outcome(result="unknown", reason="The provider did not answer in time")
        except Exception:  # a fault in a plug-in, perhaps after the provider took the message
            logger.exception("send_broke", channel_account_id=str(account.id))
            return Outcome(result="unknown", reason="The channel's plug-in broke while sending")
        return Outcome(result="sent", external_id=sent.external_id)

    async def _note(self, account: ChannelAccount, outcome: Outcome) -> None:
        if outcome.retry_after_seconds is not None:
            await self._block(account, outcome.retry_after_seconds)
            return
        health = _health_shown_by(outcome)
        if health is not None and (health != account.health or health == "failing"):
            await record_health(self._log, account.id, health, outcome.reason)
            self._book.forget(account.id)

    async def _block(self, account: ChannelAccount, seconds: float) -> None:
        self._pacer(account).block(seconds)
        async with self._log.database.transaction() as connection:
            await connection.execute(tables.BLOCK_SENDING, account.id, seconds)
        self._book.forget(account.id)

    def _pacer(self, account: ChannelAccount) -> Pacer:
        pacer = self._pacers.get(account.id)
        if pacer is None:
            pacer = Pacer(self._registry.get(account.kind).capabilities.pace)
            self._pacers[account.id] = pacer
        return pacer


def _outcome_of(error: ProviderError) -> Outcome:
    return Outcome(
        result=_result_of(error),
        reason=error.reason,
        retry_after_seconds=error.retry_after_seconds,
        is_address_unreachable=error.is_address_unreachable,
    )


def _result_of(error: ProviderError) -> Result:
    if error.is_ambiguous:
        return "unknown"
    return "retry" if error.is_retryable else "failed"


def _health_shown_by(outcome: Outcome) -> Health | None:
    """A refusal of one message, or a call cut short, says nothing about the account."""
    if outcome.result == "sent":
        return "ok"
    return "failing" if outcome.result == "retry" else None
