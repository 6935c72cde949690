"""A channel that speaks the sdk's own words as JSON, and a provider that a test can steer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import msgspec

from halfminute.sdk.channel import (
    AccountConfiguration,
    AccountIdentity,
    Capabilities,
    ChannelClient,
    FormField,
    InboundAcknowledgement,
    InboundBusinessConnection,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    InboundReachability,
    InboundReaction,
    InboundUpdate,
    ListedStickerSet,
    Outgoing,
    OutgoingChange,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingReadMark,
    OutgoingTyping,
    Pace,
    Sender,
    Sent,
    Webhook,
)
from halfminute.sdk.errors import (
    InvalidAccount,
    InvalidStickerSetName,
    MalformedPayload,
    MissingSignature,
    ProviderError,
    StickerSetNotFound,
    WrongSignature,
)
from halfminute.sdk.model import Part, TextPart

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


class Told(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What this provider sends: a key, and updates in the sdk's own shape."""

    key: str
    messages: list[InboundMessage] = []
    edits: list[InboundEdit] = []
    reactions: list[InboundReaction] = []
    reachabilities: list[InboundReachability] = []
    acknowledgements: list[InboundAcknowledgement] = []
    deletions: list[InboundDeletion] = []
    connections: list[InboundBusinessConnection] = []
    is_gibberish: bool = False
    is_bug: bool = False


_NUMBERS = count(1)


def message(
    text: str = "Hello",
    *,
    number: str | None = None,
    chat: str = "chat-1",
    name: str = "Olena",
    at: datetime | None = NOON,
    parts: tuple[Part, ...] | None = None,
    **more: Any,
) -> InboundMessage:
    """A message; without a number it gets a fresh one."""
    return InboundMessage(
        external_id=number or f"m{next(_NUMBERS)}",
        sender=Sender(external_id=chat, name=name),
        sent_at=at,
        parts=(TextPart(text=text),) if parts is None else parts,
        **more,
    )


def edit(number: str, text: str, *, chat: str = "chat-1", minute: int = 1) -> InboundEdit:
    """An edit, so many minutes after noon."""
    return InboundEdit(
        external_id=number,
        sender=Sender(external_id=chat, name="Olena"),
        sent_at=NOON,
        edited_at=NOON + timedelta(minutes=minute),
        parts=(TextPart(text=text),),
    )


def reaction(number: str, *emojis: str, minute: int = 1) -> InboundReaction:
    """The whole set of reactions to a message."""
    return InboundReaction(
        external_id=number,
        sender=Sender(external_id="chat-1", name="Olena"),
        emojis=emojis,
        at=NOON + timedelta(minutes=minute),
    )


def reachability(*, is_reachable: bool, minute: int = 1) -> InboundReachability:
    """The customer shuts us out, or lets us in."""
    return InboundReachability(
        sender=Sender(external_id="chat-1", name="Olena"),
        is_reachable=is_reachable,
        reason="" if is_reachable else "blocked",
        at=NOON + timedelta(minutes=minute),
    )


def raw_of(*updates: InboundUpdate, key: str | None = None, **more: bool) -> bytes:
    """The payload that tells these updates."""
    told = Told(
        key=key or f"k{next(_NUMBERS)}",
        messages=[each for each in updates if isinstance(each, InboundMessage)],
        edits=[each for each in updates if isinstance(each, InboundEdit)],
        reactions=[each for each in updates if isinstance(each, InboundReaction)],
        reachabilities=[each for each in updates if isinstance(each, InboundReachability)],
        acknowledgements=[each for each in updates if isinstance(each, InboundAcknowledgement)],
        deletions=[each for each in updates if isinstance(each, InboundDeletion)],
        connections=[each for each in updates if isinstance(each, InboundBusinessConnection)],
        **more,
    )
    return msgspec.json.encode(told)


def account_refused() -> ProviderError:
    """What a provider says of a token that was revoked."""
    return ProviderError("Unauthorized", is_retryable=False, refusal="account_refused")


class PlainClient:
    """One account's connection to a provider made of what the test put into the channel."""

    def __init__(self, channel: PlainChannel, secrets: Mapping[str, str]) -> None:
        self.channel = channel
        self.secrets = secrets
        self.is_closed = False

    async def prepare(self) -> None:
        return None

    async def check(self) -> AccountIdentity:
        self.channel.fail_if_told()
        token = self.secrets["token"]
        if token in self.channel.revoked:
            raise account_refused()
        head, colon, _ = token.partition(":")
        return AccountIdentity(
            name="Plain support", username="plain", external_id=head if colon else None
        )

    async def send(self, outgoing: Outgoing) -> Sent:
        self.channel.fail_if_told()
        if self.secrets["token"] in self.channel.revoked:
            raise account_refused()
        self.channel.sent.append(outgoing)
        self.channel.sent_by.append(self.secrets["token"])
        if self.channel.answer is not None:
            return await self.channel.answer(outgoing)
        return Sent(external_id=f"sent-{len(self.channel.sent)}")

    async def acknowledge(self, reference: Mapping[str, Any]) -> None:
        self.channel.fail_if_told()
        self.channel.acknowledged.append(dict(reference))

    async def edit(self, edit: OutgoingEdit) -> None:
        self.channel.fail_if_told()
        self.channel.changed.append(edit)

    async def delete(self, deletion: OutgoingDeletion) -> None:
        self.channel.fail_if_told()
        self.channel.changed.append(deletion)

    async def show_typing(self, typing: OutgoingTyping) -> None:
        self.channel.fail_if_told()
        self.channel.typings.append(typing.address_external_id)

    async def list_sticker_set(self, name: str) -> ListedStickerSet:
        self.channel.asked_sets.append(name)
        self.channel.fail_if_told()
        if name not in self.channel.sticker_sets:
            raise StickerSetNotFound
        return self.channel.sticker_sets[name]

    async def mark_read(self, mark: OutgoingReadMark) -> None:
        self.channel.fail_if_told()
        self.channel.read_marks.append(mark)

    async def find_business_connection(self, external_id: str) -> InboundBusinessConnection | None:
        self.channel.asked_for.append(external_id)
        self.channel.fail_if_told()
        return self.channel.connections.get(external_id)

    async def set_webhook(self, url: str) -> None:
        self.channel.fail_if_told()
        self.channel.webhook = url
        self.channel.webhook_secret = self.secrets["token"]
        self.channel.is_webhook_current = True

    async def find_webhook(self) -> Webhook | None:
        self.channel.fail_if_told()
        url = self.channel.webhook
        return None if url is None else Webhook(url=url, is_current=self.channel.is_webhook_current)

    async def delete_webhook(self) -> None:
        self.channel.webhook = None

    async def poll(self, offset: int, wait_seconds: int = 25) -> tuple[list[bytes], int]:
        self.channel.fail_if_told()
        self.channel.offsets.append(offset)
        updates = self.channel.updates[offset : offset + 10]
        if not updates:
            await asyncio.sleep(0.02)
        return updates, offset + len(updates)

    async def fetch_file(self, source: Mapping[str, Any]) -> AsyncIterator[bytes]:
        self.channel.fetched.append(dict(source))
        self.channel.fail_if_told()
        content = self.channel.files[source["file"]]
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    async def close(self) -> None:
        self.is_closed = True


class PlainChannel:
    """Implements the sdk's `Channel`."""

    kind = "plain"
    form = (FormField(name="token", labels={"en": "Token", "ru": "Токен"}, is_secret=True),)

    def __init__(self, pace: Pace | None = None) -> None:
        self.capabilities = Capabilities(
            text_limit=1000,
            text_unit="code_points",
            entity_types=frozenset(),
            can_reply_to=True,
            can_edit=True,
            can_delete=True,
            has_receipts=False,
            inbound_modes=("webhook", "polling"),
            has_links=True,
            fetch_limit=10_000,
            can_send_stickers=True,
            can_show_typing=True,
            pace=pace
            or Pace(account_rate=1000, account_burst=1000, address_rate=1000, address_burst=1000),
        )
        self.sent: list[Outgoing] = []
        self.sent_by: list[str] = []
        # Tokens that the provider takes no more.
        self.revoked: set[str] = set()
        self.changed: list[OutgoingChange] = []
        self.updates: list[bytes] = []
        self.offsets: list[int] = []
        self.files: dict[str, bytes] = {}
        self.fetched: list[dict[str, Any]] = []
        self.acknowledged: list[dict[str, Any]] = []
        self.typings: list[str] = []
        self.sticker_sets: dict[str, ListedStickerSet] = {}
        self.asked_sets: list[str] = []
        self.read_marks: list[OutgoingReadMark] = []
        self.connections: dict[str, InboundBusinessConnection] = {}
        self.asked_for: list[str] = []
        self.webhook: str | None = None
        self.webhook_secret = ""
        self.is_webhook_current = True
        self.failures: list[Exception] = []
        self.clients: list[PlainClient] = []
        self.has_bug = False
        self.answer: Callable[[Outgoing], Awaitable[Sent]] | None = None

    def fail_if_told(self) -> None:
        """Raise the next failure, if the test has put one."""
        if self.failures:
            raise self.failures.pop(0)

    def read_form(self, values: Mapping[str, str]) -> AccountConfiguration:
        if not values.get("token"):
            raise InvalidAccount("token is missing", field="token")
        return AccountConfiguration(settings={"mode": "plain"}, secrets={"token": values["token"]})

    def read_sticker_set_name(self, given: str) -> str:
        name = given.removeprefix("plain:")
        if not name.isidentifier():
            raise InvalidStickerSetName
        return name

    def read_account_id(self, secrets: Mapping[str, str]) -> str | None:
        """What stands before the colon of a token, as at Telegram; many tokens here have none."""
        head, colon, _ = secrets["token"].partition(":")
        return head if colon else None

    def read_key(self, raw: bytes) -> str:
        try:
            return msgspec.json.decode(raw, type=Told).key
        except msgspec.MsgspecError as error:
            raise MalformedPayload(str(error)) from None

    def translate(self, raw: bytes) -> list[InboundUpdate]:
        told = msgspec.json.decode(raw, type=Told)
        if told.is_gibberish and self.has_bug:
            raise MalformedPayload("gibberish")
        if told.is_bug and self.has_bug:
            raise ZeroDivisionError("a bug in a plug-in")
        return [
            *told.messages,
            *told.edits,
            *told.reactions,
            *told.reachabilities,
            *told.acknowledgements,
            *told.deletions,
            *told.connections,
        ]

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Mapping[str, str]) -> None:
        if "x-token" not in headers:
            raise MissingSignature
        if headers["x-token"] != secrets["token"]:
            raise WrongSignature

    def make_link(self, username: str, payload: str) -> str:
        return f"https://plain.example/{username}#{payload}"

    def open_client(self, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> ChannelClient:
        client = PlainClient(self, secrets)
        self.clients.append(client)
        return client
