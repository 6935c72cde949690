"""What the routes of web chat take and give."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from halfminute.conversations.schemas import ContactThread, MessageView
from halfminute.files.schemas import FileAddress
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.stickers.schemas import OfferedStickerSet
from halfminute.webchat.channel import FILES_AT_ONCE, TEXT_LIMIT
from halfminute.webchat.settings import LONGEST_TOPIC, FormSettings, WidgetSettings

NAME_LENGTH = 100
# Only so much that an agent can use it: RFC 5321 and E.164 are stricter than people type.
_EMAIL = r"^([^@\s\u0000]+@[^@\s\u0000]+)?$"
_PHONE = r"^(\+?[0-9 ().-]{5,})?$"
_LANGUAGE = "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"


class WidgetView(msgspec.Struct, frozen=True, kw_only=True):
    """How a widget looks, and what it asks for before the first message.

    Colours as #1a6b54; an `ink` can be read on its colour. `continues_in`: the kind of channel that
    a visitor can be led on to; null where there is none. `file_limit`: the most bytes that a file
    of its visitor may have. `has_stickers`: there are some to choose from. `is_attended`: somebody
    is there to answer now.
    """

    title: str
    greeting: str
    accent: str
    accent_ink: str
    head: str
    head_ink: str
    form: FormSettings
    continues_in: str | None
    file_limit: int
    has_stickers: bool
    is_attended: bool


class WidgetDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A widget for its administrator. `queue_id`: where its conversations wait.

    `address`: its script; `revision`: a word for all of this.
    """

    id: UUID
    name: str
    queue_id: UUID | None
    is_enabled: bool
    settings: WidgetSettings
    revision: str
    address: str


class WidgetChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A widget as it is to be, and the `revision` that the administrator saw.

    No name, no `queue_id`: as it is.
    """

    name: Annotated[str, msgspec.Meta(max_length=NAME_LENGTH, pattern=STORABLE)]
    queue_id: UUID | UnsetType | None = UNSET
    is_enabled: bool
    settings: WidgetSettings
    revision: Annotated[str, msgspec.Meta(max_length=32, pattern="^[0-9a-f]*$")]


class NewWidget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A widget that is to be made; its name is the one at the desk."""

    name: Annotated[str, msgspec.Meta(max_length=NAME_LENGTH, pattern=STORABLE)] = ""
    queue_id: UUID | None = None
    settings: WidgetSettings = WidgetSettings()


class FixedLoader(msgspec.Struct, frozen=True, kw_only=True):
    """A script whose bytes never change, and what they are to be checked against."""

    address: str
    integrity: str


class GivenForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a visitor filled in before they wrote; nothing of it is proven."""

    name: Annotated[str, msgspec.Meta(max_length=NAME_LENGTH, pattern=STORABLE)] = ""
    email: Annotated[str, msgspec.Meta(max_length=254, pattern=_EMAIL)] = ""
    phone: Annotated[str, msgspec.Meta(max_length=30, pattern=_PHONE)] = ""
    topic: Annotated[str, msgspec.Meta(max_length=LONGEST_TOPIC, pattern=STORABLE)] = ""


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """A visit. The token is shown once, and is all that proves who one is."""

    visitor_id: UUID
    token: str


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a visitor writes; `client_id` is of the browser's making, once a message.

    The words go with `file_ids`, uploads of the visitor's own. A sticker of those that the widget
    offers goes alone, without words. `name` and `language` (an IETF tag)
    as far as they say, and as their page has it. `form` goes with the first message.
    """

    client_id: UUID
    text: Annotated[str, msgspec.Meta(max_length=TEXT_LIMIT, pattern=STORABLE)]
    file_ids: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=FILES_AT_ONCE)] = ()
    sticker_id: UUID | None = None
    reply_to_message_id: UUID | None = None
    name: Annotated[str, msgspec.Meta(max_length=NAME_LENGTH, pattern=STORABLE)] = ""
    language: Annotated[str, msgspec.Meta(max_length=35, pattern=_LANGUAGE)] | None = None
    form: GivenForm | None = None


class OfferedStickers(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor may choose from, and where the files of it that are here are read for some
    hours: pictures, and what moves."""

    sets: list[OfferedStickerSet]
    addresses: dict[UUID, FileAddress]


class SaidView(msgspec.Struct, frozen=True, kw_only=True):
    """The message as it is kept; its conversation stood so after event `stream_seq`."""

    message: MessageView
    stream_seq: int


class ThreadView(msgspec.Struct, frozen=True, kw_only=True):
    """The thread, and a new token where it was time for one: the old one ends soon."""

    thread: ContactThread
    token: str | None


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """Opens one socket or event stream, within `seconds`, which may follow `stream`."""

    ticket: str
    stream: str
    seconds: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The visitor has got our messages up to this one, or has read them."""

    message_id: UUID
    is_read: bool


class SiteSignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the site says of who sits before the browser, and for whom it has kept things before.

    `token` is the site's JSON Web Token; `person` as the last sign-in of this browser answered it.
    """

    token: str
    person: UUID | None = None


class SignInView(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the one whom the site has signed in. The visit's token before it is none now.

    `person` tells customers of the site apart; another than before is another.
    """

    visitor_id: UUID
    token: str
    person: UUID


class ContinuationView(msgspec.Struct, frozen=True, kw_only=True):
    """A link of one press that leads to a channel, where the contact is the same."""

    kind: str
    url: str
    expires_at: Moment


class NewSignInKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site's public Ed25519 key (PEM); without one a shared secret is made.

    `name`: what administrators call it.
    """

    name: Annotated[str, msgspec.Meta(max_length=NAME_LENGTH, pattern=STORABLE)] = ""
    public_key: Annotated[str, msgspec.Meta(max_length=2000, pattern=STORABLE)] | None = None


class SignInKeyView(msgspec.Struct, frozen=True, kw_only=True):
    """By what a widget believes its site. `secret` only once, when it is made."""

    algorithm: Literal["HS256", "EdDSA"]
    secret: str | None
    public_key: str | None


class KeptSignInKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that counts. `ends_at`: until when, of one that was replaced.

    `used_at`: when a token of it was last believed, to the minute.
    """

    id: UUID
    name: str
    algorithm: Literal["HS256", "EdDSA"]
    public_key: str | None
    created_at: Moment
    ends_at: Moment | None
    used_at: Moment | None


class WantedFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The files that a visitor's screen is about to show."""

    file_ids: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=100)]
