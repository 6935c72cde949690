"""Our side of web chat's delivery: a message is sent once it stands in the thread."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from halfminute.sdk.channel import (
    AccountIdentity,
    InboundBusinessConnection,
    ListedStickerSet,
    Outgoing,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingReadMark,
    OutgoingTyping,
    Sent,
    Webhook,
)
from halfminute.sdk.errors import FileExpired, StickerSetNotFound


class WebchatClient:
    """Implements `halfminute.sdk.channel.ChannelClient`; there is no provider, so nothing fails.

    The visitor's browser follows the conversation's stream: what is committed there reaches it, now
    or when it comes back.
    """

    def __init__(self, title: str) -> None:
        """`title` is what the widget is headed by."""
        self._title = title

    async def prepare(self) -> None:
        """Nothing is loaded."""

    async def check(self) -> AccountIdentity:
        """Who we are: ourselves."""
        return AccountIdentity(name=self._title or "Web chat")

    async def send(self, outgoing: Outgoing) -> Sent:
        """Calls the message by our own name for it."""
        return Sent(external_id=str(outgoing.message_id))

    async def acknowledge(self, reference: Mapping[str, Any]) -> None:
        """Nobody waits."""

    async def edit(self, edit: OutgoingEdit) -> None:
        """The thread shows the new words."""

    async def delete(self, deletion: OutgoingDeletion) -> None:
        """The thread shows them no more."""

    async def show_typing(self, typing: OutgoingTyping) -> None:
        """Never called: the visitor's browser is told without us."""

    async def list_sticker_set(self, name: str) -> ListedStickerSet:
        """It has no sets of its own: those of other accounts are borrowed."""
        raise StickerSetNotFound(name)

    async def mark_read(self, mark: OutgoingReadMark) -> None:
        """Never called: no chat here is of another's account."""

    async def find_business_connection(self, external_id: str) -> InboundBusinessConnection | None:
        """None: no chat here is of another's account."""
        del external_id
        return None

    async def find_webhook(self) -> Webhook | None:
        """None: nobody brings updates."""
        return None

    async def set_webhook(self, url: str) -> None:
        """Nobody brings updates."""

    async def delete_webhook(self) -> None:
        """Nobody brings updates."""

    async def poll(self, offset: int, wait_seconds: int = 25) -> tuple[list[bytes], int]:
        """Nothing is to be fetched."""
        del wait_seconds
        return [], offset

    async def fetch_file(self, source: Mapping[str, Any]) -> AsyncIterator[bytes]:
        """Files of visitors are uploaded to us, never fetched."""
        raise FileExpired
        yield b""

    async def close(self) -> None:
        """Nothing is open."""
