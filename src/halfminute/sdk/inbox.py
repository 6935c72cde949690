"""Where listeners (hooks, pollers) hand over what a provider told them."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class Inbox(Protocol):
    """Takes in raw payloads; `conversations` implements it, `main` wires it."""

    async def take_in(self, channel_account_id: UUID, raw: bytes) -> None:
        """Returns after COMMIT: only then may the provider be told that we have it.

        The same payload again returns at once. Raises Unavailable (the provider shall send it
        again) and MalformedPayload (it never need).
        """
