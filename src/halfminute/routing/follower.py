"""The engine as the router has it, to be asked why, in a process that does not route.

It is made of a snapshot and the journal, at the first question, and goes on by the journal from
question to question. Nothing is kept for it on the router's side, and what it decides anew while it
is told the journal is dropped: the router has decided it.

The snapshot is the newest but one, where that leads to the present: from a snapshot nobody learns
how fast conversations have been handled of late, and from the lines after it one does. So whether
a router has just begun makes no difference to what waits are foretold here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from halfminute.kit.database import Connection, Database
from halfminute.kit.garbage import search_paused
from halfminute.routing import journal
from halfminute.routing.errors import ConversationNotRouted, RouterNotReady
from halfminute.routing.journal import Line
from halfminute.routing.lease import find_lease_standing
from halfminute_engine.routing.errors import RoutingError, UnknownConversation
from halfminute_engine.routing.expected_wait import ExpectedWait, WaitForecast
from halfminute_engine.routing.explain import Explanation
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import ConversationId

_SNAPSHOTS: Final = 2
# A take-over is through in less. While nobody routes, nobody's wait can be foretold.
_LEADERLESS_SECONDS: Final = 10.0


class _Begun(NamedTuple):
    """A snapshot and what was told after it, up to the present."""

    packed: bytes
    lines: list[Line]


class RouterFollower:
    """One for each process; questions are answered one after another."""

    def __init__(self, database: Database, *, domain: str = "main") -> None:
        """Nothing is read before the first question."""
        self._database = database
        self._domain = domain
        self._turn = asyncio.Lock()
        self._router: Router | None = None
        self._seq = 0
        self._told_us = 0

    async def explain(self, conversation_id: UUID, now_us: int) -> Explanation:
        """Why the conversation is where the router has it, as of its last commit.

        Raises ConversationNotRouted, RouterNotReady, DatabaseUnavailable.
        """
        async with self._turn:
            router = await self._catch_up()
            try:
                return router.explain(ConversationId(str(conversation_id)), now_us)
            except UnknownConversation as error:
                raise ConversationNotRouted from error

    async def expect(
        self, conversation_ids: Sequence[UUID], now_us: int, *, most_seconds: float
    ) -> dict[UUID, ExpectedWait | None]:
        """The places and waits of conversations as of the router's last commit.

        None for what waits for nobody. A forecast is work: after `most_seconds` of it the others
        are left out.

        Raises RouterNotReady, also when nobody routes; DatabaseUnavailable.
        """
        async with self._turn:
            router = await self._catch_up(is_leader_needed=True)
            # Never before what the router was told last: its clock is another one.
            at_us = max(now_us, self._told_us)
            return await asyncio.to_thread(_expect, router, conversation_ids, at_us, most_seconds)

    async def _catch_up(self, *, is_leader_needed: bool = False) -> Router:
        # What stops half-way leaves nothing behind that is half told.
        router, self._router = self._router, None
        async with self._database.transaction(isolation="repeatable_read") as connection:
            progress = await journal.find_progress(connection, self._domain)
            if progress is None:
                raise RouterNotReady
            if is_leader_needed and not await self._is_routed(connection):
                self._router = router
                raise RouterNotReady
            lines = await self._list_lines(connection, self._seq) if router is not None else []
            begun: _Begun | None = None
            if router is None or not _is_next(lines, self._seq, progress.seq):
                begun = await self._begin(connection, progress.seq)
        try:
            # In a thread: the screens of all others go on meanwhile.
            if begun is not None:
                lines = begun.lines
                router = await asyncio.to_thread(_restore, begun.packed)
            if router is None:
                raise RouterNotReady
            await asyncio.to_thread(_tell, router, lines)
        except RoutingError as error:
            raise RouterNotReady from error
        self._router, self._seq, self._told_us = router, progress.seq, progress.now_us
        return router

    async def _is_routed(self, connection: Connection) -> bool:
        standing = await find_lease_standing(connection, self._domain)
        return standing is not None and standing.seconds_left > -_LEADERLESS_SECONDS

    async def _begin(self, connection: Connection, last_seq: int) -> _Begun:
        """From the oldest of the newest snapshots that leads to the line. Raises RouterNotReady."""
        seqs = await journal.list_snapshot_seqs(
            connection, self._domain, up_to_seq=last_seq, limit=_SNAPSHOTS
        )
        for seq in reversed(seqs):
            lines = await self._list_lines(connection, seq)
            found = await journal.find_snapshot(connection, self._domain, up_to_seq=seq)
            if found is not None and _is_next(lines, seq, last_seq):
                return _Begun(found[1], lines)
        raise RouterNotReady

    async def _list_lines(self, connection: Connection, after_seq: int) -> list[Line]:
        return [
            line
            async for line in journal.iterate_lines(connection, self._domain, after_seq=after_seq)
        ]


def _is_next(lines: Sequence[Line], seq: int, last_seq: int) -> bool:
    """Whether these lines lead from the one to the other, under the engine's present rules."""
    seqs = [line.seq for line in lines]
    is_of_our_rules = all(line.rules_version == journal.RULES_VERSION for line in lines)
    return is_of_our_rules and seqs == list(range(seq + 1, last_seq + 1))


def _restore(packed: bytes) -> Router:
    with search_paused():
        return Router.restore(journal.unpack(packed))


def _tell(router: Router, lines: Sequence[Line]) -> None:
    for line in lines:
        router.handle(line.event, line.now_us)


def _expect(
    router: Router, conversation_ids: Sequence[UUID], now_us: int, most_seconds: float
) -> dict[UUID, ExpectedWait | None]:
    until = time.monotonic() + most_seconds
    found: dict[UUID, ExpectedWait | None] = {}
    forecast = router.forecast(now_us)
    for conversation_id in conversation_ids:
        found[conversation_id] = _find_wait(forecast, conversation_id)
        if time.monotonic() >= until:
            break
    return found


def _find_wait(forecast: WaitForecast, conversation_id: UUID) -> ExpectedWait | None:
    try:
        return forecast.expect(ConversationId(str(conversation_id)))
    except UnknownConversation:
        return None
