"""A channel that keeps the sdk's rules to the letter, and answers as the play says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from halfminute.sdk.channel import (
    AccountConfiguration,
    AccountIdentity,
    Capabilities,
    FormField,
    InboundBusinessConnection,
    InboundUpdate,
    ListedStickerSet,
    Outgoing,
    OutgoingChange,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingReadMark,
    OutgoingTyping,
    Pace,
    Sent,
    Webhook,
)
from halfminute.sdk.errors import InvalidStickerSetName, MalformedPayload, ProviderError
from halfminute.sdk.model import MediaKind, MediaPart, Part, TextPart

Answer = Callable[[Outgoing], Awaitable[Sent]]
AnswerToChange = Callable[[OutgoingChange], Awaitable[None]]


class StrictChannel:
    """`answer` and `answer_to_change` decide of each call; what was called stands in order."""

    kind = "strict"
    form: tuple[FormField, ...] = ()

    def __init__(self) -> None:
        self.calls: list[Outgoing] = []
        self.taken: list[Outgoing] = []
        self.answer: Answer = self.take
        self.changes: list[OutgoingChange] = []
        self.answer_to_change: AnswerToChange = self.take_change
        self.typings: list[OutgoingTyping] = []
        self.can_show_typing = True
        self.can_change = True
        self.upload_limits: dict[MediaKind, int] = {
            "image": 1000,
            "video": 5000,
            "audio": 5000,
            "voice": 5000,
            "video_note": 5000,
            "file": 5000,
        }
        self.is_prepared = asyncio.Event()
        self.is_prepared.set()
        self.pace = Pace(
            account_rate=1000.0, account_burst=1000, address_rate=1000.0, address_burst=1000
        )

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            text_limit=4096,
            text_unit="code_points",
            entity_types=frozenset({"bold", "italic", "text_link"}),
            can_reply_to=True,
            can_edit=self.can_change,
            can_delete=self.can_change,
            has_receipts=False,
            inbound_modes=("webhook",),
            has_links=False,
            fetch_limit=1000,
            pace=self.pace,
            caption_limit=1024,
            album_limit=10,
            upload_limits=self.upload_limits,
            can_send_stickers=True,
            can_show_typing=self.can_show_typing,
            can_send_locations=True,
        )

    async def take(self, outgoing: Outgoing) -> Sent:
        """The provider takes it."""
        self.taken.append(outgoing)
        return Sent(external_id=f"out-{len(self.taken)}")

    async def take_typing(self, typing: OutgoingTyping) -> None:
        """The provider shows it."""

    async def take_change(self, change: OutgoingChange) -> None:
        """The provider makes it."""

    @property
    def texts(self) -> list[str]:
        """What the provider has taken, in order."""
        return [text_of(outgoing) for outgoing in self.taken]

    def read_form(self, values: Mapping[str, str]) -> AccountConfiguration:
        return AccountConfiguration(settings={}, secrets=dict(values))

    def read_sticker_set_name(self, given: str) -> str:
        raise InvalidStickerSetName

    def read_key(self, raw: bytes) -> str:
        raise MalformedPayload

    def translate(self, raw: bytes) -> list[InboundUpdate]:
        raise MalformedPayload

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Mapping[str, str]) -> None:
        raise MalformedPayload

    def read_account_id(self, secrets: Mapping[str, str]) -> str | None:
        raise AssertionError(sorted(secrets))

    def make_link(self, username: str, payload: str) -> str:
        raise AssertionError(f"{username} has no links, and {payload} came here")

    def open_client(self, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> StrictClient:
        return StrictClient(self, secrets["token"])


class StrictClient:
    """One account's connection; refuses to be used after its end."""

    def __init__(self, channel: StrictChannel, token: str) -> None:
        self._channel = channel
        self._token = token
        self._is_closed = False

    async def prepare(self) -> None:
        await self._channel.is_prepared.wait()

    async def check(self) -> AccountIdentity:
        return AccountIdentity(name="Strict")

    async def send(self, outgoing: Outgoing) -> Sent:
        if self._is_closed:
            raise AssertionError("sent by a closed client")
        check_parts(outgoing.parts)
        self._channel.calls.append(outgoing)
        return await self._channel.answer(outgoing)

    async def acknowledge(self, reference: Mapping[str, Any]) -> None:
        raise AssertionError(reference)

    async def show_typing(self, typing: OutgoingTyping) -> None:
        self._channel.typings.append(typing)
        await self._channel.take_typing(typing)

    async def list_sticker_set(self, name: str) -> ListedStickerSet:
        raise AssertionError(name)

    async def edit(self, edit: OutgoingEdit) -> None:
        assert isinstance(edit.parts[0], TextPart | MediaPart)
        check_parts(edit.parts)
        await self._change(edit)

    async def delete(self, deletion: OutgoingDeletion) -> None:
        await self._change(deletion)

    async def _change(self, change: OutgoingChange) -> None:
        if self._is_closed:
            raise AssertionError("changed by a closed client")
        self._channel.changes.append(change)
        await self._channel.answer_to_change(change)

    async def mark_read(self, mark: OutgoingReadMark) -> None:
        raise AssertionError(mark)

    async def find_business_connection(self, external_id: str) -> InboundBusinessConnection | None:
        raise AssertionError(external_id)

    async def set_webhook(self, url: str) -> None:
        raise AssertionError(url)

    async def find_webhook(self) -> Webhook | None:
        raise AssertionError

    async def delete_webhook(self) -> None:
        raise AssertionError

    async def poll(self, offset: int, wait_seconds: int = 25) -> tuple[list[bytes], int]:
        raise AssertionError(offset, wait_seconds)

    def fetch_file(self, source: Mapping[str, Any]) -> AsyncIterator[bytes]:
        raise AssertionError(source)

    async def close(self) -> None:
        self._is_closed = True


def check_parts(parts: tuple[Part, ...]) -> None:
    """What the sdk promises of an outgoing message, or a refusal."""
    match parts:
        case (TextPart(text=text),):
            if not 1 <= len(text) <= 4096:
                raise ProviderError("message is too long", is_retryable=False)
        case (MediaPart(), *more):
            assert len(parts) <= 10
            assert all(isinstance(each, MediaPart) and each.caption is None for each in more)
        case _:
            assert len(parts) == 1


def text_of(outgoing: Outgoing) -> str:
    """The words of a message of one text part."""
    [part] = outgoing.parts
    assert isinstance(part, TextPart)
    return part.text
