"""Lives through one visit: speaks, waits for answers, asks on, thanks and goes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from halfminute_demo.data_files import read_photo
from halfminute_demo.deeds import Deed, React, Say, SendPhoto, SendSticker
from halfminute_demo.telegram import Telegram
from halfminute_demo.visits import Visit

# An answer may come in several messages: what they say is read to the end first.
QUIET_SECONDS: Final = 4.0
_LONGEST_LOOK_SECONDS: Final = 30.0
# Who is asked more often than this goes on with their own matter.
_MOST_ANSWERS: Final = 3


@dataclass(slots=True)
class Stay:
    """A subscriber at work. `haste` divides every pause; 1 is a person's own pace."""

    telegram: Telegram
    visit: Visit
    haste: float = 1.0
    _last_read: int = field(default=0, init=False)
    _answers: int = field(default=0, init=False)

    async def live(self) -> bool:
        """Returns whether every turn was answered before patience ended."""
        visit = self.visit
        await self.telegram.enter(visit.person)
        self._last_read = (await self.telegram.read(visit.person, 0, 0)).last_id
        await self._do_all(visit.opening)
        for turn in visit.turns:
            if not await self._hear_out():
                return False
            await self._do_all(turn)
        return True

    async def _hear_out(self) -> bool:
        """Whether an answer came; a question in it is answered, and waited upon again."""
        while (heard := await self._wait()) is not None:
            if not heard.rstrip().endswith("?") or self._answers >= _MOST_ANSWERS:
                return True
            self._answers += 1
            await self._do(self.visit.answer(heard, self._answers))
        return False

    async def _wait(self) -> str | None:
        """The words of the answer; None when patience ended first."""
        patience, waited = self.visit.patience, 0.0
        for step in patience.steps:
            heard = await self._read(step.after_seconds - waited)
            if heard is not None:
                return heard
            waited = step.after_seconds
            await self.telegram.write(self.visit.person, step.text)
        heard = await self._read(patience.seconds - waited)
        if heard is None and patience.farewell is not None:
            await self.telegram.write(self.visit.person, patience.farewell)
        return heard

    async def _read(self, seconds: float) -> str | None:
        """The words that came in time, read on until it is quiet; None if there were none."""
        deadline = asyncio.get_running_loop().time() + seconds / self.haste
        heard = await self._look(seconds / self.haste)
        while heard is None:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return None
            heard = await self._look(left)
        more: str | None = heard
        while more is not None:
            heard = more
            await asyncio.sleep(QUIET_SECONDS / self.haste)
            more = await self._look(0)
        return heard

    async def _look(self, wait_seconds: float) -> str | None:
        """The last of the messages that are new; empty where it has no words."""
        received = await self.telegram.read(
            self.visit.person, self._last_read, min(wait_seconds, _LONGEST_LOOK_SECONDS)
        )
        self._last_read = received.last_id
        return received.texts[-1] if received.texts else None

    async def _do_all(self, deeds: tuple[Deed, ...]) -> None:
        for deed in deeds:
            await self._do(deed)

    async def _do(self, deed: Deed) -> None:
        person = self.visit.person
        await asyncio.sleep(deed.after_seconds / self.haste)
        match deed:
            case Say():
                await self._say(deed)
            case SendSticker():
                await self.telegram.send_sticker(person, deed.emoji, deed.format)
            case SendPhoto():
                await self.telegram.send_photo(person, read_photo(deed.photo), deed.caption)
            case React():
                await self.telegram.react(person, self._last_read, deed.emoji)

    async def _say(self, say: Say) -> None:
        message_id = await self.telegram.write(self.visit.person, say.text)
        if say.mended is not None:
            await asyncio.sleep(2 / self.haste)
            await self.telegram.edit(self.visit.person, message_id, say.mended)
