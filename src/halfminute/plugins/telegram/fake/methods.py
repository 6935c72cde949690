"""The Bot API's methods that the fake knows, each as strict as its page."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from halfminute.plugins.telegram.fake import objects
from halfminute.plugins.telegram.fake.actions import ChatActions
from halfminute.plugins.telegram.fake.arrivals import Arrivals
from halfminute.plugins.telegram.fake.business import BusinessChats
from halfminute.plugins.telegram.fake.buttons import answer_press, check_keyboard
from halfminute.plugins.telegram.fake.changes import Changes
from halfminute.plugins.telegram.fake.facts import (
    ChatOpened,
    InboundConfigured,
    SubscriberMade,
)
from halfminute.plugins.telegram.fake.faults import Faults, end_send
from halfminute.plugins.telegram.fake.limits import Limits
from halfminute.plugins.telegram.fake.media_parameters import (
    DeleteMessages,
    EditMessageCaption,
    SendAnimation,
    SendAudio,
    SendDocument,
    Sending,
    SendLocation,
    SendMediaGroup,
    SendPhoto,
    SendSticker,
    SendVenue,
    SendVideo,
    SendVideoNote,
    SendVoice,
)
from halfminute.plugins.telegram.fake.parameters import (
    AnswerCallbackQuery,
    DeleteBusinessMessages,
    DeleteMessage,
    DeleteWebhook,
    EditMessageText,
    GetBusinessConnection,
    GetFile,
    GetStickerSet,
    GetUpdates,
    NoParameters,
    Parameters,
    ReadBusinessMessage,
    SendChatAction,
    SendMessage,
    SetWebhook,
    read_parameters,
)
from halfminute.plugins.telegram.fake.refusals import Refusal, bad_request, forbidden
from halfminute.plugins.telegram.fake.replies import find_replied
from halfminute.plugins.telegram.fake.sending import Sender
from halfminute.plugins.telegram.fake.stickers import StickerSets
from halfminute.plugins.telegram.fake.text import check_text
from halfminute.plugins.telegram.fake.updates import Updates
from halfminute.plugins.telegram.fake.uploaded import Uploaded
from halfminute.plugins.telegram.fake.webhooks import Webhooks
from halfminute.plugins.telegram.fake.world import Bot, Chat, World

FETCH_LIMIT: Final = 20 * 1024 * 1024

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{0,256}")
_P = TypeVar("_P", bound=Parameters)
Method = Callable[[Bot, Mapping[str, Any]], Awaitable[Any]]
UploadingMethod = Callable[[Bot, Mapping[str, Any], Mapping[str, Uploaded]], Awaitable[Any]]

_CALLS: Final = 100
_FILES: Final[tuple[tuple[type[Sending], str], ...]] = (
    (SendPhoto, "photo"),
    (SendVideo, "video"),
    (SendAudio, "audio"),
    (SendVoice, "voice"),
    (SendVideoNote, "video_note"),
    (SendAnimation, "animation"),
    (SendDocument, "document"),
    (SendSticker, "sticker"),
)


class Methods:
    """Calls by name. `are_chats_open` lets a bot write to whoever it likes, as benches need."""

    def __init__(  # noqa: PLR0913 - the fake's parts, each by its name
        self,
        world: World,
        updates: Updates,
        webhooks: Webhooks,
        *,
        limits: Limits,
        faults: Faults,
        arrivals: Arrivals,
        are_chats_open: bool,
        business: BusinessChats,
    ) -> None:
        self._world = world
        self._updates = updates
        self._webhooks = webhooks
        self._limits = limits
        self._faults = faults
        self._arrivals = arrivals
        self._are_chats_open = are_chats_open
        actions = ChatActions(world, limits, self._reachable_chat, business)
        # The newest calls as they came: method, fields, files.
        self.calls: deque[tuple[str, dict[str, Any], dict[str, Uploaded]]] = deque(maxlen=_CALLS)
        sender = Sender(
            world,
            limits,
            faults,
            arrivals,
            reachable_chat=self._reachable_chat,
            business=business,
        )
        self._business = business
        changes = Changes(world, limits, faults, self._reachable_chat, business)
        self._methods: dict[str, Method] = {
            "getme": _reading(NoParameters, self._get_me),
            "sendmessage": _reading(SendMessage, self._send_message),
            "answercallbackquery": _reading(AnswerCallbackQuery, self._answer_callback_query),
            "editmessagetext": _reading(EditMessageText, changes.edit_message_text),
            "editmessagecaption": _reading(EditMessageCaption, changes.edit_message_caption),
            "deletemessage": _reading(DeleteMessage, changes.delete_message),
            "sendchataction": _reading(SendChatAction, actions.send_chat_action),
            "getstickerset": _reading(GetStickerSet, StickerSets(world).get_sticker_set),
            "deletemessages": _reading(DeleteMessages, changes.delete_messages),
            "sendlocation": _reading(SendLocation, sender.send_location),
            "sendvenue": _reading(SendVenue, sender.send_venue),
            "getbusinessconnection": _reading(
                GetBusinessConnection, business.get_business_connection
            ),
            "deletebusinessmessages": _reading(
                DeleteBusinessMessages, business.delete_business_messages
            ),
            "readbusinessmessage": _reading(ReadBusinessMessage, business.read_business_message),
            "getfile": _reading(GetFile, self._get_file),
            "getupdates": _reading(GetUpdates, self._get_updates),
            "setwebhook": _reading(SetWebhook, self._set_webhook),
            "deletewebhook": _reading(DeleteWebhook, self._delete_webhook),
            "getwebhookinfo": _reading(NoParameters, self._get_webhook_info),
        }
        self._uploading: dict[str, UploadingMethod] = {
            **{kind.__name__.lower(): _sending(kind, field, sender) for kind, field in _FILES},
            "sendmediagroup": _sending_album(sender),
        }

    async def call(
        self,
        token: str,
        method: str,
        fields: Mapping[str, Any],
        uploaded: Mapping[str, Uploaded] | None = None,
    ) -> Any:
        """The `result` of a call; raises Refusal, CutConnection and RawAnswer.

        Method names are case-insensitive, as in the real server.
        """
        bot = self._world.find_bot(token)
        if bot is None:
            raise Refusal(401, "Unauthorized")
        self.calls.append((method, dict(fields), dict(uploaded or {})))
        uploading = self._uploading.get(method.lower())
        if uploading is not None:
            return await uploading(bot, fields, uploaded or {})
        found = self._methods.get(method.lower())
        if found is None:
            raise Refusal(404, "Not Found: method not found")
        return await found(bot, fields)

    async def _get_me(self, bot: Bot, _parameters: NoParameters) -> Any:
        return objects.get_me(bot)

    async def _send_message(self, bot: Bot, parameters: SendMessage) -> Any:
        _check_simulated(parameters)
        text, entities = check_text(parameters.text, parameters.entities)
        markup = parameters.reply_markup
        keyboard = check_keyboard(markup) if markup is not None else None
        content: dict[str, Any] = {"text": text}
        if entities:
            content["entities"] = msgspec.to_builtins(entities)
        if keyboard is not None:
            content["reply_markup"] = keyboard
        if parameters.business_connection_id is not None:
            [told] = await self._business.send(
                bot,
                parameters.business_connection_id,
                parameters.chat_id,
                lambda: [content],
                parameters.reply_parameters,
            )
            return told
        chat_id, chat = self._reachable_chat(bot, parameters.chat_id)
        reply_to = find_replied(chat, parameters.reply_parameters)
        self._limits.take(bot.id, chat_id, time.monotonic())
        fault = self._faults.begin_send(bot.id)
        written = self._world.write_message(
            bot, chat_id, content, is_from_bot=True, reply_to=reply_to
        )
        self._arrivals.notify(bot.id, chat_id)
        await end_send(fault)
        return objects.message(bot, self._world.subscribers[chat_id], written)

    async def _answer_callback_query(self, bot: Bot, parameters: AnswerCallbackQuery) -> Any:
        return answer_press(self._world, bot, parameters, self._limits.options.press_seconds)

    def _reachable_chat(self, bot: Bot, chat_id: int | str) -> tuple[int, Chat]:
        try:
            number = int(chat_id)
        except ValueError:
            raise bad_request("chat not found") from None
        subscriber = self._world.subscribers.get(number)
        if subscriber is None and self._are_chats_open and number > 0:
            self._world.record(SubscriberMade(user_id=number, first_name=f"User {number}"))
            subscriber = self._world.subscribers[number]
        if subscriber is None:
            raise bad_request("chat not found")
        if subscriber.is_deactivated:
            raise forbidden("user is deactivated")
        if number not in bot.chats:
            if not self._are_chats_open:
                raise forbidden("bot can't initiate conversation with a user")
            self._world.record(ChatOpened(bot_id=bot.id, chat_id=number))
        if bot.chats[number].is_blocked:
            raise forbidden("bot was blocked by the user")
        return number, bot.chats[number]

    async def _get_file(self, bot: Bot, parameters: GetFile) -> Any:
        file = bot.files.get(parameters.file_id)
        if file is None:
            raise bad_request("invalid file_id")
        if file.size > FETCH_LIMIT:
            raise bad_request("file is too big")
        return {
            "file_id": file.file_id,
            "file_unique_id": file.unique_id or f"u{file.file_id}",
            "file_size": file.size,
            "file_path": file.path,
        }

    async def _get_updates(self, bot: Bot, parameters: GetUpdates) -> Any:
        if not 1 <= parameters.limit <= 100:
            raise bad_request("limit must be between 1 and 100")
        if parameters.timeout < 0:
            raise bad_request("timeout must be positive")
        if parameters.allowed_updates is not None and not bot.inbound.url:
            allowed = tuple(parameters.allowed_updates)
            if allowed != bot.inbound.allowed_updates:
                inbound = InboundConfigured(bot_id=bot.id, allowed_updates=allowed)
                self._updates.configure(bot, inbound, drop_pending=False)
        return await self._updates.poll(
            bot, parameters.offset, parameters.limit, parameters.timeout
        )

    async def _set_webhook(self, bot: Bot, parameters: SetWebhook) -> Any:
        if not parameters.url:
            return self._remove_webhook(bot, drop_pending=parameters.drop_pending_updates)
        _check_webhook(parameters)
        allowed = parameters.allowed_updates
        inbound = InboundConfigured(
            bot_id=bot.id,
            url=parameters.url,
            secret=parameters.secret_token,
            max_connections=parameters.max_connections,
            allowed_updates=(bot.inbound.allowed_updates if allowed is None else tuple(allowed)),
        )
        self._updates.configure(bot, inbound, drop_pending=parameters.drop_pending_updates)
        self._webhooks.start(bot)
        return True

    async def _delete_webhook(self, bot: Bot, parameters: DeleteWebhook) -> Any:
        return self._remove_webhook(bot, drop_pending=parameters.drop_pending_updates)

    def _remove_webhook(self, bot: Bot, *, drop_pending: bool) -> bool:
        inbound = InboundConfigured(bot_id=bot.id, allowed_updates=bot.inbound.allowed_updates)
        self._webhooks.stop(bot)
        self._updates.configure(bot, inbound, drop_pending=drop_pending)
        return True

    async def _get_webhook_info(self, bot: Bot, _parameters: NoParameters) -> Any:
        inbound = bot.inbound
        health = self._webhooks.health(bot)
        info: dict[str, Any] = {
            "url": inbound.url,
            "has_custom_certificate": False,
            "pending_update_count": len(bot.pending),
        }
        if inbound.url:
            info["max_connections"] = inbound.max_connections
        if inbound.allowed_updates is not None:
            info["allowed_updates"] = list(inbound.allowed_updates)
        if inbound.url and health.last_error_at is not None:
            info["last_error_date"] = int(health.last_error_at)
            info["last_error_message"] = health.last_error
        return info


def _reading(kind: type[_P], method: Callable[[Bot, _P], Awaitable[Any]]) -> Method:
    async def call(bot: Bot, fields: Mapping[str, Any]) -> Any:
        return await method(bot, read_parameters(kind, fields))

    return call


def _sending(kind: type[Sending], field: str, sender: Sender) -> UploadingMethod:
    async def call(bot: Bot, fields: Mapping[str, Any], uploaded: Mapping[str, Uploaded]) -> Any:
        # A file under the parameter's own name needs no `attach://`.
        given = {field: f"attach://{field}"} if field in uploaded else {}
        parameters = read_parameters(kind, {**fields, **given})
        return await sender.send_file(bot, parameters, uploaded, field)

    return call


def _sending_album(sender: Sender) -> UploadingMethod:
    async def call(bot: Bot, fields: Mapping[str, Any], uploaded: Mapping[str, Uploaded]) -> Any:
        return await sender.send_media_group(bot, read_parameters(SendMediaGroup, fields), uploaded)

    return call


def _check_simulated(parameters: SendMessage) -> None:
    """Refuses, rather than passes over, what would change the message and is not simulated."""
    if parameters.parse_mode:
        raise bad_request("this server parses no parse_mode: pass entities")
    if parameters.message_thread_id:
        raise bad_request("message thread not found")


def _check_webhook(parameters: SetWebhook) -> None:
    parts = urlsplit(parameters.url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("bad webhook: invalid url")
    if not 1 <= parameters.max_connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    if _SECRET.fullmatch(parameters.secret_token) is None:
        raise bad_request("secret token contains unallowed characters")
