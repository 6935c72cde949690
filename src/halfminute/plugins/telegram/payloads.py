"""The parts of Telegram's objects that we read; all else of them is passed over.

https://core.telegram.org/bots/api#available-types (Bot API 10.3)
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

# What is counted: never below nothing, and never more than a double holds exactly, for screens hold
# it as one. Even Telegram's largest numbers have "at most 52 significant bits".
Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]


def person_name(first_name: str, last_name: str | None) -> str:
    """A person's whole name, as Telegram shows it."""
    return " ".join(filter(None, (first_name.strip(), (last_name or "").strip())))


class User(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#user"""

    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None

    @property
    def name(self) -> str:
        """What to call them, whatever they have told of themselves."""
        return person_name(self.first_name, self.last_name) or self.username or str(self.id)


class Chat(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#chat"""

    id: int
    type: str
    title: str | None = None
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None

    @property
    def name(self) -> str:
        """What to call it: groups and channels have a title, private chats a person's name."""
        name = self.title or person_name(self.first_name, self.last_name)
        return name or self.username or str(self.id)


class MessageEntity(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#messageentity; offsets in UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    user: User | None = None
    language: str | None = None
    custom_emoji_id: str | None = None


class File(msgspec.Struct, frozen=True):
    """What photo sizes, documents, voices, films and their like have in common."""

    file_id: str
    file_unique_id: str = ""
    file_size: Count | None = None
    width: Count | None = None
    height: Count | None = None
    # The side of a video note, which is square.
    length: Count | None = None
    duration: Count | None = None
    mime_type: str | None = None
    file_name: str | None = None


class Sticker(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#sticker"""

    file_id: str
    file_unique_id: str = ""
    file_size: Count | None = None
    width: Count | None = None
    height: Count | None = None
    is_animated: bool = False
    is_video: bool = False
    emoji: str | None = None
    set_name: str | None = None
    thumbnail: File | None = None


class Location(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#location"""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    horizontal_accuracy: Annotated[float, msgspec.Meta(ge=0)] | None = None
    live_period: Count | None = None


class Venue(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#venue"""

    location: Location
    title: str
    address: str


class Contact(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#contact"""

    phone_number: str
    first_name: str
    last_name: str | None = None
    user_id: int | None = None


class PollAnswer(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#polloption"""

    text: str
    voter_count: Count = 0


class Poll(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#poll"""

    question: str
    options: tuple[PollAnswer, ...]
    total_voter_count: Count = 0
    is_closed: bool = False
    allows_multiple_answers: bool = False


class Dice(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#dice"""

    emoji: str
    value: Count


class Quote(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#textquote"""

    text: str


class MessageOrigin(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#messageorigin, all four kinds: each fills its own."""

    sender_user: User | None = None
    sender_user_name: str | None = None
    sender_chat: Chat | None = None
    chat: Chat | None = None

    @property
    def name(self) -> str:
        """Who is named, in whichever way; empty for nobody."""
        named = self.sender_user or self.sender_chat or self.chat
        return named.name if named is not None else self.sender_user_name or ""


class ExternalReply(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#externalreplyinfo, but for its content."""

    chat: Chat | None = None
    message_id: int | None = None


class Envelope(msgspec.Struct, frozen=True):
    """A message but for its content (https://core.telegram.org/bots/api#message)."""

    message_id: int
    date: int
    chat: Chat
    from_user: User | None = msgspec.field(default=None, name="from")
    edit_date: int | None = None
    business_connection_id: str | None = None
    sender_business_bot: User | None = None
    ephemeral_message_id: int | None = None


class Reaction(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#reactiontype"""

    type: str
    emoji: str | None = None


class MessageReactionUpdated(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#messagereactionupdated"""

    chat: Chat
    message_id: int
    date: int
    new_reaction: tuple[Reaction, ...]
    user: User | None = None


class ChatMember(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#chatmember"""

    status: str


class ChatMemberUpdated(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#chatmemberupdated"""

    chat: Chat
    from_user: User = msgspec.field(name="from")
    date: int
    new_chat_member: ChatMember


class CallbackQuery(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#callbackquery"""

    id: str
    from_user: User = msgspec.field(name="from")
    message: dict[str, Any] | None = None
    data: str | None = None
    game_short_name: str | None = None


class BusinessBotRights(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#businessbotrights, those that we use"""

    can_reply: bool = False
    can_read_messages: bool = False
    can_delete_sent_messages: bool = False
    can_delete_all_messages: bool = False


class BusinessConnection(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#businessconnection"""

    id: str
    user: User
    date: int
    is_enabled: bool = False
    rights: BusinessBotRights | None = None


class BusinessMessagesDeleted(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#businessmessagesdeleted"""

    business_connection_id: str
    chat: Chat
    message_ids: tuple[int, ...]


class Button(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#inlinekeyboardbutton"""

    text: str
    callback_data: str | None = None


class Keyboard(msgspec.Struct, frozen=True):
    """https://core.telegram.org/bots/api#inlinekeyboardmarkup"""

    inline_keyboard: tuple[tuple[Button, ...], ...]


class Key(msgspec.Struct, frozen=True):
    """An update's own number (https://core.telegram.org/bots/api#update)."""

    update_id: int


class Update(msgspec.Struct, frozen=True):
    """The kinds of update that mean something to us; each is looked into by itself."""

    update_id: int
    message: dict[str, Any] | None = None
    edited_message: dict[str, Any] | None = None
    message_reaction: dict[str, Any] | None = None
    my_chat_member: dict[str, Any] | None = None
    callback_query: dict[str, Any] | None = None
    business_connection: dict[str, Any] | None = None
    business_message: dict[str, Any] | None = None
    edited_business_message: dict[str, Any] | None = None
    deleted_business_messages: dict[str, Any] | None = None
