"""Reads a method's parameters in all four ways that the Bot API takes them, strictly.

"URL query string, application/x-www-form-urlencoded, application/json, multipart/form-data"
(https://core.telegram.org/bots/api#making-requests). In all but JSON the values are strings, and
objects are JSON inside a string.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final, TypeVar, get_args
from urllib.parse import parse_qsl

import msgspec
from multipart import (  # type: ignore[import-untyped]  # it has no stubs
    MultipartError,
    MultipartParser,
    parse_options_header,
)

from halfminute.plugins.telegram.fake.refusals import bad_request
from halfminute.plugins.telegram.fake.text import MessageEntity
from halfminute.plugins.telegram.fake.uploaded import Uploaded


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A method's parameters; one that the documentation does not name is refused."""


class NoParameters(Parameters, frozen=True):
    """getMe, getWebhookInfo."""


class ReplyParameters(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#replyparameters"""

    message_id: int | None = None
    chat_id: int | str | None = None
    allow_sending_without_reply: bool = False
    quote: str | None = None
    quote_parse_mode: str | None = None
    quote_entities: list[MessageEntity] | None = None
    quote_position: int | None = None
    checklist_task_id: int | None = None
    poll_option_id: str | None = None
    ephemeral_message_id: int | None = None


class InlineKeyboardButton(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#inlinekeyboardbutton; other kinds are refused."""

    text: str
    callback_data: str | None = None
    url: str | None = None


class InlineKeyboardMarkup(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#inlinekeyboardmarkup"""

    inline_keyboard: list[list[InlineKeyboardButton]]


class SendMessage(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#sendmessage"""

    chat_id: int | str
    text: str
    business_connection_id: str | None = None
    message_thread_id: int | None = None
    direct_messages_topic_id: int | None = None
    parse_mode: str | None = None
    entities: list[MessageEntity] = []
    link_preview_options: dict[str, Any] | None = None
    disable_notification: bool = False
    protect_content: bool = False
    allow_paid_broadcast: bool = False
    message_effect_id: str | None = None
    suggested_post_parameters: dict[str, Any] | None = None
    reply_parameters: ReplyParameters | None = None
    reply_markup: InlineKeyboardMarkup | None = None
    ephemeral_message_parameters: dict[str, Any] | None = None


class AnswerCallbackQuery(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#answercallbackquery"""

    callback_query_id: str
    text: str = ""
    show_alert: bool = False
    url: str = ""
    cache_time: int = 0


class EditMessageText(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#editmessagetext"""

    text: str
    business_connection_id: str | None = None
    chat_id: int | str | None = None
    message_id: int | None = None
    inline_message_id: str | None = None
    parse_mode: str | None = None
    entities: list[MessageEntity] = []
    link_preview_options: dict[str, Any] | None = None
    reply_markup: dict[str, Any] | None = None


class DeleteMessage(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#deletemessage"""

    chat_id: int | str
    message_id: int


class SendChatAction(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#sendchataction"""

    chat_id: int | str
    action: str
    business_connection_id: str | None = None
    message_thread_id: int | None = None


class GetStickerSet(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#getstickerset"""

    name: str


class GetBusinessConnection(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#getbusinessconnection"""

    business_connection_id: str


class DeleteBusinessMessages(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#deletebusinessmessages"""

    business_connection_id: str
    message_ids: list[int]


class ReadBusinessMessage(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#readbusinessmessage"""

    business_connection_id: str
    chat_id: int
    message_id: int


class GetFile(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#getfile"""

    file_id: str


class GetUpdates(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#getupdates"""

    offset: int = 0
    limit: int = 100
    timeout: int = 0
    allowed_updates: list[str] | None = None


class SetWebhook(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#setwebhook"""

    url: str
    certificate: str | None = None
    ip_address: str | None = None
    max_connections: int = 40
    allowed_updates: list[str] | None = None
    drop_pending_updates: bool = False
    secret_token: str = ""


class DeleteWebhook(Parameters, frozen=True):
    """https://core.telegram.org/bots/api#deletewebhook"""

    drop_pending_updates: bool = False


_P = TypeVar("_P", bound=Parameters)
_UNKNOWN: Final = re.compile(r"unknown field `(.+?)`")


def read_fields(
    query: bytes, content_type: str, body: bytes
) -> tuple[dict[str, Any], dict[str, Uploaded]]:
    """The values by name, of query and body together, and the files that came beside them.

    A Refusal if the body is malformed.
    """
    uploaded: dict[str, Uploaded] = {}
    fields: dict[str, Any] = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    kind, options = parse_options_header(content_type)
    try:
        if kind == "application/json" and body:
            fields.update(msgspec.json.decode(body, type=dict[str, Any]))
        elif kind == "application/x-www-form-urlencoded":
            fields.update(parse_qsl(body.decode(), keep_blank_values=True))
        elif kind == "multipart/form-data":
            fields.update(_read_multipart(options.get("boundary", ""), body, uploaded))
    except (msgspec.MsgspecError, MultipartError, UnicodeDecodeError):
        raise bad_request("can't parse the request's body") from None
    return fields, uploaded


def read_parameters(kind: type[_P], fields: Mapping[str, Any]) -> _P:
    """The fields as a method's parameters; a Refusal for one unknown, missing or mistyped."""
    opened = {
        field.encode_name: _opened(field.type, fields[field.encode_name])
        for field in msgspec.structs.fields(kind)
        if field.encode_name in fields
    }
    try:
        return msgspec.convert({**fields, **opened}, kind, strict=False)
    except msgspec.ValidationError as error:
        unknown = _UNKNOWN.search(str(error))
        why = f'unknown parameter "{unknown[1]}"' if unknown else str(error)
        raise bad_request(why) from None


def _opened(kind: Any, value: Any) -> Any:
    """An object that came as JSON inside a string."""
    if not isinstance(value, str) or str in (kind, *get_args(kind)):
        return value
    if not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        raise bad_request("can't parse a JSON-serialized parameter") from None


def _read_multipart(boundary: str, body: bytes, uploaded: dict[str, Uploaded]) -> dict[str, str]:
    """The words; the files go into `uploaded`."""
    fields: dict[str, str] = {}
    limit = len(body) + 1
    parts = MultipartParser(BytesIO(body), boundary, limit, spool_limit=limit, memory_limit=limit)
    for part in parts:
        if part.filename is None:
            fields[part.name] = part.value
        else:
            uploaded[part.name] = Uploaded(part.filename, part.content_type, part.raw)
    return fields
