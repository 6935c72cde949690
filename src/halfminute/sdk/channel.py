"""The port of a channel: what a plug-in tells us, and what we ask of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

import msgspec

from halfminute.sdk.model import EntityType, MediaKind, Part, Source, StickerFormat


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote. `external_id` is the address that an answer goes to (Telegram: the chat's id).

    In a chat of a person's own account (see `InboundBusinessConnection`) it is the customer that
    the chat is with, whoever of the two wrote: that is in `author_external_id`.
    """

    external_id: str
    name: str
    username: str | None = None
    # A hint only (IETF tag): the language of the person's app, not of their words.
    language_hint: str | None = None
    # The connection through which it came; None for a chat with the channel account itself.
    business_connection_id: str | None = None
    author_external_id: str | None = None


class InboundBusinessConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A person, the owner, lets the channel account read and answer in chats of their own account.

    `external_id` is another one whenever the connection is made anew; `owner_external_id` stays.
    `reply_window_seconds`: how long after a customer's message they may be answered; None for as
    long as one likes. `can_delete`: what we have sent ourselves.
    """

    external_id: str
    owner_external_id: str
    owner_name: str
    is_enabled: bool
    can_reply: bool
    can_mark_read: bool
    can_delete: bool
    connected_at: datetime
    reply_window_seconds: int | None = None


class InboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A person wrote. `external_id` is the message's id, unique within the address.

    Without `sent_at` where the provider does not say: then it is when it reached us.
    """

    external_id: str
    sender: Sender
    sent_at: datetime | None
    parts: tuple[Part, ...]
    reply_to_external_id: str | None = None
    # What the replied-to message said, should we never have seen it.
    reply_to_preview: str = ""
    start_payload: str | None = None
    # The name of whose words these are, if the sender only passes them on; empty where the channel
    # does not say.
    forwarded_from: str | None = None
    # What the channel calls the album of which this message, of one part, is a picture: those of
    # one address with the same key are shown as one message.
    album_key: str | None = None


class InboundEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A person changed a message; `parts` is the whole of it now.

    `sent_at` is when it was first written: the edit may be the first we hear of it.
    `is_of_ours`: of a message that we sent ourselves. It may be the mere echo of our own edit, and
    is never the first we hear of a message.
    """

    external_id: str
    sender: Sender
    sent_at: datetime
    edited_at: datetime
    parts: tuple[Part, ...]
    is_of_ours: bool = False


class InboundDeletion(msgspec.Struct, frozen=True, kw_only=True):
    """Messages are gone from a chat: the customer or the account's owner took them away."""

    external_ids: tuple[str, ...]
    sender: Sender


class InboundReaction(msgspec.Struct, frozen=True, kw_only=True):
    """A person's reactions to a message (theirs or ours): the whole set now, perhaps empty."""

    external_id: str
    sender: Sender
    emojis: tuple[str, ...]
    at: datetime


class InboundReachability(msgspec.Struct, frozen=True, kw_only=True):
    """A person shut us out, or let us in again."""

    sender: Sender
    is_reachable: bool
    reason: str
    at: datetime


class InboundAcknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """The provider waits to be told that we have this payload, by a call of its own.

    `reference` is what `ChannelClient.acknowledge` is given once the payload is committed.
    """

    reference: dict[str, Any]


# What a person said or did.
InboundWord = InboundMessage | InboundEdit | InboundDeletion | InboundReaction | InboundReachability
InboundUpdate = InboundWord | InboundAcknowledgement | InboundBusinessConnection


# What a provider calls a file that it has, in a plug-in's own words; of one account alone.
FileReference = dict[str, Any]


class OutgoingFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file of a part that is sent: by its `reference` where there is one, else by its bytes.

    `size` in bytes. `read` gives the bytes in pieces, and may be called again; what goes wrong then
    is a HalfminuteError.
    """

    name: str
    media_type: str
    size: int
    read: Callable[[], AsyncIterator[bytes]]
    reference: FileReference | None = None


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message of ours to one address. `priority` 0 is an agent's reply, 1 is bulk.

    `parts` are one text, one sticker, one location, one file, or the files of one album, of which
    the first may have a caption. A text has buttons only where the channel carries such. `files`
    has the file of each part by the part's `file_id`.
    """

    message_id: UUID
    address_external_id: str
    parts: tuple[Part, ...]
    reply_to_external_id: str | None = None
    priority: int = 0
    files: Mapping[UUID, OutgoingFile] = {}
    # Through which connection, for a chat of its owner's.
    business_connection_id: str | None = None


class OutgoingEdit(msgspec.Struct, frozen=True, kw_only=True):
    """New words for a message of ours that the provider has, as `external_id`: the whole of it.

    Of files nothing changes but the caption of the first, which is what `external_id` names.
    """

    address_external_id: str
    external_id: str
    parts: tuple[Part, ...]
    priority: int = 0
    business_connection_id: str | None = None


class OutgoingDeletion(msgspec.Struct, frozen=True, kw_only=True):
    """A message of ours that the provider has, as `external_id`, and is to take back.

    `more_external_ids` are the others of an album.
    """

    address_external_id: str
    external_id: str
    more_external_ids: tuple[str, ...] = ()
    priority: int = 0
    business_connection_id: str | None = None


OutgoingChange = OutgoingEdit | OutgoingDeletion


class OutgoingTyping(msgspec.Struct, frozen=True, kw_only=True):
    """An agent is typing an answer to this address."""

    address_external_id: str
    # As of the messages that go there: by whose account we write, where it is not our own.
    business_connection_id: str | None = None


class ListedSticker(msgspec.Struct, frozen=True, kw_only=True):
    """One sticker of a set. `external_key` names the picture, the same at every listing.

    `reference` is how this account sends it without an upload; `source` and `thumbnail_source` are
    what `fetch_file` is given for our own copies.
    """

    external_key: str
    format: StickerFormat
    emojis: tuple[str, ...]
    reference: dict[str, Any]
    source: Source
    thumbnail_source: Source | None = None
    width: int | None = None
    height: int | None = None


class ListedStickerSet(msgspec.Struct, frozen=True, kw_only=True):
    """A set as the provider has it now; `name` is spelled as the provider does."""

    name: str
    title: str
    stickers: tuple[ListedSticker, ...]


class OutgoingReadMark(msgspec.Struct, frozen=True, kw_only=True):
    """All of a chat up to the customer's message `external_id` has been read on our side."""

    address_external_id: str
    external_id: str
    business_connection_id: str


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The provider took it and calls it `external_id`.

    An album is several messages to some providers: then `external_id` is that of its first part,
    and `more_external_ids` are those of the others, in order. `references` are what the provider
    calls the files that it has now, by our ids; to be handed back when they are sent again.
    """

    external_id: str
    more_external_ids: tuple[str, ...] = ()
    references: Mapping[UUID, FileReference] = {}


class AccountIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are at the provider, as it says itself.

    `external_id` stays when names and secrets change; None where the provider has no such word.
    """

    name: str
    username: str | None = None
    external_id: str | None = None


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """Where the provider brings its updates; current if in the way that we ask for by now."""

    url: str
    is_current: bool


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast the provider lets us send: messages a second, and how many at once."""

    account_rate: float
    account_burst: int
    address_rate: float
    address_burst: int


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What the channel can carry. Text limits count units of `text_unit`."""

    text_limit: int
    text_unit: Literal["code_points", "utf16"]
    entity_types: frozenset[EntityType]
    can_reply_to: bool
    # Whether a message of ours can be changed, and taken back, once the provider has it.
    can_edit: bool
    can_delete: bool
    # Whether the provider tells us that our message was delivered, and read.
    has_receipts: bool
    inbound_modes: tuple[Literal["webhook", "polling", "direct"], ...]
    # Whether a person can come by a link that carries a word of ours (`Channel.make_link`).
    has_links: bool
    # Files larger than this many bytes cannot be fetched.
    fetch_limit: int
    pace: Pace
    # As `text_limit`, of the words beside a file; 0 where a file has none.
    caption_limit: int = 0
    # How many files may go as one album; 1 where there are no albums.
    album_limit: int = 1
    # The most bytes of a file of each kind that can be sent; kinds that are missing cannot be.
    upload_limits: Mapping[MediaKind, int] = {}
    # Whether stickers can be sent, by sets that `list_sticker_set` lists.
    can_send_stickers: bool = False
    # Whether another account's stickers can be sent too: by our own copies of their files.
    can_borrow_stickers: bool = False
    can_send_locations: bool = False
    # How many buttons may stand under a message.
    button_limit: int = 0
    # Whether the customer can be shown that an agent is typing.
    can_show_typing: bool = False
    # Whether the customer's own screen follows the conversation, so that what stands in its stream
    # need not be brought to it: also what is true for a moment, and what we have read.
    is_followed: bool = False


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the form by which an administrator connects an account."""

    name: str
    labels: dict[str, str]
    is_secret: bool = False
    is_required: bool = True
    default: str = ""


class AccountConfiguration(msgspec.Struct, frozen=True, kw_only=True):
    """A filled-in form, checked: `secrets` are stored encrypted and never shown again."""

    settings: dict[str, Any]
    secrets: dict[str, str]


class ChannelClient(Protocol):
    """One account's connection to its provider. Every call may raise ProviderError."""

    async def prepare(self) -> None:
        """Loads what calls need, so that none waits for it. Asks the provider nothing."""

    async def check(self) -> AccountIdentity:
        """Asks the provider who we are, to try the settings before they are saved."""

    async def send(self, outgoing: Outgoing) -> Sent:
        """Sends once. An error says whether it may be sent again."""

    async def acknowledge(self, reference: Mapping[str, Any]) -> None:
        """Tells the provider that we have what it waits for.

        May be repeated; that nobody waits for it any more is no error.
        """

    async def edit(self, edit: OutgoingEdit) -> None:
        """Puts new words in the place of the old. Harmless when repeated, so never ambiguous."""

    async def delete(self, deletion: OutgoingDeletion) -> None:
        """Takes a message back. Harmless when repeated, so never ambiguous."""

    async def show_typing(self, typing: OutgoingTyping) -> None:
        """Shows for a few seconds that somebody types. Only where `can_show_typing`."""

    async def list_sticker_set(self, name: str) -> ListedStickerSet:
        """A set by a name that `read_sticker_set_name` gave. Only where `can_send_stickers`.

        Raises StickerSetNotFound too.
        """

    async def mark_read(self, mark: OutgoingReadMark) -> None:
        """Shows the customer how far we have read. May be repeated."""

    async def find_business_connection(self, external_id: str) -> InboundBusinessConnection | None:
        """The connection of this name, as the provider has it now; None for one that is over."""

    async def set_webhook(self, url: str) -> None:
        """Has the provider bring its updates to `url`."""

    async def find_webhook(self) -> Webhook | None:
        """Where the provider brings its updates, as it says itself; None if nowhere."""

    async def delete_webhook(self) -> None:
        """Has the provider bring nothing any more; needed before polling."""

    async def poll(self, offset: int, wait_seconds: int = 25) -> tuple[list[bytes], int]:
        """Raw updates from `offset` on, and the offset that acknowledges them.

        Waits up to `wait_seconds` for the first. Ask with the new offset only after COMMIT.
        """

    def fetch_file(self, source: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """The bytes of an inbound part's `source`, in pieces."""

    async def close(self) -> None:
        """Ends the connection; to be called once."""


class Channel(Protocol):
    """A kind of channel: pure, but for `open_client`."""

    @property
    def kind(self) -> str:
        """Its one word, as in channel accounts and in `/hooks/{kind}/`."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can carry."""

    @property
    def form(self) -> tuple[FormField, ...]:
        """What an administrator fills in to connect an account."""

    def read_form(self, values: Mapping[str, str]) -> AccountConfiguration:
        """Settings and secrets of a filled-in form; raises InvalidAccount."""

    def read_sticker_set_name(self, given: str) -> str:
        """The name in what an administrator typed: a name, or a link to a set.

        Raises InvalidStickerSetName; only asked for where `can_send_stickers`.
        """

    def read_account_id(self, secrets: Mapping[str, str]) -> str | None:
        """Whose secrets these are, as `AccountIdentity.external_id` has it, if they tell."""

    def read_key(self, raw: bytes) -> str:
        """The key under which a payload is taken in once; raises MalformedPayload."""

    def translate(self, raw: bytes) -> list[InboundUpdate]:
        """What a payload means in our words; empty when it is nothing to us.

        Never raises on what the provider may send; MalformedPayload on what it may not.
        """

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Mapping[str, str]) -> None:
        """Raises WrongSignature (403) or MissingSignature (401) unless the provider sent it.

        Header names in `headers` are lower-case.
        """

    def make_link(self, username: str, payload: str) -> str:
        """The address by which a person comes to the account `username` with `payload`.

        1-64 of `A-Z a-z 0-9 _ -`, which then come as a start's payload. Called only where
        `capabilities.has_links`.
        """

    def open_client(self, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> ChannelClient:
        """A connection for one account; opens nothing until the first call."""
