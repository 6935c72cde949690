"""The engine as the router has it, to be asked why, in a process that does not route.

It is made of the newest snapshot and the journal, at the first question, and goes on by the journal
from question to question. Nothing is kept for it on the router's side, and what it decides anew
while it is told the journal is dropped: the router has decided it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from halfminute.kit.database import Connection, Database
from halfminute.kit.garbage import search_paused
from halfminute.routing import journal
from halfminute.routing.errors import ConversationNotRouted, RouterNotReady
from halfminute.routing.journal import Line
from halfminute_engine.routing.errors import RoutingError, UnknownConversation
from halfminute_engine.routing.explain import Explanation
from halfminute_engine.routing.router import Router
from halfminute_engine.routing.values import ConversationId


class RouterFollower:
    """One for each process; questions are answered one after another."""

    def __init__(self, database: Database, *, domain: str = "main") -> None:
        """Nothing is read before the first question."""
        self._database = database
        self._domain = domain
        self._turn = asyncio.Lock()
        self._router: Router | None = None
        self._seq = 0

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

    async def _catch_up(self) -> Router:
        # What stops half-way leaves nothing behind that is half told.
        router, self._router = self._router, None
        async with self._database.transaction(isolation="repeatable_read") as connection:
            progress = await journal.find_progress(connection, self._domain)
            if progress is None:
                raise RouterNotReady
            lines = await self._list_lines(connection, self._seq) if router is not None else []
            if router is None or not _is_next(lines, self._seq, progress.seq):
                found = await journal.find_snapshot(
                    connection, self._domain, up_to_seq=progress.seq
                )
                if found is None:
                    raise RouterNotReady
                self._seq, packed = found
                lines = await self._list_lines(connection, self._seq)
                router = None
        if not _is_next(lines, self._seq, progress.seq):
            raise RouterNotReady
        try:
            # In a thread: the screens of all others go on meanwhile.
            if router is None:
                router = await asyncio.to_thread(_restore, packed)
            await asyncio.to_thread(_tell, router, lines)
        except RoutingError as error:
            raise RouterNotReady from error
        self._router, self._seq = router, progress.seq
        return router

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
