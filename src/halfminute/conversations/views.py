"""Turns rows into views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET

from halfminute.conversations.schemas import (
    AddressBrief,
    BusinessBrief,
    ChangeView,
    ContactBrief,
    ConversationView,
    MessageBrief,
    MessageView,
    RatingBrief,
    Reaction,
    ReplyTo,
    RequirementView,
    TargetBrief,
)
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.conversations.schemas_transfers import TransferView
from halfminute.files.addresses import thumbnail_path
from halfminute.files.types import ShownFile
from halfminute.sdk.model import (
    MediaPart,
    Part,
    StickerPart,
    kind_of,
    preview_text,
    read_parts,
)

_PLAIN: Final = [
    name
    for name in ConversationView.__struct_fields__
    if name
    not in ("contact", "address", "business", "last_message", "rating", "requirements", "target")
]
_PLAIN_OF_MESSAGE: Final = [
    name
    for name in MessageView.__struct_fields__
    if name not in ("parts", "reply_to", "change", "transfer", "consult", "reactions")
]


def conversation_view(row: asyncpg.Record) -> ConversationView:
    """The view of a row of `tables.queries`."""
    return ConversationView(
        contact=ContactBrief(
            id=row["contact_id"], name=row["contact_name"], language=row["contact_language"]
        ),
        address=AddressBrief(
            id=row["address_id"],
            username=row["username"],
            proof=row["proof"],
            is_disputed=row["is_disputed"],
            is_reachable=row["is_reachable"],
            unreachable_reason=row["unreachable_reason"],
        ),
        business=_business(row),
        last_message=_last_message(row),
        rating=_rating(row),
        target=_target(row),
        requirements=[RequirementView(**each) for each in row["requirements"]],
        **{name: row[name] for name in _PLAIN},
    )


def message_view(row: asyncpg.Record, files: Mapping[UUID, ShownFile]) -> MessageView:
    """The view of a row of `tables.queries`, its files as they are now."""
    return MessageView(
        parts=tuple(_with_file(part, files) for part in read_parts(row["parts"])),
        reply_to=_reply_to(row),
        change=_change(row),
        transfer=_transfer(row),
        consult=_consult(row),
        reactions=[Reaction(**reaction) for reaction in row["reactions"]],
        **{name: row[name] for name in _PLAIN_OF_MESSAGE},
    )


def list_file_ids(rows: Sequence[asyncpg.Record]) -> list[UUID]:
    """The files that the parts of these rows show."""
    parts = (part for row in rows for part in read_parts(row["parts"]))
    return [
        part.file_id
        for part in parts
        if isinstance(part, MediaPart | StickerPart) and part.file_id is not None
    ]


def _with_file(part: Part, files: Mapping[UUID, ShownFile]) -> Part:
    if not isinstance(part, MediaPart | StickerPart) or part.file_id is None:
        return part
    file = files.get(part.file_id)
    if file is None:
        return part
    if isinstance(part, StickerPart):
        return msgspec.structs.replace(part, file_state=file.state)
    is_ready = file.state == "ready"
    return msgspec.structs.replace(
        part,
        file_state=file.state,
        # What we have read of the bytes is truer than what was said of them.
        media_type=file.media_type if is_ready else part.media_type,
        size=file.size if is_ready else part.size,
        width=file.width or part.width,
        height=file.height or part.height,
        duration_seconds=file.duration_seconds or part.duration_seconds,
        thumbnail_url=thumbnail_path(file.id) if is_ready and file.has_thumbnail else UNSET,
        waveform=tuple(file.waveform) if is_ready and file.waveform else UNSET,
    )


def _business(row: asyncpg.Record) -> BusinessBrief | None:
    if row["owner_name"] is None:
        return None
    return BusinessBrief(
        owner_name=row["owner_name"],
        is_connected=row["is_connected"],
        can_reply=row["can_reply"],
        can_delete=row["can_delete"],
    )


def _rating(row: asyncpg.Record) -> RatingBrief | None:
    if row["rating_score"] is None:
        return None
    return RatingBrief(
        score=row["rating_score"], words=row["rating_words"], rated_at=row["rated_at"]
    )


def _last_message(row: asyncpg.Record) -> MessageBrief | None:
    if row["last_message_id"] is None:
        return None
    parts = read_parts(row["last_message_parts"])
    is_deleted = row["last_message_deleted_at"] is not None
    return MessageBrief(
        id=row["last_message_id"],
        direction=row["last_message_direction"],
        author_kind=row["last_message_author_kind"],
        kind=kind_of(parts),
        preview="" if is_deleted else preview_text(parts),
        is_deleted=is_deleted,
    )


def _change(row: asyncpg.Record) -> ChangeView | None:
    if row["change_kind"] is None:
        return None
    parts = row["change_parts"]
    return ChangeView(
        kind=row["change_kind"],
        state=row["change_state"],
        parts=None if parts is None else read_parts(parts),
        code=row["change_code"],
        reason=row["change_reason"],
        is_retryable=row["change_is_retryable"],
    )


def _target(row: asyncpg.Record) -> TargetBrief | None:
    if row["target_agent_id"] is None:
        return None
    return TargetBrief(
        agent_id=row["target_agent_id"],
        agent_name=row["target_agent_name"] or "",
        until=row["target_until"],
    )


def _transfer(row: asyncpg.Record) -> TransferView | None:
    return None if row["transfer"] is None else msgspec.convert(row["transfer"], TransferView)


def _consult(row: asyncpg.Record) -> ConsultView | None:
    return None if row["consult"] is None else msgspec.convert(row["consult"], ConsultView)


def _reply_to(row: asyncpg.Record) -> ReplyTo | None:
    stored = row["reply_to"]
    if stored is None:
        return None
    if row["replied_deleted_at"] is not None:
        preview = ""
    elif row["replied_parts"] is None:
        preview = stored.get("preview", "")
    else:
        preview = preview_text(read_parts(row["replied_parts"]))
    message_id = stored.get("message_id")
    return ReplyTo(
        message_id=None if message_id is None else UUID(message_id),
        external_id=stored.get("external_id"),
        preview=preview,
    )
