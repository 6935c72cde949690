"""The Telegram channel as the rest of Halfminute sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from halfminute.plugins.telegram import inbound, settings, stickers, translate
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.content import FETCH_LIMIT
from halfminute.plugins.telegram.formatting import CAPTION_LIMIT, SENDABLE, TEXT_LIMIT
from halfminute.plugins.telegram.media import ALBUM_LIMIT, UPLOAD_LIMITS
from halfminute.sdk.channel import (
    AccountConfiguration,
    Capabilities,
    ChannelClient,
    FormField,
    InboundUpdate,
    Pace,
)

CAPABILITIES: Final = Capabilities(
    text_limit=TEXT_LIMIT,
    text_unit="utf16",
    entity_types=SENDABLE,
    can_reply_to=True,
    can_edit=True,
    can_delete=True,
    can_show_typing=True,
    has_receipts=False,
    inbound_modes=("webhook", "polling"),
    has_links=True,
    fetch_limit=FETCH_LIMIT,
    # https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    pace=Pace(account_rate=30, account_burst=30, address_rate=1, address_burst=3),
    caption_limit=CAPTION_LIMIT,
    album_limit=ALBUM_LIMIT,
    upload_limits=UPLOAD_LIMITS,
    can_send_stickers=True,
    can_send_locations=True,
)


class TelegramChannel:
    """Implements `halfminute.sdk.channel.Channel`."""

    kind: Final = "telegram"
    capabilities: Final = CAPABILITIES
    form: Final[tuple[FormField, ...]] = settings.FORM

    def read_form(self, values: Mapping[str, str]) -> AccountConfiguration:
        """Settings and secrets of a filled-in form; raises InvalidAccount."""
        return settings.read_form(values)

    def read_sticker_set_name(self, given: str) -> str:
        """A name, or that of a link's set; raises InvalidStickerSetName."""
        return stickers.read_set_name(given)

    def read_account_id(self, secrets: Mapping[str, str]) -> str | None:
        """The bot's id, which every token of it begins with."""
        return settings.read_secrets(secrets).bot_id

    def read_key(self, raw: bytes) -> str:
        """`update:<update_id>`; raises MalformedPayload."""
        return translate.read_key(raw)

    def translate(self, raw: bytes) -> list[InboundUpdate]:
        """The meaning of an update; raises MalformedPayload."""
        return translate.translate(raw)

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Mapping[str, str]) -> None:
        """By a shared secret in a header: Telegram signs no body. Raises WrongSignature."""
        del raw
        inbound.verify(headers, secrets)

    def make_link(self, username: str, payload: str) -> str:
        """https://core.telegram.org/bots/features#deep-linking"""
        return f"https://t.me/{username}?start={payload}"

    def open_client(self, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> ChannelClient:
        """A connection for one bot; raises InvalidAccount."""
        return TelegramClient(settings, secrets)
