"""Asks, one after another, whether subscribers may follow what they asked for, and still may.

A conversation's reader may change at any time: so the answer is asked for anew when an event tells
that something changed hands, and when the roles of a subscriber did.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg
import structlog

from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection, Database
from halfminute.kit.errors import Unavailable
from halfminute.realtime.sockets import Subscription

logger = structlog.get_logger(__name__)

Check: TypeAlias = Callable[[Connection, Principal, UUID], Awaitable[bool]]
_AT_A_TIME: Final = 100
_RETRY_SECONDS: Final = 0.25


class Authority:
    """The registered checks, and a loop that asks them."""

    def __init__(
        self,
        database: Database,
        *,
        admit: Callable[[Subscription], None],
        refuse: Callable[[Subscription, str], None],
    ) -> None:
        """`admit` is told of new subscriptions that may; `refuse` of any that may not."""
        self._database = database
        self._admit = admit
        self._refuse = refuse
        self._checks: dict[str, Check] = {}
        self._asked: deque[Subscription] = deque()
        self._bell = asyncio.Event()

    def register(self, kind: str, check: Check) -> None:
        """Ask `check` for streams of this kind; those of a kind without a check are refused."""
        self._checks[kind] = check

    def ask(self, subscription: Subscription) -> None:
        """Decide about it soon. The contact in a conversation needs no query."""
        principal = subscription.socket.principal
        if principal.kind == "conversation":
            is_own = subscription.key == ("conversation", principal.conversation_id)
            self._decide(subscription, is_allowed=is_own)
        elif not subscription.is_check_due:
            subscription.is_check_due = True
            self._asked.append(subscription)
            self._bell.set()

    async def run(self) -> None:
        """Decide until cancelled; while the database is gone everything stays as it is."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            try:
                while self._asked:
                    await self._decide_some()
            except (Unavailable, asyncpg.PostgresError) as error:
                logger.warning("authority_postponed", fault=type(error).__name__)
                self._bell.set()
                await asyncio.sleep(_RETRY_SECONDS)

    async def _decide_some(self) -> None:
        async with self._database.connection() as connection:
            for subscription in list(islice(self._asked, _AT_A_TIME)):
                # A change that comes while we ask asks again.
                subscription.is_check_due = False
                if subscription.phase != "ended":
                    is_allowed = await self._is_allowed(connection, subscription)
                    self._decide(subscription, is_allowed=is_allowed)
                self._asked.popleft()

    async def _is_allowed(self, connection: Connection, subscription: Subscription) -> bool:
        check = self._checks.get(subscription.key.kind)
        if check is None:
            return False
        try:
            return await check(connection, subscription.socket.principal, subscription.key.id)
        except (Unavailable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            raise
        except Exception:  # a bug in a check must not let anybody in, nor stop the others
            logger.exception("authoriser_failed", kind=subscription.key.kind)
            return False

    def _decide(self, subscription: Subscription, *, is_allowed: bool) -> None:
        if not is_allowed:
            self._refuse(subscription, "not_found")
        elif subscription.phase == "checking":
            self._admit(subscription)
