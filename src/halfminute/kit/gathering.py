"""Asks at once for many: those who come while one asking runs share the next.

There is no timer: who comes alone is answered at once, and a crowd makes its own groups.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


class Gathering(Generic[_Question, _Answer]):
    """One asking at a time, of all that have come since the last."""

    def __init__(
        self, name: str, ask_all: Callable[[Sequence[_Question]], Awaitable[Sequence[_Answer]]]
    ) -> None:
        """`ask_all` gives the answers in the order of the questions; `name` is its task's."""
        self._name = name
        self._ask_all = ask_all
        self._waiting: list[tuple[_Question, asyncio.Future[_Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def ask(self, question: _Question) -> _Answer:
        """The answer, or what the whole asking raised. Who goes away disturbs no other."""
        answer: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._work(), name=self._name)
        return await answer

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                found = await self._ask_all([question for question, _ in group])
            except Exception as error:  # noqa: BLE001 - each of those who wait is told it
                for _, answer in group:
                    if not answer.done():
                        answer.set_exception(error)
            else:
                for (_, answer), result in zip(group, found, strict=True):
                    if not answer.done():
                        answer.set_result(result)
