"""What conversations and messages look like on the wire, and what their routes take."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from halfminute.contacts.schemas import AddressView, ContactView
from halfminute.contacts.types import Proof
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.conversations.types import (
    AuthorKind,
    Awaiting,
    ChangeKind,
    ChangeState,
    Delivery,
    Direction,
    State,
)
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.sdk.errors import Refusal
from halfminute.sdk.model import Entity, MessageKind, Part


class ContactBrief(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a conversation is with."""

    id: UUID
    name: str
    language: str | None


class AddressBrief(msgspec.Struct, frozen=True, kw_only=True):
    """Where the contact is reached, and how sure we are that it is theirs.

    `is_disputed`: the site says that it is another contact's.
    """

    id: UUID
    username: str | None
    proof: Proof
    is_disputed: bool
    is_reachable: bool
    unreachable_reason: str


class BusinessBrief(msgspec.Struct, frozen=True, kw_only=True):
    """In the chats of whose account we answer, and what its owner lets us do there now."""

    owner_name: str
    is_connected: bool
    can_reply: bool
    can_delete: bool


class MessageBrief(msgspec.Struct, frozen=True, kw_only=True):
    """The last message in a list's row: what it is, and one line of words, unless deleted."""

    id: UUID
    direction: Direction
    author_kind: AuthorKind
    kind: MessageKind
    preview: str
    is_deleted: bool


class RatingBrief(msgspec.Struct, frozen=True, kw_only=True):
    """What the contact said of a conversation that is over: 1 (bad) to 5 (very good), and why."""

    score: int
    words: str
    rated_at: Moment


class RequirementView(msgspec.Struct, frozen=True, kw_only=True):
    """A skill that the conversation's agent must have, and how well at least."""

    skill: str
    least_proficiency: int


class TargetBrief(msgspec.Struct, frozen=True, kw_only=True):
    """The agent for whom alone a conversation waits, and until when."""

    agent_id: UUID
    agent_name: str
    until: Moment


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as screens show it.

    `wrap_up_seconds`: how long its queue lets the wrap-up last; null for as long as it takes.
    `wrap_up_extension_seconds`: by how much its agent may still lengthen it, once; 0: not at all.
    `business`: null where the customer writes to the channel account itself. `reply_until`: nothing
    can be sent after that, until the customer writes again; null where the channel sets no end.
    `requirements`: as they were worked out when it came to wait. `is_callback`: it has waited so
    long that its contact is called back, or written to, by who takes it. `entered_queue_at`: since
    when it is in this queue, where its age (`queued_at`) may be more. `target`: while it waits,
    whom it was passed on to. `silent_since`: its agent waits for the customer, and it takes none of
    the agent's capacity. `returned_at`: the customer has come back out of that, and was not
    answered yet.
    """

    id: UUID
    state: State
    awaiting: Awaiting
    channel_kind: str
    channel_account_id: UUID
    channel_account_name: str
    queue_id: UUID | None
    agent_id: UUID | None
    agent_name: str | None
    contact: ContactBrief
    address: AddressBrief
    business: BusinessBrief | None
    reply_until: Moment | None
    opened_at: Moment
    queued_at: Moment | None
    entered_queue_at: Moment | None
    target: TargetBrief | None
    assigned_at: Moment | None
    first_customer_message_at: Moment | None
    first_reply_at: Moment | None
    unanswered_since: Moment | None
    last_message_at: Moment | None
    last_message: MessageBrief | None
    is_solved: bool | None
    solved_at: Moment | None
    disposition_code: str | None
    wrap_up_at: Moment | None
    wrap_up_seconds: int | None
    wrap_up_extension_seconds: int
    silent_since: Moment | None
    returned_at: Moment | None
    closed_at: Moment | None
    ended_by_contact_at: Moment | None
    rating: RatingBrief | None
    requirements: list[RequirementView]
    is_callback: bool
    reopened_count: int
    version: int


class ReplyTo(msgspec.Struct, frozen=True, kw_only=True):
    """What a message answers; without `message_id` where we never saw it."""

    message_id: UUID | None
    external_id: str | None
    preview: str


class Reaction(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's emoji at a message."""

    actor_kind: Literal["contact", "agent"]
    emoji: str


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent wants changed of a message, and is not done yet; `parts` of an edit alone.

    Why it failed: `code` and `reason` as a message's `delivery_code` and `delivery_reason`.
    `is_retryable`: asking again makes sense.
    """

    kind: ChangeKind
    state: ChangeState
    parts: tuple[Part, ...] | None
    code: Refusal
    reason: str
    is_retryable: bool


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message as screens show it. `delivery` is that of our own messages alone.

    `is_deleted_in_channel`: the customer took it away, or the owner of the account; not we.

    `forwarded_from`: whose words it passes on, empty where the channel does not say; null where
    they are the author's own.

    `erased_at`: its contact was erased, and no word of it is left.

    `consult`: the note tells that a colleague was asked to help. `transfer`: that the conversation
    was passed on; its words, if any, are for who has it next.
    """

    id: UUID
    conversation_id: UUID
    direction: Direction
    author_kind: AuthorKind
    author_id: UUID | None
    author_name: str
    client_id: UUID | None
    sent_at: Moment
    created_at: Moment
    parts: tuple[Part, ...]
    forwarded_from: str | None
    reply_to: ReplyTo | None
    delivery: Delivery | None
    delivery_code: Refusal
    delivery_reason: str
    is_retryable: bool
    revision: int
    edited_at: Moment | None
    deleted_at: Moment | None
    is_deleted_in_channel: bool
    erased_at: Moment | None
    change: ChangeView | None
    transfer: TransferView | None
    consult: ConsultView | None
    reactions: list[Reaction]


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """A reply begun and not sent."""

    text: str
    version: int


class ConversationDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it stood after event `stream_seq` of its stream."""

    conversation: ConversationView
    draft: DraftView | None
    last_read_message_id: UUID | None
    stream_seq: int


class ConversationPage(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a queue, longest waiting first, as it stood after its event `stream_seq`."""

    items: list[ConversationView]
    next: str | None
    stream_seq: int


class HeldPage(msgspec.Struct, frozen=True, kw_only=True):
    """What of a queue an agent has, or is held until it opens (state `new`); the oldest first."""

    items: list[ConversationView]
    next: str | None


class MessagePage(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a conversation, oldest first, as it stood after its event `stream_seq`."""

    items: list[MessageView]
    has_more: bool
    stream_seq: int


class ContactThread(msgspec.Struct, frozen=True, kw_only=True):
    """What was said at one address, oldest first, over all its conversations.

    Where the site has proven several addresses of a person, at all of them. `conversation` is the
    newest, or the one that is open, as it stood after event `stream_seq` of its stream; none before
    the contact has written. `is_divided`: another is open as well, of which its stream does not
    tell. `read_message_id`: our people have read what the contact wrote in it up to this message.
    """

    items: list[MessageView]
    has_more: bool
    conversation: ConversationView | None
    read_message_id: UUID | None
    stream_seq: int
    is_divided: bool


class RevisionView(msgspec.Struct, frozen=True, kw_only=True):
    """What a message said before it was changed."""

    revision: int
    parts: tuple[Part, ...]
    replaced_at: Moment


class DispositionView(msgspec.Struct, frozen=True, kw_only=True):
    """An outcome code, with its words by language."""

    code: str
    labels: dict[str, str]


# A word or two of a place; the channel's own limits are wider.
PlaceWords = Annotated[str, msgspec.Meta(max_length=200, pattern=STORABLE)]


# As wide as a button on a telephone can be read.
ButtonWords = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=STORABLE)]


class NewLocation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in degrees (WGS 84); with a title or an address it is shown by them."""

    latitude: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    longitude: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    title: PlaceWords = ""
    address: PlaceWords = ""


class NewReply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reply as the agent's screen sends it; `client_id` is of its own making, once a reply.

    It is text, or files with or without text, or one sticker, or one place. `file_ids` are ready
    uploads of the agent's own. `buttons` are answers to choose from, below the text. What the
    channel cannot carry as one message becomes several: the first has the `client_id`, the others
    have ids made of it.
    """

    client_id: UUID
    text: str = ""
    entities: tuple[Entity, ...] = ()
    reply_to_message_id: UUID | None = None
    file_ids: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=10)] = ()
    sticker_id: UUID | None = None
    location: NewLocation | None = None
    buttons: Annotated[tuple[ButtonWords, ...], msgspec.Meta(max_length=10)] = ()


class NewWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a message is to say instead. `revision`: the one whose words the agent has read."""

    revision: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    text: str
    entities: tuple[Entity, ...] = ()


class NewNote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note for colleagues; the customer never sees it."""

    client_id: UUID
    text: str


class DraftChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft to be saved over the stored `version` (0: there is none). No text deletes it.

    Longer than any channel's longest reply, so that what can be sent can be kept.
    """

    text: Annotated[str, msgspec.Meta(max_length=100_000)]
    version: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class DraftVersion(msgspec.Struct, frozen=True):
    """The version a draft has now; 0: there is none."""

    version: int


class TypingSignal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the agent types an answer at this moment."""

    is_typing: bool


class ReadMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest message that was read."""

    message_id: UUID


class Closing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a conversation ended."""

    is_solved: bool
    disposition_code: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=STORABLE)]


class ContactPanel(msgspec.Struct, frozen=True, kw_only=True):
    """A contact, where it is reached, and its latest conversations that the reader may see.

    `subjects`: what the organisation's site calls the contact.
    """

    contact: ContactView
    subjects: list[str]
    addresses: list[AddressView]
    conversations: list[ConversationView]
