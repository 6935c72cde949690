"""Reads what Telegram tells of the messages that it has made for us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from halfminute.plugins.telegram.media import FIELDS, STICKER, Call, reference_of
from halfminute.sdk.channel import FileReference, Sent
from halfminute.sdk.errors import ProviderError

if TYPE_CHECKING:
    from aiogram.types import Message

# In the order of looking: an animation also comes as `document`. Telegram may make another thing of
# a file than it was sent as: of a film without sound an animation.
_FIELDS: Final = ("animation", *(each for each in FIELDS.values() if each != "animation"), STICKER)

# How Telegram refuses its own name of a file, before it sends anything. Not a word of them is about
# a file that goes up.
_REFERENCE_REFUSED: Final = (
    "invalid file_id",
    "FILE_REFERENCE_EXPIRED",
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file_id",
    "can't use file of type",
    "type of file mismatch",
)


def sent_of(call: Call, messages: Sequence[Message]) -> Sent:
    """The ids of the messages, and what each file is called from now on."""
    first, *more = (str(message.message_id) for message in messages)
    # Of what a call of fewer or more files has made nobody can tell which is which.
    pairs = zip(call.file_ids, messages, strict=False)
    references = {file_id: reference_in(message) for file_id, message in pairs}
    return Sent(
        external_id=first,
        more_external_ids=tuple(more),
        references={
            file_id: reference for file_id, reference in references.items() if reference is not None
        },
    )


def is_reference_refused(error: ProviderError) -> bool:
    """Whether Telegram sent nothing because it does not know a file by the name we gave."""
    return not error.is_ambiguous and any(each in error.reason for each in _REFERENCE_REFUSED)


def reference_in(message: Message) -> FileReference | None:
    """What Telegram calls the file of a message."""
    for field in _FIELDS:
        found = getattr(message, field, None)
        if isinstance(found, list):
            # Sizes of one photo, each with a name of its own: the largest is the photo.
            found = max(found, key=lambda size: size.width * size.height, default=None)
        if found is not None:
            return reference_of(field, found.file_id)
    return None
