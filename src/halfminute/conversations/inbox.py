"""Where listeners hand over what providers told them: committed in groups.

A commit takes what came since the last one began, and the more it takes the longer the next one
waits, up to some milliseconds. So a lone payload is committed at once, and a crowd shares one
transaction and one write to the disk.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from halfminute.channels.accounts import AccountBook
from halfminute.channels.business import BusinessConnectionBook
from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccount
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.conversations.actions.take_in import (
    Intake,
    find_unknown_connection,
    list_connection_names,
    take_in,
    translate,
)
from halfminute.conversations.entry import EntryStep
from halfminute.conversations.links import strike_out_links
from halfminute.conversations.storable import storable_text
from halfminute.kit.cadence import Cadence
from halfminute.kit.database import DatabaseBusy, DatabaseUnavailable
from halfminute.kit.errors import Unavailable
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id
from halfminute.kit.metrics import intake_batch_size, intake_seconds, intake_total
from halfminute.sdk.channel import Channel
from halfminute.sdk.errors import MalformedPayload

BATCH_SIZE: Final = 50
# Batches of so many begin so far apart; smaller ones follow each other sooner.
_PACE_SECONDS: Final = 0.008
_CROWD: Final = 4
BUFFER_SIZE: Final = 2000
# Longer than every limit of the database on a transaction: what is not over by then never will be.
BATCH_TIMEOUT_SECONDS: Final = 12
_KEY_LENGTH: Final = 500

logger = structlog.get_logger(__name__)


class Overloaded(Unavailable):
    """More is coming in than can be stored: bring it again in a moment."""

    code = "overloaded"


class _Waiting:
    """A payload in the buffer, with all who wait for it."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.since = time.perf_counter()
        self.callers: list[asyncio.Future[None]] = []

    def answer(self, error: Unavailable | None) -> None:
        for caller in self.callers:
            if not caller.done():
                if error is None:
                    caller.set_result(None)
                else:
                    caller.set_exception(error)


class GroupInbox:
    """Implements `halfminute.sdk.inbox.Inbox`."""

    def __init__(  # noqa: PLR0913 - the parts of an inbox, each by its name
        self,
        log: EventLog,
        book: AccountBook,
        registry: ChannelRegistry,
        connections: BusinessConnectionBook,
        *,
        links: LinkTokens,
        steps: Sequence[EntryStep],
        batch_size: int = BATCH_SIZE,
        buffer_size: int = BUFFER_SIZE,
    ) -> None:
        """Conversations that begin go through `steps`; `links` reads what customers came by."""
        self._log = log
        self._book = book
        self._registry = registry
        self._connections = connections
        self._links = links
        self._steps = steps
        self._batch_size = batch_size
        self._buffer_size = buffer_size
        self._buffer: deque[_Waiting] = deque()
        self._known: dict[tuple[UUID, str], _Waiting] = {}
        self._flusher: asyncio.Task[None] | None = None
        self._cadence = Cadence(_PACE_SECONDS, crowd=_CROWD)

    async def take_in(self, channel_account_id: UUID, raw: bytes) -> None:
        """Return after the commit; the same payload again waits for the first.

        Raises Unavailable (nothing is stored, bring it again), MalformedPayload,
        ChannelAccountNotFound. A caller that goes away does not disturb the others.
        """
        account = await self._book.get(channel_account_id)
        channel, key = self._read_key(account, raw)
        waiting = self._known.get((account.id, key))
        if waiting is None:
            intake = await self._prepare(account, channel, key, raw)
            # Another may have brought the same while its connection was looked up.
            waiting = self._known.get((account.id, key)) or self._place(intake)
        caller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.callers.append(caller)
        await caller

    async def close(self) -> None:
        """Wait until all that was handed over is answered."""
        if self._flusher is not None:
            await asyncio.gather(self._flusher, return_exceptions=True)

    def _read_key(self, account: ChannelAccount, raw: bytes) -> tuple[Channel, str]:
        channel = self._registry.find(account.kind)
        if channel is None:
            raise ChannelAccountNotFound
        key = channel.read_key(raw)
        if len(key) > _KEY_LENGTH or storable_text(key) != key:
            raise MalformedPayload
        return channel, key

    async def _prepare(
        self, account: ChannelAccount, channel: Channel, key: str, raw: bytes
    ) -> Intake:
        """Translated, with the connections that it names. Raises Unavailable."""
        self._require_room(account)
        updates, translation, error = translate(channel, raw)
        struck = strike_out_links(self._links, raw, updates)
        intake = Intake(
            raw_payload_id=new_id(),
            account=account,
            key=key,
            raw=struck.raw,
            updates=struck.updates,
            claims=struck.claims,
            translation=translation,
            error=error,
        )
        if names := list_connection_names(updates):
            intake.connections = await self._connections.find_all(account, names)
            unknown = find_unknown_connection(names, intake.connections)
            if unknown is not None:
                intake.fail(unknown.message)
        return intake

    def _require_room(self, account: ChannelAccount) -> None:
        if len(self._buffer) >= self._buffer_size:
            intake_total.labels(account.kind, "refused").inc()
            raise Overloaded

    def _place(self, intake: Intake) -> _Waiting:
        self._require_room(intake.account)
        waiting = _Waiting(intake)
        self._known[intake.account.id, intake.key] = waiting
        self._buffer.append(waiting)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush_all())
        return waiting

    async def _flush_all(self) -> None:
        while self._buffer:
            await self._cadence.wait()
            size = min(len(self._buffer), self._batch_size)
            self._cadence.note_served(size)
            await self._flush([self._buffer.popleft() for _ in range(size)])

    async def _flush(self, batch: list[_Waiting]) -> None:
        error: Unavailable | None = DatabaseUnavailable()
        try:
            error = await self._commit([waiting.intake for waiting in batch])
        finally:
            now = time.perf_counter()
            for waiting in batch:
                intake = waiting.intake
                del self._known[intake.account.id, intake.key]
                waiting.answer(error)
                outcome = intake.translation if error is None else "refused"
                intake_total.labels(intake.account.kind, outcome).inc()
                intake_seconds.observe(now - waiting.since)
            intake_batch_size.observe(len(batch))

    async def _commit(self, intakes: list[Intake]) -> Unavailable | None:
        """None when it is stored, else what to tell all who wait."""
        try:
            async with asyncio.timeout(BATCH_TIMEOUT_SECONDS):
                try:
                    await take_in(self._log, intakes, self._steps)
                except DatabaseBusy:
                    # The loser of a deadlock; the winner is through by now.
                    await take_in(self._log, intakes, self._steps)
        except Unavailable as error:
            return error
        except TimeoutError:
            return DatabaseUnavailable()
        except Exception:  # loud; to the provider we are down for a moment, and it keeps its word
            logger.exception("intake_broke", size=len(intakes))
            return Unavailable()
        return None
