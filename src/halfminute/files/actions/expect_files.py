"""Notes the files that messages show, to be fetched after the ack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from halfminute.files import tables
from halfminute.files.types import ExpectedFile
from halfminute.kit.event_log import Unit

FILES_TOPIC: Final = "files"


async def expect_files(unit: Unit, files: Sequence[ExpectedFile]) -> None:
    """One row each, and a ring to who fetches them once this is committed."""
    if not files:
        return
    columns = zip(*files, strict=True)
    await unit.connection.execute(tables.EXPECT, *(list(column) for column in columns))
    unit.wake(FILES_TOPIC)
