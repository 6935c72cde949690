"""The control interface under /control: what tests and the demo do in the subscribers' place.

No part of the Bot API. JSON in and out; paths name a bot by the number before its token's colon.
An error is {"message"} with its status.
"""

from __future__ import annotations

from secrets import token_urlsafe
from typing import Any, Final

import msgspec
from litestar import Controller, Litestar, Request, Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from halfminute.plugins.telegram.fake.control_business import Clock, Connections, OwnersChats
from halfminute.plugins.telegram.fake.control_chats import LONGEST_WAIT_SECONDS, Chats, Place
from halfminute.plugins.telegram.fake.control_shapes import (
    ActionView,
    BotView,
    NewBot,
    NewStickerSet,
    NewSubscriber,
    NewToken,
    NewUpdate,
    PressView,
    SentPage,
    Written,
    list_press_views,
    sent_view,
)
from halfminute.plugins.telegram.fake.facts import (
    SetSticker,
    StickerSetMade,
    SubscriberDeactivated,
    SubscriberMade,
    TokenReplaced,
)
from halfminute.plugins.telegram.fake.faults import Fault
from halfminute.plugins.telegram.fake.parts import Parts
from halfminute.plugins.telegram.fake.refusals import Refusal
from halfminute.plugins.telegram.fake.world import Bot

_PAGE: Final = 1000


class People(Controller):
    """Whether the fake is up, and who lives in it."""

    path = "/control"

    @get("/health")
    async def health(self) -> dict[str, str]:
        """Always ok: it has no parts that could be down."""
        return {"status": "ok"}

    @post("/subscribers")
    async def make_subscriber(
        self, parts: NamedDependency[Parts], data: JSONBody[NewSubscriber]
    ) -> dict[str, int]:
        """Makes a person."""
        user_id = data.id if data.id is not None else parts.world.next_user_id()
        made = SubscriberMade(
            user_id=user_id,
            first_name=data.first_name,
            last_name=data.last_name,
            username=data.username,
            language_code=data.language_code,
        )
        parts.subscribers.make(made)
        return {"id": user_id}

    @post("/subscribers/{user_id:int}/deactivate", status_code=204)
    async def deactivate_subscriber(
        self, parts: NamedDependency[Parts], user_id: FromPath[int]
    ) -> None:
        """The person deletes the account."""
        if user_id not in parts.world.subscribers:
            raise Refusal(404, f"no subscriber {user_id}")
        parts.world.record(SubscriberDeactivated(user_id=user_id))


class Stickers(Controller):
    """Sets of stickers, which any bot may ask for."""

    path = "/control/sticker-sets"

    @post(status_code=204)
    async def make_set(self, parts: NamedDependency[Parts], data: JSONBody[NewStickerSet]) -> None:
        """Makes a set, or makes it anew."""
        stickers = tuple(
            SetSticker(number=number, **msgspec.structs.asdict(each))
            for number, each in enumerate(data.stickers, start=1)
        )
        made = StickerSetMade(
            name=data.name,
            title=data.title or data.name,
            stickers=stickers,
            sticker_type=data.sticker_type,
        )
        parts.stickers.make(made)

    @delete("/{name:str}")
    async def remove_set(self, parts: NamedDependency[Parts], name: FromPath[str]) -> None:
        """Its owner removes it."""
        parts.stickers.remove(name)


class Bots(Controller):
    """Bots, what they sent, and what shall go wrong with them."""

    path = "/control/bots"

    @post()
    async def make_bot(self, parts: NamedDependency[Parts], data: JSONBody[NewBot]) -> BotView:
        """Makes a bot."""
        try:
            bot = parts.make_bot(data.token, data.username, data.name)
        except ValueError as error:
            raise Refusal(409, str(error)) from None
        return _bot_view(parts, bot)

    @get()
    async def list_bots(self, parts: NamedDependency[Parts]) -> list[BotView]:
        """All bots, with their tokens."""
        return [_bot_view(parts, bot) for bot in parts.world.bots.values()]

    @get("/{bot_id:int}")
    async def get_bot(self, parts: NamedDependency[Parts], bot: NamedDependency[Bot]) -> BotView:
        """One bot."""
        return _bot_view(parts, bot)

    @post("/{bot_id:int}/token")
    async def replace_token(
        self, parts: NamedDependency[Parts], bot: NamedDependency[Bot], data: JSONBody[NewToken]
    ) -> BotView:
        """Revokes the bot's token, as @BotFather does; without a new one nobody has any."""
        token = data.token or f"{bot.id}:{token_urlsafe(26)}"
        if not token.startswith(f"{bot.id}:") or parts.world.find_bot(token) is not None:
            raise Refusal(409, "a token is <id of the bot>:<secret>, and new")
        parts.world.record(TokenReplaced(bot_id=bot.id, token=token))
        return _bot_view(parts, bot)

    @get("/{bot_id:int}/sent")
    async def list_sent(
        self,
        parts: NamedDependency[Parts],
        bot: NamedDependency[Bot],
        after: FromQuery[int] = 0,
        wait_seconds: FromQuery[float] = 0.0,
    ) -> SentPage:
        """What the bot sent to anybody, from the `after`-th on; waits for the next if asked.

        What it deleted since is told as such; a chat's own list has it no longer.
        """
        if after >= len(bot.sent) and wait_seconds > 0:
            await parts.arrivals.wait((bot.id, None), min(wait_seconds, LONGEST_WAIT_SECONDS))
        items = [sent_view(bot, each) for each in bot.sent[after : after + _PAGE]]
        return SentPage(items=items, next=after + len(items))

    @get("/{bot_id:int}/actions")
    async def list_actions(self, bot: NamedDependency[Bot]) -> list[ActionView]:
        """What people saw the bot do, such as typing; oldest first."""
        return [
            ActionView(chat_id=each.chat_id, action=each.action, at=each.at) for each in bot.actions
        ]

    @get("/{bot_id:int}/presses")
    async def list_presses(self, bot: NamedDependency[Bot]) -> list[PressView]:
        """The buttons that were pressed, and whether they turn still."""
        return list_press_views(bot)

    @post("/{bot_id:int}/updates")
    async def queue_update(
        self, parts: NamedDependency[Parts], bot: NamedDependency[Bot], data: JSONBody[NewUpdate]
    ) -> Written:
        """An update of any kind and content."""
        update_id = parts.updates.queue(bot, data.kind, data.chat_id, data.content)
        return Written(update_id=update_id)

    @post("/{bot_id:int}/faults", status_code=204)
    async def order_fault(
        self, parts: NamedDependency[Parts], bot: NamedDependency[Bot], data: JSONBody[Fault]
    ) -> None:
        """Orders a fault: {"kind": "fail_sends" | "delay_sends" | "cut_sends" | ...}."""
        parts.faults.order(bot.id, data)

    @delete("/{bot_id:int}/faults")
    async def forget_faults(self, parts: NamedDependency[Parts], bot: NamedDependency[Bot]) -> None:
        """Takes all orders back."""
        parts.faults.forget(bot.id)


def control_application(parts: Parts) -> Litestar:
    """The control interface of one fake."""

    def provide_parts() -> Parts:
        return parts

    return Litestar(
        [People, Clock, Stickers, Bots, Chats, Connections, OwnersChats],
        dependencies={
            "parts": Provide(provide_parts, sync_to_thread=False),
            "bot": Provide(_provide_bot, sync_to_thread=False),
            "place": Provide(_provide_place, sync_to_thread=False),
        },
        exception_handlers={Refusal: _answer_refusal},
        openapi_config=None,
        logging_config=None,
        on_startup=[parts.start],
        on_shutdown=[parts.close],
    )


def _provide_bot(parts: NamedDependency[Parts], bot_id: FromPath[int]) -> Bot:
    found = parts.world.bots.get(bot_id)
    if found is None:
        raise Refusal(404, f"no bot {bot_id}")
    return found


def _provide_place(
    parts: NamedDependency[Parts], bot: NamedDependency[Bot], user_id: FromPath[int]
) -> Place:
    return Place(parts, bot, user_id)


def _answer_refusal(_request: Request[Any, Any, Any], refusal: Refusal) -> Response[dict[str, str]]:
    return Response({"message": refusal.description}, status_code=refusal.status)


def _bot_view(parts: Parts, bot: Bot) -> BotView:
    return BotView(
        id=bot.id,
        token=bot.token,
        username=bot.username,
        name=bot.name,
        webhook_url=bot.inbound.url,
        pending_update_count=len(bot.pending),
        sent_count=len(bot.sent),
        faults=parts.faults.count(bot.id),
    )
