"""What a subscriber does in a chat, each after a pause in seconds at a person's own pace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Say:
    """Words, after as many seconds of typing; perhaps mended by an edit at once."""

    text: str
    after_seconds: float
    mended: str | None = None


@dataclass(frozen=True, slots=True)
class SendSticker:
    """A sticker; its format is `webp`, `tgs` or `webm`."""

    emoji: str
    format: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class SendPhoto:
    """A photo of the data files, with a caption."""

    photo: str
    caption: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class React:
    """A reaction to the answer that was just read."""

    emoji: str
    after_seconds: float


Deed = Say | SendSticker | SendPhoto | React
