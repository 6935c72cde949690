"""One conversation in a simulated agent's hands, from its first reading to its end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from halfminute_demo.staff.desk import Desk, Refused
from halfminute_demo.staff.reading import Talk

# Customers write in bursts: it is read when nothing more has come for a while.
_QUIET_SECONDS: Final = 3.0
_SILENCE_SECONDS: Final = 180.0
_READ_LETTERS_A_SECOND: Final = 25.0
_TYPED_LETTERS_A_SECOND: Final = 9.0
_LONGEST_TYPING_SECONDS: Final = 25.0
_NO_REPLY: Final = "no_reply"
_QUESTION: Final = "question_answered"


@dataclass(slots=True)
class Holding:
    """The agent's work on one conversation. `haste` divides every pause."""

    desk: Desk
    conversation_id: str
    talk: Talk
    chance: Random
    haste: float
    _has_changed: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _read_id: str = field(default="", init=False)

    def notice(self) -> None:
        """Something happened in it."""
        self._has_changed.set()

    async def work(self) -> None:
        """Answer until it is over. Raises Refused when it is ours no more."""
        is_held = True
        while is_held:
            unanswered = await self._read()
            if unanswered is None:
                is_held = await self._wait_for_customer()
            else:
                is_held = await self._answer(unanswered)

    async def let_go(self) -> None:
        """Close what cannot be gone on with, for example because the customer blocked us."""
        if await self.desk.get_state(self.conversation_id) == "active":
            await self._end()

    async def _wait_for_customer(self) -> bool:
        if self.talk.is_over or not await self._changes_within(_SILENCE_SECONDS):
            return await self._leave()
        return True

    async def _answer(self, words: str) -> bool:
        """Whether there is more to do here after this reply."""
        if self.talk.is_over and not words:
            return await self._end()
        if self.talk.is_answered and self.talk.replies.is_thanks(words):
            await self._say(self.talk.part())
            return await self._end()
        await self._say(self.talk.reply_to(words))
        return True

    async def _read(self) -> str | None:
        """All that was written since our last reply; None for nothing."""
        messages = await self.desk.list_messages(self.conversation_id)
        if not words_since_reply(messages):
            return None
        while await self._changes_within(_QUIET_SECONDS):
            messages = await self.desk.list_messages(self.conversation_id)
        told = words_since_reply(messages)
        words = "\n".join(filter(None, told))
        await self._pause(len(words) / _READ_LETTERS_A_SECOND + self.chance.uniform(0.5, 2))
        if messages[-1]["id"] != self._read_id:
            self._read_id = messages[-1]["id"]
            await self.desk.mark_read(self.conversation_id, self._read_id)
        return words

    async def _say(self, text: str) -> None:
        typing = len(text) / _TYPED_LETTERS_A_SECOND * self.chance.uniform(0.8, 1.3)
        await self._pause(min(typing, _LONGEST_TYPING_SECONDS))
        self._has_changed.clear()
        await self.desk.reply(self.conversation_id, text)

    async def _leave(self) -> bool:
        """The customer fell silent: say so once, if they had not their answer yet, and close."""
        if not self.talk.is_answered:
            await self._say(self.talk.give_up())
        return await self._end()

    async def _end(self) -> bool:
        """Close it and write it up; whether the customer has written again meanwhile."""
        is_solved = self.talk.is_answered
        topic = self.talk.topic
        disposition = (topic.disposition if topic else _QUESTION) if is_solved else _NO_REPLY
        await self.desk.end(self.conversation_id, disposition, is_solved=is_solved)
        await self._pause(self.chance.uniform(4, 12))
        try:
            await self.desk.finish_wrap_up(self.conversation_id)
        except Refused:
            return await self.desk.get_state(self.conversation_id) == "active"
        return False

    async def _changes_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._has_changed.wait(), seconds / self.haste)
        except TimeoutError:
            return False
        self._has_changed.clear()
        return True

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.haste)


def words_since_reply(messages: list[dict[str, Any]]) -> list[str]:
    """What each customer's message after our last reply says; empty words for what has none."""
    told: list[str] = []
    for message in reversed(messages):
        if message["direction"] == "out":
            break
        if message["direction"] == "in" and message["deleted_at"] is None:
            told.append(" ".join(filter(None, map(_words_of, message["parts"]))))
    return told[::-1]


def _words_of(part: dict[str, Any]) -> str:
    """Words, or those below a picture."""
    said = part if part["type"] == "text" else part.get("caption")
    return str(said["text"]) if said else ""
