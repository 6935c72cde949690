"""What delivery needs of channels; `channels.lines` has it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from halfminute.channels.types import Outcome
from halfminute.sdk.channel import Outgoing, OutgoingChange, OutgoingTyping


class Line(Protocol):
    """One channel account that messages go out by."""

    @property
    def channel_account_id(self) -> UUID:
        """Whose line it is."""

    @property
    def channel_kind(self) -> str:
        """Its channel's one word, for figures."""

    def turn(self, outgoing: Outgoing | OutgoingChange) -> AbstractAsyncContextManager[None]:
        """Enters when the provider's pace allows this one; lower priorities go first.

        To be left when the ending is stored: what is under way is lost with the process.
        """

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send once; a provider's "later" shuts the line for as long as it says.

        Any HalfminuteError means that nothing was sent.
        """

    async def change(self, change: OutgoingChange) -> Outcome:
        """Edit or delete once; `sent` means that it is done. Raises as `send` does."""

    async def show_typing(self, typing: OutgoingTyping) -> bool:
        """Show that an agent types, if no reply can be the later for it; whether it was shown."""


class Lines(Protocol):
    """The accounts that may send."""

    async def list_accounts(self) -> Sequence[UUID]:
        """The enabled accounts."""

    async def open(self, channel_account_id: UUID) -> Line:
        """Its line, the same one each time; raises when it cannot be had."""
