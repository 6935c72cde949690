"""The parts of this installation, for a command that runs one verb on them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from halfminute.kit.migrations import migrate
from halfminute.kit.settings import read_settings
from halfminute.main.installation import open_database_url
from halfminute.main.unfinished_restore import require_no_unfinished_restore

if TYPE_CHECKING:
    from halfminute.main.parts import Parts


@asynccontextmanager
async def open_parts_here(directory: Path) -> AsyncIterator[Parts]:
    """Beside a running installation, or with its database started for the while."""
    # Only here, because everything of the application is imported with it.
    from halfminute.main.parts import open_parts  # noqa: PLC0415

    require_no_unfinished_restore(directory)
    async with open_database_url(directory) as (url, _):
        await migrate(url)
        settings = read_settings(database_url=url, data_directory=directory)
        async with open_parts(settings) as parts:
            yield parts
