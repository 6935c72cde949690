"""Sets of stickers: of no bot's own, but every bot calls their files by other names."""

from __future__ import annotations

from typing import Any, Final

from halfminute.plugins.telegram.fake.facts import (
    FileKept,
    SetSticker,
    StickerSetMade,
    StickerSetRemoved,
)
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.parameters import GetStickerSet
from halfminute.plugins.telegram.fake.refusals import Refusal, bad_request
from halfminute.plugins.telegram.fake.world import Bot, World

_THUMBNAIL: Final = "thumbnail"


class StickerSets:
    """The sets that there are. Names are the same in whatever case they are written."""

    def __init__(self, world: World) -> None:
        self._world = world

    def make(self, made: StickerSetMade) -> None:
        """A new set, or another in the place of one of that name."""
        self._world.record(made)

    def remove(self, name: str) -> None:
        """The set is gone; whoever has a sticker's file may send it still."""
        self._world.record(StickerSetRemoved(name=self._get(name, Refusal(404, name)).name))

    async def get_sticker_set(self, bot: Bot, parameters: GetStickerSet) -> Any:
        """https://core.telegram.org/bots/api#getstickerset"""
        if not parameters.name:
            raise bad_request("sticker set name is empty")
        found = self._get(parameters.name, bad_request("STICKERSET_INVALID"))
        return {
            "name": found.name,
            "title": found.title,
            "sticker_type": found.sticker_type,
            "stickers": [self._sticker(bot, found, each) for each in found.stickers],
        }

    def describe(self, bot: Bot, name: str, number: int) -> dict[str, Any]:
        """A sticker of a set as a message of this bot's has it; a Refusal if there is none."""
        refusal = Refusal(404, f"no sticker {number} in {name}")
        found = self._get(name, refusal)
        sticker = next((each for each in found.stickers if each.number == number), None)
        if sticker is None:
            raise refusal
        return self._sticker(bot, found, sticker)

    def _get(self, name: str, refusal: Refusal) -> StickerSetMade:
        found = self._world.sticker_sets.get(name.lower())
        if found is None:
            raise refusal
        return found

    def _sticker(self, bot: Bot, found: StickerSetMade, sticker: SetSticker) -> dict[str, Any]:
        content = sticker.content or read_media(f"sticker.{sticker.format}")
        place = f"{found.name}_{sticker.number}"
        small = read_media("thumbnail.webp")
        thumbnail = self._file(bot, f"{place}_{_THUMBNAIL}", "webp", small, kind=_THUMBNAIL)
        return {
            **self._file(bot, place, sticker.format, content),
            "type": found.sticker_type,
            "width": 512,
            "height": 512,
            "is_animated": sticker.format == "tgs",
            "is_video": sticker.format == "webm",
            "thumbnail": {**thumbnail, "width": 128, "height": 128},
            "emoji": sticker.emoji,
            "set_name": found.name,
        }

    def _file(
        self, bot: Bot, place: str, extension: str, content: bytes, *, kind: str = "sticker"
    ) -> dict[str, Any]:
        """Its #file fields: another `file_id` for every bot, and one `file_unique_id`."""
        file_id = f"sticker{bot.id}_{place}"
        if file_id not in bot.files:
            kept = FileKept(
                bot_id=bot.id,
                file_id=file_id,
                path=f"stickers/{place}.{extension}",
                size=len(content),
                content=content,
                unique_id=f"u{place}",
                kind=kind,
            )
            self._world.record(kept)
        return {"file_id": file_id, "file_unique_id": f"u{place}", "file_size": len(content)}
