"""The methods by which a bot sends files, stickers and places, each as strict as its page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from halfminute.plugins.telegram.fake import media_parameters as given
from halfminute.plugins.telegram.fake import objects
from halfminute.plugins.telegram.fake.arrivals import Arrivals
from halfminute.plugins.telegram.fake.business import BusinessChats
from halfminute.plugins.telegram.fake.buttons import check_keyboard
from halfminute.plugins.telegram.fake.changes import ReachableChat, caption_content
from halfminute.plugins.telegram.fake.facts import FileKept, MessageWritten
from halfminute.plugins.telegram.fake.faults import Faults, end_send
from halfminute.plugins.telegram.fake.limits import Limits
from halfminute.plugins.telegram.fake.refusals import bad_request
from halfminute.plugins.telegram.fake.replies import find_replied
from halfminute.plugins.telegram.fake.uploaded import Uploaded
from halfminute.plugins.telegram.fake.uploads import Uploads, file_fields
from halfminute.plugins.telegram.fake.world import Bot, World

_ALBUM: Final = range(2, 11)
_ALONE: Final = frozenset({"document", "audio"})
_ALBUM_KINDS: Final = frozenset({"photo", "video", "document", "audio"})
_TITLE_LIMIT: Final = 1024
# What a method may say of its file, and a message tells.
_TOLD: Final = ("duration", "width", "height", "length", "performer", "title")
# What each kind always says.
_OF_EACH: Final[dict[str, dict[str, Any]]] = {
    "photo": {"width": 720, "height": 960},
    "video": {"width": 320, "height": 240, "duration": 0},
    "animation": {"width": 320, "height": 240, "duration": 0},
    "audio": {"duration": 0},
    "voice": {"duration": 0, "mime_type": "audio/ogg"},
    "video_note": {"length": 240, "duration": 0},
    "document": {},
    "sticker": {"type": "regular", "width": 512, "height": 512},
}
_NAMED: Final = frozenset({"video", "animation", "audio", "document"})


class Sender:
    """Sends for bots. Ordered faults befall each call."""

    def __init__(
        self,
        world: World,
        limits: Limits,
        faults: Faults,
        arrivals: Arrivals,
        *,
        reachable_chat: ReachableChat,
        business: BusinessChats,
    ) -> None:
        self._world = world
        self._limits = limits
        self._faults = faults
        self._arrivals = arrivals
        self._reachable_chat = reachable_chat
        self._business = business

    async def send_file(
        self, bot: Bot, parameters: given.Sending, uploaded: Mapping[str, Uploaded], field: str
    ) -> Any:
        """sendPhoto and its kin; `field` is the parameter that has the file."""
        uploads = Uploads(self._world, bot, uploaded)
        found = uploads.find(field, getattr(parameters, field))
        words = _caption_of(parameters) if isinstance(parameters, given.WithCaption) else {}

        def make() -> list[dict[str, Any]]:
            return [{**_shown(field, uploads.keep(field, found), parameters), **words}]

        [told] = await self._send(bot, parameters, make)
        return told

    async def send_media_group(
        self, bot: Bot, parameters: given.SendMediaGroup, uploaded: Mapping[str, Uploaded]
    ) -> Any:
        """https://core.telegram.org/bots/api#sendmediagroup; all of it or nothing."""
        _check_album(parameters)
        uploads = Uploads(self._world, bot, uploaded)
        found = [(item, uploads.find(item.type, item.media)) for item in parameters.media]
        words = [_caption_of(item) for item in parameters.media]

        def make() -> list[dict[str, Any]]:
            album = {"media_group_id": str(bot.last_message_id + 1)}
            return [
                {**album, **_shown(item.type, uploads.keep(item.type, file), item), **caption}
                for (item, file), caption in zip(found, words, strict=True)
            ]

        return await self._send(bot, parameters, make)

    async def send_location(self, bot: Bot, parameters: given.SendLocation) -> Any:
        """https://core.telegram.org/bots/api#sendlocation"""
        return await self._send_place(bot, parameters, {"location": _point(parameters)})

    async def send_venue(self, bot: Bot, parameters: given.SendVenue) -> Any:
        """https://core.telegram.org/bots/api#sendvenue"""
        point = _point(parameters)
        for name in ("title", "address"):
            if not 0 < len(getattr(parameters, name)) <= _TITLE_LIMIT:
                raise bad_request(f"venue {name} must be non-empty")
        venue = {"location": point, "title": parameters.title, "address": parameters.address}
        return await self._send_place(bot, parameters, {"location": point, "venue": venue})

    async def _send_place(
        self, bot: Bot, parameters: given.Sending, content: dict[str, Any]
    ) -> Any:
        [told] = await self._send(bot, parameters, lambda: [content])
        return told

    async def _send(
        self,
        bot: Bot,
        parameters: given.Sending,
        make_contents: Callable[[], Sequence[dict[str, Any]]],
    ) -> list[Any]:
        """The messages; a Refusal for what cannot go there, or is not simulated."""
        if parameters.message_thread_id:
            raise bad_request("message thread not found")
        if parameters.business_connection_id is not None:
            return await self._business.send(
                bot,
                parameters.business_connection_id,
                parameters.chat_id,
                make_contents,
                parameters.reply_parameters,
            )
        chat_id, chat = self._reachable_chat(bot, parameters.chat_id)
        find_replied(chat, parameters.reply_parameters)
        self._limits.take(bot.id, chat_id, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        written = self._write(bot, chat_id, parameters, make_contents())
        await end_send(fault)
        return [self._told(bot, each) for each in written]

    def _write(
        self,
        bot: Bot,
        chat_id: int,
        parameters: given.Sending,
        contents: Sequence[dict[str, Any]],
    ) -> list[MessageWritten]:
        reply_to = find_replied(bot.chats[chat_id], parameters.reply_parameters)
        markup = parameters.reply_markup
        buttons = {} if markup is None else {"reply_markup": check_keyboard(markup)}
        written = [
            self._world.write_message(
                bot, chat_id, {**content, **buttons}, is_from_bot=True, reply_to=reply_to
            )
            for content in contents
        ]
        self._arrivals.notify(bot.id, chat_id)
        return written

    def _told(self, bot: Bot, written: MessageWritten) -> Any:
        return objects.message(bot, self._world.subscribers[written.chat_id], written)


def _caption_of(parameters: given.WithCaption | given.InputMedia) -> dict[str, Any]:
    return caption_content(parameters.caption, parameters.caption_entities, parameters.parse_mode)


def _check_album(parameters: given.SendMediaGroup) -> None:
    if parameters.reply_markup is not None:
        raise bad_request('unknown parameter "reply_markup"')
    if len(parameters.media) not in _ALBUM:
        raise bad_request("wrong number of messages in the album")
    kinds = {item.type for item in parameters.media}
    for kind in sorted(kinds - _ALBUM_KINDS):
        raise bad_request(f"can't parse InputMedia: type {kind!r} can't be in an album")
    for kind in sorted(kinds & _ALONE):
        if len(kinds) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")


def _point(parameters: given.SendLocation | given.SendVenue) -> dict[str, Any]:
    if abs(parameters.latitude) > 90 or abs(parameters.longitude) > 180:
        raise bad_request("can't parse location: wrong latitude or longitude")
    point = {"latitude": parameters.latitude, "longitude": parameters.longitude}
    accuracy = getattr(parameters, "horizontal_accuracy", None)
    return point if accuracy is None else {**point, "horizontal_accuracy": accuracy}


def _shown(field: str, kept: FileKept, parameters: Any) -> dict[str, Any]:
    """The file as a field of the message."""
    file = {**file_fields(kept), **_OF_EACH[field]}
    told = {name: getattr(parameters, name) for name in _TOLD if getattr(parameters, name, 0)}
    if field == "photo":
        small = {"file_id": f"{kept.file_id}s", "file_unique_id": f"u{kept.file_id}s"}
        sizes = [{**small, "width": 90, "height": 120, "file_size": 1000}, file]
        return {"photo": sizes}
    if field == "sticker":
        return {"sticker": {**file, **_sticker(kept)}}
    if field in _NAMED:
        named = {"file_name": kept.name, "mime_type": kept.media_type}
        shown = {field: {**file, **told, **named}}
        # "For backward compatibility, when this field is set, the document field will also be set"
        # (https://core.telegram.org/bots/api#message)
        also = {"document": {**file_fields(kept), **named}} if field == "animation" else {}
        return {**shown, **also}
    return {field: {**file, **told}}


def _sticker(kept: FileKept) -> dict[str, Any]:
    extension = kept.path.rpartition(".")[2]
    return {"is_animated": extension == "tgs", "is_video": extension == "webm"}
