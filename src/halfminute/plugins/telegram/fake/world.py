"""The fake's state: bots, subscribers, their chats, and what waits to be brought."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from halfminute.plugins.telegram.fake.business_world import Business, BusinessFact
from halfminute.plugins.telegram.fake.facts import (
    ActionShown,
    BotMade,
    BusinessChatRead,
    BusinessMessageChanged,
    BusinessMessagesDeleted,
    BusinessMessageWritten,
    ButtonPressed,
    ChatBlocked,
    ChatOpened,
    ClockMoved,
    ConnectionPut,
    Fact,
    FileKept,
    InboundConfigured,
    MessageAged,
    MessageChanged,
    MessageDeleted,
    MessageWritten,
    PressAnswered,
    StickerSetMade,
    StickerSetRemoved,
    SubscriberDeactivated,
    SubscriberMade,
    TokenReplaced,
    UpdateQueued,
    UpdatesForgotten,
)
from halfminute.plugins.telegram.fake.journal import Journal

# "An array of ... Specify an empty list to receive all update types except chat_member,
# message_reaction, and message_reaction_count (default)"
# (https://core.telegram.org/bots/api#setwebhook)
NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Chat:
    """One person's private chat with one bot; its id is the person's."""

    is_blocked: bool = False
    messages: dict[int, MessageWritten] = field(default_factory=dict)
    edited_at: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class Bot:
    """A bot and all that is its own."""

    id: int
    token: str
    username: str
    name: str
    inbound: InboundConfigured
    last_message_id: int
    last_update_id: int
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, FileKept] = field(default_factory=dict)
    pending: dict[int, UpdateQueued] = field(default_factory=dict)
    sent: list[MessageWritten] = field(default_factory=list)
    presses: dict[str, ButtonPressed] = field(default_factory=dict)
    press_answers: dict[str, PressAnswered] = field(default_factory=dict)
    actions: list[ActionShown] = field(default_factory=list)
    business: Business = field(default_factory=Business)

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind of update."""
        allowed = self.inbound.allowed_updates
        return kind in allowed if allowed else kind not in NOT_BY_DEFAULT


@dataclass(slots=True)
class Subscriber:
    """A person at Telegram."""

    made: SubscriberMade
    is_deactivated: bool = False


class World:
    """All of it. Every change is a fact: `record` keeps and applies it."""

    def __init__(self, journal: Journal | None = None) -> None:
        self.bots: dict[int, Bot] = {}
        self.subscribers: dict[int, Subscriber] = {}
        # By their names in lower case.
        self.sticker_sets: dict[str, StickerSetMade] = {}
        self.clock_ahead_seconds = 0.0
        self._bots_by_token: dict[str, Bot] = {}
        self._file_counts: dict[int, int] = defaultdict(int)
        self._journal = journal
        for fact in journal.read() if journal is not None else ():
            self._apply(fact)

    def record(self, fact: Fact) -> None:
        """Makes a fact true."""
        if self._journal is not None:
            self._journal.append(fact)
        self._apply(fact)

    def close(self) -> None:
        """Closes the journal."""
        if self._journal is not None:
            self._journal.close()

    def now(self) -> float:
        """Seconds since 1970, by the clock that a test may move."""
        return time.time() + self.clock_ahead_seconds

    def find_bot(self, token: str) -> Bot | None:
        """The bot of a token."""
        return self._bots_by_token.get(token)

    def next_user_id(self) -> int:
        """An id that no subscriber has."""
        return max(self.subscribers, default=500_000_000) + 1

    def next_file_number(self, bot: Bot) -> int:
        """A number that no file of the bot has."""
        return self._file_counts[bot.id] + 1

    def write_message(
        self,
        bot: Bot,
        chat_id: int,
        content: dict[str, Any],
        *,
        is_from_bot: bool,
        reply_to: int | None = None,
    ) -> MessageWritten:
        """A new message with the bot's next number."""
        message = MessageWritten(
            bot_id=bot.id,
            chat_id=chat_id,
            message_id=bot.last_message_id + 1,
            is_from_bot=is_from_bot,
            at=time.time(),
            content=content,
            reply_to=reply_to,
        )
        self.record(message)
        return message

    def _apply(self, fact: Fact) -> None:
        match fact:
            case BotMade():
                self._add_bot(fact)
            case TokenReplaced():
                bot = self.bots[fact.bot_id]
                del self._bots_by_token[bot.token]
                bot.token = fact.token
                self._bots_by_token[bot.token] = bot
            case SubscriberMade():
                self.subscribers[fact.user_id] = Subscriber(fact)
            case SubscriberDeactivated():
                self.subscribers[fact.user_id].is_deactivated = True
            case StickerSetMade() | StickerSetRemoved():
                self._apply_to_sets(fact)
            case ClockMoved():
                self.clock_ahead_seconds += fact.seconds
            case (
                ConnectionPut()
                | BusinessMessageWritten()
                | BusinessMessageChanged()
                | BusinessMessagesDeleted()
                | BusinessChatRead()
            ):
                _apply_business(self.bots[fact.bot_id], fact)
            case ButtonPressed() | PressAnswered():
                _apply_press(self.bots[fact.bot_id], fact)
            case _:
                _apply_to_bot(self.bots[fact.bot_id], fact)
                if isinstance(fact, FileKept):
                    self._file_counts[fact.bot_id] += 1

    def _apply_to_sets(self, fact: StickerSetMade | StickerSetRemoved) -> None:
        if isinstance(fact, StickerSetMade):
            self.sticker_sets[fact.name.lower()] = fact
        else:
            del self.sticker_sets[fact.name.lower()]

    def _add_bot(self, fact: BotMade) -> None:
        inbound = InboundConfigured(bot_id=fact.bot_id)
        bot = Bot(
            id=fact.bot_id,
            token=fact.token,
            username=fact.username,
            name=fact.name,
            inbound=inbound,
            last_message_id=fact.first_number,
            last_update_id=fact.first_number,
        )
        self.bots[bot.id] = bot
        self._bots_by_token[bot.token] = bot


def _apply_to_bot(bot: Bot, fact: Fact) -> None:
    match fact:
        case ChatOpened():
            bot.chats.setdefault(fact.chat_id, Chat())
        case ChatBlocked():
            bot.chats[fact.chat_id].is_blocked = fact.is_blocked
        case MessageWritten() | MessageChanged() | MessageDeleted() | MessageAged():
            _apply_to_messages(bot, fact)
        case FileKept():
            bot.files[fact.file_id] = fact
        case ActionShown():
            bot.actions.append(fact)
        case UpdateQueued():
            bot.pending[fact.update_id] = fact
            bot.last_update_id = fact.update_id
        case UpdatesForgotten():
            for update_id in fact.update_ids:
                bot.pending.pop(update_id, None)
        case InboundConfigured():
            bot.inbound = fact


def _apply_business(bot: Bot, fact: BusinessFact) -> None:
    bot.business.apply(fact)
    if isinstance(fact, BusinessMessageWritten):
        bot.last_message_id = fact.message_id


def _apply_press(bot: Bot, fact: ButtonPressed | PressAnswered) -> None:
    if isinstance(fact, ButtonPressed):
        bot.presses[fact.query_id] = fact
    else:
        bot.press_answers[fact.query_id] = fact


def _apply_to_messages(
    bot: Bot, fact: MessageWritten | MessageChanged | MessageDeleted | MessageAged
) -> None:
    match fact:
        case MessageWritten():
            _add_message(bot, fact)
        case MessageChanged():
            _change_message(bot, fact)
        case MessageDeleted():
            del bot.chats[fact.chat_id].messages[fact.message_id]
        case MessageAged():
            _age_message(bot, fact)


def _add_message(bot: Bot, message: MessageWritten) -> None:
    bot.chats[message.chat_id].messages[message.message_id] = message
    bot.last_message_id = message.message_id
    if message.is_from_bot:
        bot.sent.append(message)


def _change_message(bot: Bot, fact: MessageChanged) -> None:
    chat = bot.chats[fact.chat_id]
    old = chat.messages[fact.message_id]
    chat.messages[fact.message_id] = msgspec.structs.replace(old, content=fact.content)
    chat.edited_at[fact.message_id] = fact.at


def _age_message(bot: Bot, fact: MessageAged) -> None:
    messages = bot.chats[fact.chat_id].messages
    old = messages[fact.message_id]
    messages[fact.message_id] = msgspec.structs.replace(old, at=old.at - fact.seconds)
