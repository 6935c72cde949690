"""Web chat as the rest of Halfminute sees it: a channel like the others, without a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from halfminute.sdk.channel import (
    AccountConfiguration,
    Capabilities,
    ChannelClient,
    FormField,
    InboundMessage,
    InboundUpdate,
    Pace,
    Sender,
)
from halfminute.sdk.errors import InvalidStickerSetName, WrongSignature
from halfminute.sdk.model import FormPart, Part, TextPart
from halfminute.webchat import settings
from halfminute.webchat.client import WebchatClient
from halfminute.webchat.payloads import Said, decode_said

KIND: Final = "webchat"
TEXT_LIMIT: Final = 4096

CAPABILITIES: Final = Capabilities(
    text_limit=TEXT_LIMIT,
    text_unit="code_points",
    entity_types=frozenset({"bold", "italic", "strikethrough", "code", "pre", "text_link"}),
    can_reply_to=True,
    can_edit=True,
    can_delete=True,
    has_receipts=True,
    inbound_modes=("direct",),
    has_links=False,
    fetch_limit=0,
    # Nobody else limits us; the database does.
    pace=Pace(account_rate=1000, account_burst=1000, address_rate=20, address_burst=20),
)


class WebchatChannel:
    """Implements `halfminute.sdk.channel.Channel`."""

    kind: Final = KIND
    capabilities: Final = CAPABILITIES
    form: Final[tuple[FormField, ...]] = settings.FORM

    def read_form(self, values: Mapping[str, str]) -> AccountConfiguration:
        """The settings of a filled-in form; raises InvalidAccount."""
        return settings.read_form(values)

    def read_sticker_set_name(self, given: str) -> str:
        """There are no sets. Raises InvalidStickerSetName."""
        raise InvalidStickerSetName(given)

    def read_account_id(self, secrets: Mapping[str, str]) -> str | None:
        """None: a widget has no secrets."""
        del secrets
        return None

    def read_key(self, raw: bytes) -> str:
        """The browser's own name for the message, which is unique to its visitor."""
        said = decode_said(raw)
        return f"{said.visitor_id}:{said.client_id}"

    def translate(self, raw: bytes) -> list[InboundUpdate]:
        """One message; raises MalformedPayload."""
        said = decode_said(raw)
        return [
            InboundMessage(
                external_id=str(said.client_id),
                sender=Sender(
                    external_id=said.address or str(said.visitor_id),
                    name=said.name,
                    language_hint=said.language,
                ),
                sent_at=None,
                parts=_parts_of(said),
                reply_to_external_id=said.reply_to_external_id,
            )
        ]

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Mapping[str, str]) -> None:
        """No provider brings anything: what comes to the hook is forged. Raises WrongSignature."""
        del headers, raw, secrets
        raise WrongSignature

    def make_link(self, username: str, payload: str) -> str:
        """Never called: nobody comes to a widget by a link."""
        raise NotImplementedError

    def open_client(self, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> ChannelClient:
        """A client for one widget; raises InvalidAccount."""
        del secrets
        return WebchatClient(read_title(settings))


def _parts_of(said: Said) -> tuple[Part, ...]:
    words = TextPart(text=said.text)
    return (words, FormPart(answers=said.form)) if said.form else (words,)


def read_title(stored: Mapping[str, Any]) -> str:
    """What a widget's stored settings call it; raises InvalidAccount."""
    return settings.read_settings(stored).title
