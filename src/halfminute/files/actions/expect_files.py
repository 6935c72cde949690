"""Notes the files that messages show, to be fetched after the ack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from halfminute.files.tables import fetching as tables
from halfminute.files.types import ExpectedFile, FileId
from halfminute.kit.event_log import Unit

FILES_TOPIC: Final = "files"
# A set of stickers is hundreds of files: what customers send meanwhile is fetched between them.
_APART_SECONDS: Final = 0.1


class UnshownFile(NamedTuple):
    """A file that is still at the provider, and that no message shows yet."""

    id: FileId
    channel_account_id: UUID
    source: dict[str, Any]
    media_type: str


async def expect_files(unit: Unit, files: Sequence[ExpectedFile]) -> None:
    """One row each, and a ring to who fetches them once this is committed."""
    if not files:
        return
    columns = zip(*files, strict=True)
    await unit.connection.execute(tables.EXPECT, *(list(column) for column in columns))
    unit.wake(FILES_TOPIC)


async def expect_unshown_files(unit: Unit, files: Sequence[UnshownFile]) -> None:
    """The same for files of no message, to be fetched without haste."""
    if not files:
        return
    columns = zip(*files, strict=True)
    given = [list(column) for column in columns]
    await unit.connection.execute(tables.EXPECT_UNSHOWN, *given, _APART_SECONDS)
    unit.wake(FILES_TOPIC)
