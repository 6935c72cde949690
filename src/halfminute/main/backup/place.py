"""The parts of an installation that a backup holds, and where they lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from halfminute.files.store import FileStore, choose_file_store
from halfminute.kit.database import DatabaseUnavailable, OwnConnection
from halfminute.kit.settings import Settings, read_configuration, read_settings

# (what is being done, how many bytes more of it are done)
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Installation:
    """A database, the store of its media, and the key that its secrets are sealed with."""

    directory: Path
    database_url: str
    files: FileStore
    key_file: Path
    # Where erasures are written down beside the database.
    erasure_journal: Path


def open_installation(directory: Path, database_url: str) -> Installation:
    """As the environment and the data directory, which must be there, have it."""
    settings = read_settings(database_url=database_url, data_directory=directory)
    files = choose_file_store(settings)
    return Installation(
        directory, database_url, files, settings.key_file, settings.erasure_journal_file
    )


def open_media(directory: Path) -> FileStore:
    """The store of media alone, before there is a database. Raises InvalidSettings."""
    configuration = read_configuration(data_directory=directory)
    configuration.require_sound()
    return choose_file_store(Settings(**{"database_url": "", **configuration.values}))


async def connect(url: str) -> OwnConnection:
    """A connection without the limits that the application sets itself, or a role may have.

    Raises DatabaseUnavailable.
    """
    unlimited = {
        "application_name": "halfminute backup",
        "statement_timeout": "0",
        "lock_timeout": "0",
        "idle_in_transaction_session_timeout": "0",
    }
    try:
        connection = await asyncpg.connect(url, timeout=10, server_settings=unlimited)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(f"The database cannot be reached: {error}") from error
    if connection.get_server_version().major >= 17:
        await connection.execute("set transaction_timeout = 0")
    return connection
