"""The wire shape of a channel account: never its secrets."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

import asyncpg
import msgspec

from halfminute.channels.types import ChannelAccountId, Health, InboundMode
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment
from halfminute.sdk.channel import Capabilities
from halfminute.sdk.model import MediaKind

SecretName: TypeAlias = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[a-z_]+$")]
Secret: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern=STORABLE)]


class ChannelAccountView(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator sees of a channel account.

    `username`: what the provider calls us. Of a `refused` account nothing is sent until its secrets
    are replaced; `health_detail` are the provider's words.
    """

    id: ChannelAccountId
    kind: str
    name: str
    settings: dict[str, Any]
    username: str | None
    inbound_mode: InboundMode
    queue_id: UUID | None
    reopen_seconds: int
    is_enabled: bool
    sending_blocked_until: Moment | None
    health: Health
    health_detail: str
    health_at: Moment | None
    created_at: Moment


class SecretLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A secret of a kind of channel, and what it is called in each language."""

    name: str
    labels: dict[str, str]


class ChannelAccountList(msgspec.Struct, frozen=True, kw_only=True):
    """All accounts, oldest first, and by their kind the secrets that can be replaced."""

    items: list[ChannelAccountView]
    secrets: dict[str, list[SecretLabel]]


class NewSecrets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Secret fields of the account's form with their new values."""

    secrets: Annotated[dict[SecretName, Secret], msgspec.Meta(min_length=1, max_length=10)]


def view_of(row: asyncpg.Record) -> ChannelAccountView:
    """The view of an account's row."""
    return ChannelAccountView(**{n: row[n] for n in ChannelAccountView.__struct_fields__})


class ChannelAbilities(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent can send by a channel, so that a screen need not offer what would be refused.

    `text_limit` and `caption_limit` are the longest words of one message, and the longest beside a
    file; `reply_limit` is the longest of a reply, which is split into as many messages as it takes.
    All three count units of `text_unit`. `upload_limits`: the most bytes of a file of each kind;
    kinds that are missing cannot be sent. `can_edit`, `can_delete`: what the channel has of ours.
    """

    text_limit: int
    text_unit: Literal["code_points", "utf16"]
    caption_limit: int
    reply_limit: int
    can_edit: bool
    can_delete: bool
    upload_limits: dict[MediaKind, int]
    can_send_stickers: bool
    can_send_locations: bool


def abilities_of(
    capabilities: Capabilities, *, upload_limit: int, reply_limit: int
) -> ChannelAbilities:
    """The abilities; `upload_limit` is the most bytes that we take of any file."""
    limits = capabilities.upload_limits.items()
    return ChannelAbilities(
        text_limit=capabilities.text_limit,
        text_unit=capabilities.text_unit,
        caption_limit=capabilities.caption_limit,
        reply_limit=reply_limit,
        can_edit=capabilities.can_edit,
        can_delete=capabilities.can_delete,
        upload_limits={kind: min(limit, upload_limit) for kind, limit in limits},
        can_send_stickers=capabilities.can_send_stickers,
        can_send_locations=capabilities.can_send_locations,
    )
