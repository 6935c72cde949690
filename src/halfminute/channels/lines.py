"""Sends one message, or a change of one, through its account, and says how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import structlog

from halfminute.channels import tables
from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.health import record_health
from halfminute.channels.pacing import Pacer
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccount, ChannelAccountId, Health, Outcome, Result
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.time import utc_now
from halfminute.sdk.channel import (
    ChannelClient,
    Outgoing,
    OutgoingChange,
    OutgoingEdit,
    OutgoingTyping,
    Sent,
)
from halfminute.sdk.errors import ProviderError

# A call that takes longer is cut, and counts as perhaps carried out.
SEND_TIMEOUT_SECONDS: Final = 60
# Shown later, it would be true no more.
TYPING_TIMEOUT_SECONDS: Final = 4
# What a slow line carries; so much longer may a call take that carries files.
_UPLOAD_BYTES_A_SECOND: Final = 256 * 1024

Call = Callable[[ChannelClient], Awaitable[Sent | None]]

logger = structlog.get_logger(__name__)


class ChannelLines:
    """The accounts that messages go out by. One per process: the pace is kept here."""

    def __init__(
        self, log: EventLog, book: AccountBook, registry: ChannelRegistry, clients: ClientPool
    ) -> None:
        """Nothing is opened before the first message."""
        self._log = log
        self._book = book
        self._registry = registry
        self._clients = clients
        self._lines: dict[UUID, AccountLine] = {}

    async def list_accounts(self) -> list[ChannelAccountId]:
        """The enabled accounts. Raises DatabaseUnavailable."""
        async with self._log.database.connection() as connection:
            rows = await connection.fetch(tables.LIST_SENDING)
        return [row["id"] for row in rows]

    async def open(self, channel_account_id: UUID) -> AccountLine:
        """The account's line, the same one each time.

        Raises ChannelAccountNotFound, UnknownChannelKind, UnreadableSecret, DatabaseUnavailable.
        """
        account = await self._book.get(channel_account_id)
        line = self._lines.get(account.id)
        if line is None:
            pacer = Pacer(self._registry.get(account.kind).capabilities.pace)
            line = AccountLine(account, pacer, self._log, self._book, self._clients)
            self._lines[account.id] = line
        return line


class AccountLine:
    """One account's way out, in two steps: the caller commits its attempt between them."""

    def __init__(
        self,
        account: ChannelAccount,
        pacer: Pacer,
        log: EventLog,
        book: AccountBook,
        clients: ClientPool,
    ) -> None:
        """Made by `ChannelLines.open`."""
        self.channel_account_id = account.id
        self.channel_kind = account.kind
        self._pacer = pacer
        self._log = log
        self._book = book
        self._clients = clients

    @asynccontextmanager
    async def turn(self, outgoing: Outgoing | OutgoingChange) -> AsyncIterator[None]:
        """Enters when the pace allows this one. Raises ChannelAccountNotFound.

        Its `priority` 0 is an agent's reply; higher numbers wait for it.
        """
        account = await self._book.get(self.channel_account_id)
        # Before the attempt is on record: what waits for us alone must not be cut by our death.
        async with self._clients.use(account) as client:
            await client.prepare()
        if account.sending_blocked_until is not None:
            # Another process may have been told to wait.
            self._pacer.block((account.sending_blocked_until - utc_now()).total_seconds())
        async with self._pacer.turn(outgoing.address_external_id, outgoing.priority):
            yield

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send at once, once. What the provider says is in the outcome, never an exception.

        Raises ChannelAccountNotFound and DatabaseUnavailable, and then nothing was sent.
        """

        async def call(client: ChannelClient) -> Sent:
            return await client.send(outgoing)

        size = sum(file.size for file in outgoing.files.values())
        return await self._call(call, SEND_TIMEOUT_SECONDS + size / _UPLOAD_BYTES_A_SECOND)

    async def change(self, change: OutgoingChange) -> Outcome:
        """Edit or delete at once, once; `sent` means that it is done. Raises as `send` does."""

        async def call(client: ChannelClient) -> None:
            if isinstance(change, OutgoingEdit):
                await client.edit(change)
            else:
                await client.delete(change)

        return await self._call(call)

    async def show_typing(self, typing: OutgoingTyping) -> bool:
        """Show that an agent types, if no reply can be the later for it; whether it was shown.

        Raises ChannelAccountNotFound and DatabaseUnavailable.
        """
        account = await self._book.get(self.channel_account_id)
        until = account.sending_blocked_until
        is_blocked = until is not None and until > utc_now()
        if is_blocked or not self._pacer.take_spare(typing.address_external_id):
            return False
        try:
            async with (
                asyncio.timeout(TYPING_TIMEOUT_SECONDS),
                self._clients.use(account) as client,
            ):
                await client.show_typing(typing)
        except ProviderError as error:
            logger.debug("typing_not_shown", reason=error.reason)
            if error.retry_after_seconds is not None:
                # It holds for replies as well.
                self._pacer.block(error.retry_after_seconds)
                await self._store_block(error.retry_after_seconds)
            return False
        except TimeoutError:
            return False
        return True

    async def _call(self, call: Call, seconds: float = SEND_TIMEOUT_SECONDS) -> Outcome:
        account = await self._book.get(self.channel_account_id)
        outcome = await self._try(account, call, seconds)
        try:
            await self._note(account, outcome)
        except Unavailable:
            # The outcome matters more; the pause holds in this process all the same.
            logger.warning("channel_state_not_stored", channel_account_id=str(account.id))
        return outcome

    async def _try(self, account: ChannelAccount, call: Call, seconds: float) -> Outcome:
        try:
            async with asyncio.timeout(seconds), self._clients.use(account) as client:
                with self._pacer.calling():
                    sent = await call(client)
        except ProviderError as error:
            return _outcome_of(error)
        except TimeoutError:
            return Outcome(result="unknown", reason="The provider did not answer in time")
        except Exception:  # a fault in a plug-in, perhaps after the provider did it
            logger.exception("send_broke", channel_account_id=str(account.id))
            return Outcome(result="unknown", reason="The channel's plug-in broke while sending")
        return _outcome_of_sent(sent)

    async def _note(self, account: ChannelAccount, outcome: Outcome) -> None:
        if outcome.retry_after_seconds is not None:
            self._pacer.block(outcome.retry_after_seconds)
            await self._store_block(outcome.retry_after_seconds)
            return
        health = _health_shown_by(outcome)
        if health is not None and (health, outcome.reason) != (
            account.health,
            account.health_detail,
        ):
            await record_health(
                self._log,
                account.id,
                health,
                outcome.reason,
                secrets_revision=account.secrets_revision,
            )
            self._book.forget(account.id)

    async def _store_block(self, seconds: float) -> None:
        async with self._log.database.transaction() as connection:
            await connection.execute(tables.BLOCK_SENDING, self.channel_account_id, seconds)
        self._book.forget(self.channel_account_id)


def _outcome_of_sent(sent: Sent | None) -> Outcome:
    """Of a change there is nothing more to tell."""
    if sent is None:
        return Outcome(result="sent")
    return Outcome(
        result="sent",
        external_id=sent.external_id,
        more_external_ids=sent.more_external_ids,
        references=sent.references,
    )


def _outcome_of(error: ProviderError) -> Outcome:
    return Outcome(
        result=_result_of(error),
        reason=error.reason,
        refusal=error.refusal,
        retry_after_seconds=error.retry_after_seconds,
        is_address_unreachable=error.is_address_unreachable,
    )


def _result_of(error: ProviderError) -> Result:
    if error.is_ambiguous:
        return "unknown"
    if error.refusal == "account_refused":
        return "held"
    return "retry" if error.is_retryable else "failed"


def _health_shown_by(outcome: Outcome) -> Health | None:
    """A refusal of one message, or a call cut short, says nothing about the account."""
    if outcome.result == "sent":
        return "ok"
    if outcome.result == "held":
        return "refused"
    return "failing" if outcome.result == "retry" else None
