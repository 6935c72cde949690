"""Lives through one visit: speaks, waits for answers, asks on, thanks and goes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from halfminute_demo.telegram import Telegram
from halfminute_demo.visits import Deed, React, Say, SendPhoto, SendSticker, Visit
from halfminute_demo.world import Person, read_photo

# An answer may come in several messages: what they say is read to the end first.
QUIET_SECONDS: Final = 4.0
PATIENCE_SECONDS: Final = 600.0
_LONGEST_LOOK_SECONDS: Final = 30.0


@dataclass(slots=True)
class Stay:
    """A subscriber at work. `haste` divides every pause; 1 is a person's own pace."""

    telegram: Telegram
    visit: Visit
    haste: float = 1.0
    _last_read: int = field(default=0, init=False)

    async def live(self) -> bool:
        """Returns whether every turn was answered before patience ended."""
        person = self.visit.person
        await self.telegram.enter(person)
        _, self._last_read = await self.telegram.read(person, 0, 0)
        await self._do_all(self.visit.opening)
        for turn in self.visit.turns:
            if not await self._wait_for_answer(person):
                return False
            await self._do_all(turn)
        return True

    async def _wait_for_answer(self, person: Person) -> bool:
        reminder = self.visit.reminder
        if await self._read(person, reminder.after_seconds):
            return True
        await self.telegram.write(person, reminder.text)
        return await self._read(person, PATIENCE_SECONDS)

    async def _read(self, person: Person, seconds: float) -> bool:
        """Whether an answer came in time; reads on until it is quiet."""
        left = seconds / self.haste
        while not await self._look(person, min(left, _LONGEST_LOOK_SECONDS)):
            left -= _LONGEST_LOOK_SECONDS
            if left <= 0:
                return False
        is_more = True
        while is_more:
            await asyncio.sleep(QUIET_SECONDS / self.haste)
            is_more = await self._look(person, 0)
        return True

    async def _look(self, person: Person, wait_seconds: float) -> bool:
        """Whether anything new came."""
        count, self._last_read = await self.telegram.read(person, self._last_read, wait_seconds)
        return count > 0

    async def _do_all(self, deeds: tuple[Deed, ...]) -> None:
        for deed in deeds:
            await asyncio.sleep(deed.after_seconds / self.haste)
            await self._do(deed)

    async def _do(self, deed: Deed) -> None:
        person = self.visit.person
        match deed:
            case Say():
                await self._say(person, deed)
            case SendSticker():
                await self.telegram.send_sticker(person, deed.emoji, deed.format)
            case SendPhoto():
                await self.telegram.send_photo(person, read_photo(deed.photo), deed.caption)
            case React():
                await self.telegram.react(person, self._last_read, deed.emoji)

    async def _say(self, person: Person, say: Say) -> None:
        message_id = await self.telegram.write(person, say.text)
        if say.mended is not None:
            await asyncio.sleep(2 / self.haste)
            await self.telegram.edit(person, message_id, say.mended)
