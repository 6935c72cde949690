"""The words of files: ids and states."""

from __future__ import annotations

from typing import Literal, NewType
from uuid import UUID

FileId = NewType("FileId", UUID)

# pending -> ready | too_large | expired (the provider no longer has it) | failed (given up)
FileState = Literal["pending", "ready", "too_large", "expired", "failed"]
