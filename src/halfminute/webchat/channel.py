"""Web chat as the rest of Halfminute sees it: a channel like the others, without a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

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
from halfminute.sdk.model import FormPart, MediaKind, MediaPart, Part, TextPart
from halfminute.webchat import forms
from halfminute.webchat.client import WebchatClient
from halfminute.webchat.payloads import Said, decode_said
from halfminute.webchat.settings import read_settings

KIND: Final = "webchat"
TEXT_LIMIT: Final = 4096
FILES_AT_ONCE: Final = 10
# More than any file that is taken in: what we can keep, a browser can fetch.
_ANY_SIZE: Final = 2**31
_KINDS: Final[tuple[MediaKind, ...]] = get_args(MediaKind)

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
    can_show_typing=True,
    is_followed=True,
    # Nobody else limits us; the database does.
    pace=Pace(account_rate=1000, account_burst=1000, address_rate=20, address_burst=20),
    caption_limit=TEXT_LIMIT,
    album_limit=FILES_AT_ONCE,
    upload_limits=dict.fromkeys(_KINDS, _ANY_SIZE),
    can_send_stickers=True,
    can_borrow_stickers=True,
    can_send_locations=True,
    button_limit=10,
)


class WebchatChannel:
    """Implements `halfminute.sdk.channel.Channel`."""

    kind: Final = KIND
    capabilities: Final = CAPABILITIES
    form: Final[tuple[FormField, ...]] = forms.FORM

    def read_form(self, values: Mapping[str, str]) -> AccountConfiguration:
        """The settings of a filled-in form; raises InvalidAccount."""
        return forms.read_form(values)

    def read_sticker_set_name(self, given: str) -> str:
        """It has no sets of its own, it borrows. Raises InvalidStickerSetName."""
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
    """Words, a sticker, or files of which the first carries the words; then what was filled in."""
    words = TextPart(text=said.text)
    form = (FormPart(answers=said.form),) if said.form else ()
    if said.sticker is not None:
        return (said.sticker, *form)
    if not said.file_ids:
        return (words, *form)
    files = (
        MediaPart(
            kind="file",
            file_state="pending",
            file_id=file_id,
            caption=words if said.text.strip() and not position else None,
        )
        for position, file_id in enumerate(said.file_ids)
    )
    return (*files, *form)


def read_title(stored: Mapping[str, Any]) -> str:
    """What a widget's stored settings call it; raises InvalidAccount."""
    return read_settings(stored).title
