"""The words of channels: ids and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

import msgspec

from halfminute.sdk.channel import FileReference
from halfminute.sdk.errors import Refusal

ChannelAccountId = NewType("ChannelAccountId", UUID)
BusinessConnectionId = NewType("BusinessConnectionId", UUID)

# `direct`: no provider brings anything, our own routes take it in.
InboundMode = Literal["webhook", "polling", "direct"]
# `refused`: the provider takes no call of ours until the account's secrets are replaced; nothing is
# sent meanwhile, and nothing fails.
Health = Literal["unknown", "ok", "failing", "refused"]
Result = Literal["sent", "retry", "held", "failed", "unknown"]


class ChannelAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One configured connection to a provider, with its secrets opened."""

    id: ChannelAccountId
    kind: str
    name: str
    settings: dict[str, Any]
    secrets: dict[str, str]
    # What the provider calls us; None until it has said so.
    username: str | None
    inbound_mode: InboundMode
    queue_id: UUID | None
    reopen_seconds: int
    is_enabled: bool
    poll_offset: int
    sending_blocked_until: datetime | None
    health: Health
    health_detail: str
    # How often the secrets were replaced.
    secrets_revision: int
    # What the provider may prove itself by beside `secrets`, until then; without an end as long as
    # it has not been told of the new ones.
    previous_secrets: dict[str, str] | None
    previous_secrets_until: datetime | None

    def accepts_previous(self, now: datetime) -> bool:
        """Whether the secrets before these still prove the provider."""
        until = self.previous_secrets_until
        return self.previous_secrets is not None and (until is None or now < until)

    @property
    def is_webhook_due(self) -> bool:
        """Whether the provider has yet to be told by what to prove itself."""
        return self.previous_secrets is not None and self.previous_secrets_until is None

    def __repr__(self) -> str:
        """Without the secrets, for it may be logged."""
        return f"ChannelAccount({self.id}, {self.kind}, {self.name!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for traceback printers that look into objects."""
        return [("id", self.id), ("kind", self.kind), ("name", self.name)]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one attempt to send ended.

    `sent`     the provider took it and calls it `external_id`; what follows is as `Sent` has it
    `retry`    it did not take it, and may later: not before `retry_after_seconds`, if given
    `held`     it takes nothing of this account until its secrets are replaced
    `failed`   it never will
    `unknown`  it may have taken it: nobody but a human may send it again

    `reason` is in the provider's words; `refusal` a code of ours for it, where we know one.
    """

    result: Result
    external_id: str | None = None
    more_external_ids: tuple[str, ...] = ()
    references: Mapping[UUID, FileReference] = {}
    reason: str = ""
    refusal: Refusal = ""
    retry_after_seconds: float | None = None
    is_address_unreachable: bool = False
