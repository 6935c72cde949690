"""sendChatAction: what a person sees that the bot is doing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from halfminute.plugins.telegram.fake.business import BusinessChats
from halfminute.plugins.telegram.fake.facts import ActionShown
from halfminute.plugins.telegram.fake.limits import Limits
from halfminute.plugins.telegram.fake.parameters import SendChatAction
from halfminute.plugins.telegram.fake.refusals import bad_request
from halfminute.plugins.telegram.fake.world import Bot, Chat, World

# https://core.telegram.org/bots/api#sendchataction
ACTIONS: Final = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)

ReachableChat = Callable[[Bot, int | str], tuple[int, Chat]]


class ChatActions:
    """Shows actions. They count against the pace, as all that reaches a person.

    Faults that are ordered for sends do not befall them: a test orders them for messages.
    """

    def __init__(
        self,
        world: World,
        limits: Limits,
        reachable_chat: ReachableChat,
        business: BusinessChats,
    ) -> None:
        self._world = world
        self._limits = limits
        self._reachable_chat = reachable_chat
        self._business = business

    async def send_chat_action(self, bot: Bot, parameters: SendChatAction) -> bool:
        """https://core.telegram.org/bots/api#sendchataction"""
        if parameters.message_thread_id:
            raise bad_request("message thread not found")
        if parameters.action not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        connection_id = parameters.business_connection_id
        if connection_id is None:
            chat_id, _chat = self._reachable_chat(bot, parameters.chat_id)
            self._limits.take(bot.id, chat_id, time.monotonic())
        else:
            chat_id = self._business.show_action(bot, connection_id, parameters.chat_id)
        self._world.record(
            ActionShown(bot_id=bot.id, chat_id=chat_id, action=parameters.action, at=time.time())
        )
        return True
