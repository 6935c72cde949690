"""Tells the channel of one account that agents type, beside the sending of its messages.

Best effort: nothing is tried twice, and nothing is told that a reply would have to wait for.
"""

from __future__ import annotations

import asyncio
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from halfminute.conversations.delivery.line import Line
from halfminute.conversations.tables import typing as tables
from halfminute.conversations.typing import TRUE_SECONDS
from halfminute.kit.database import Database
from halfminute.kit.errors import HalfminuteError, Unavailable
from halfminute.kit.wakeups import Waker
from halfminute.sdk.channel import OutgoingTyping

# How many are told at once: more would wait for the provider rather than be true.
AT_ONCE: Final = 16
# The bell may be lost, and with it a signal: it is not worth looking more often.
LOOK_SECONDS: Final = 30.0

logger = structlog.get_logger(__name__)


class _Due(NamedTuple):
    conversation_id: UUID
    address_external_id: str
    business_connection_id: str | None


class TypingWorker:
    """The worker of one account's typing, for as long as the account's lock is held."""

    def __init__(self, database: Database, line: Line, bell: Waker) -> None:
        """`bell` rings when an agent types."""
        self._database = database
        self._line = line
        self._bell = bell

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._look()
            await self._bell.wait(LOOK_SECONDS)

    async def _look(self) -> None:
        try:
            due = await self._claim()
        except Unavailable:
            return
        await asyncio.gather(*map(self._tell, due))

    async def _claim(self) -> list[_Due]:
        account_id = self._line.channel_account_id
        async with self._database.transaction() as connection:
            await connection.execute(tables.LAZILY)
            await connection.execute(tables.FORGET, account_id)
            rows = await connection.fetch(tables.CLAIM, account_id, TRUE_SECONDS, AT_ONCE)
        return [_Due(*row) for row in rows]

    async def _tell(self, due: _Due) -> None:
        typing = OutgoingTyping(
            address_external_id=due.address_external_id,
            business_connection_id=due.business_connection_id,
        )
        try:
            await self._line.show_typing(typing)
        except HalfminuteError as error:
            logger.info("typing_not_shown", reason=error.code)
        except Exception:  # a fault in a plug-in; the customer's messages go on
            logger.exception("typing_broke", conversation_id=str(due.conversation_id))
