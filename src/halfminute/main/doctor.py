"""Looks at everything that an installation needs, and says of each fault how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx

from halfminute.channels.queries import list_account_views
from halfminute.kit.database import Database
from halfminute.kit.embedded_postgres import EmbeddedSettings, find_running_dsn
from halfminute.kit.embedded_postgres.binaries import MINIMUM_MAJOR, choose_binaries
from halfminute.kit.embedded_postgres.cluster import read_cluster_major
from halfminute.kit.embedded_postgres.errors import EmbeddedPostgresError
from halfminute.kit.migrations import list_pending
from halfminute.kit.secrets import UnreadableSecret, ensure_secret_key
from halfminute.kit.settings import (
    Configuration,
    InvalidSettings,
    read_configuration,
    read_settings,
)
from halfminute.main.desk_files import desk_directory, is_desk_built
from halfminute.main.findings import Finding
from halfminute.main.installation import (
    Place,
    PortTaken,
    require_free_port,
)
from halfminute.main.unfinished_restore import has_unfinished_restore

_LEAST_FREE_BYTES = 1024**3


async def examine(place: Place, *, is_deep: bool = False) -> AsyncIterator[Finding]:
    """Findings one after the other; nothing is started, made or changed.

    A deep one goes on to try things out, where there is a database with the present schema.
    """
    configuration = read_configuration()
    yield check_python()
    for finding in check_settings(configuration):
        yield finding
    yield check_disk(place.directory)
    if has_unfinished_restore(place.directory):
        yield Finding("Restore", "was interrupted", "run `halfminute restore` again")
    yield check_secret_key(configuration, place.directory)
    yield check_desk()
    yield await check_port(place)
    if configuration.faults:
        return
    if bus := configuration.find("nats_url"):
        yield await check_bus(bus, configuration.source_of("nats_url"))
    url = find_database(configuration, place.directory)
    if url is None:
        yield check_embedded(place.directory)
        return
    is_sound = True
    async for finding in check_database(url, configuration.source_of("database_url")):
        is_sound = is_sound and (finding.is_good or finding.subject == "Channel")
        yield finding
    if is_deep and is_sound:
        # Only here, because everything of the application is imported with it.
        from halfminute.main.deep_checks import examine_deeply  # noqa: PLC0415

        settings = read_settings(database_url=url, data_directory=place.directory)
        async for finding in examine_deeply(settings):
            yield finding


def find_database(configuration: Configuration, directory: Path) -> str | None:
    """The one that is set, else our own while it runs."""
    url: str | None = configuration.find("database_url")
    return url or find_running_dsn(EmbeddedSettings(directory=directory))


def check_settings(configuration: Configuration) -> list[Finding]:
    """Each fault by itself; where there is one, what hangs on the settings is not looked at."""
    if configuration.faults:
        return [
            Finding("Settings", str(fault), f"mend {fault.source}")
            for fault in configuration.faults
        ]
    origin = configuration.file or "the environment alone"
    return [Finding("Settings", f"{len(configuration.sources)} set, from {origin}")]


def check_python() -> Finding:
    """3.11 or newer."""
    version = platform.python_version()
    is_good = sys.version_info >= (3, 11)
    return Finding("Python", version, "" if is_good else "install Python 3.11 or newer")


def check_disk(directory: Path) -> Finding:
    """Room, and the right to write."""
    present = next(place for place in (directory, *directory.parents) if place.exists())
    if not os.access(present, os.W_OK):
        told = f"{present} may not be written"
        return Finding("Directory", told, "choose another with --data, or run as its owner")
    free = shutil.disk_usage(present).free
    remedy = "" if free >= _LEAST_FREE_BYTES else f"free some space on the disk of {present}"
    return Finding("Directory", f"{directory}, {free / 1024**3:.1f} GB free", remedy)


def check_secret_key(configuration: Configuration, directory: Path) -> Finding:
    """The key that opens the secrets of channel accounts."""
    place: Path = configuration.find("secret_key_file") or directory / "secret.key"
    if not place.exists():
        return Finding("Secret key", "none yet: the first start makes it")
    try:
        ensure_secret_key(place)
    except (UnreadableSecret, OSError) as error:
        return Finding("Secret key", str(error), f"restore {place} from a backup")
    mode = place.stat().st_mode & 0o777
    remedy = f"chmod 600 {place}" if mode & 0o077 else ""
    return Finding("Secret key", f"{place}, mode {mode:o}", remedy)


def check_desk() -> Finding:
    """The pages that agents work in."""
    if is_desk_built():
        return Finding("Desk", "built")
    return Finding("Desk", f"nothing in {desk_directory()}", "run `make setup` in the checkout")


async def check_port(place: Place) -> Finding:
    """Free, or answered by Halfminute itself."""
    try:
        require_free_port(place.host, place.port)
    except PortTaken:
        return await _check_who_answers(place)
    return Finding("Port", f"{place.port} is free")


async def check_bus(url: str, source: str) -> Finding:
    """Reachable, and what goes out comes back."""
    from halfminute.kit.nats_wakeups import FAULTS, measure_round_trip  # noqa: PLC0415

    try:
        version, seconds = await measure_round_trip(url)
    except InvalidSettings as error:
        return Finding("Bus", error.message, f"mend {source}")
    except FAULTS as error:
        told = f"cannot be reached: {str(error) or type(error).__name__}"
        return Finding("Bus", told, f"start it, or mend {source}")
    return Finding("Bus", f"NATS {version}, {seconds * 1000:.1f} ms there and back")


def check_embedded(directory: Path) -> Finding:
    """The database that `up` would start."""
    major = read_cluster_major(EmbeddedSettings(directory=directory).cluster)
    try:
        newest = choose_binaries(None)
        binaries = choose_binaries(major)
    except EmbeddedPostgresError as error:
        found = "no PostgreSQL was found" if major is None else f"data of PostgreSQL {major}"
        return Finding("Database", found, error.message)
    state = "not running" if major else "not made yet"
    told = f"our own PostgreSQL {binaries.version}, {state}: `halfminute up`"
    if binaries.major < newest.major:
        told += f"; {newest.version} is here too: `halfminute upgrade --dry-run`"
    return Finding("Database", told)


async def check_database(url: str, source: str) -> AsyncIterator[Finding]:
    """Reachable, new enough, migrated; and then the channel accounts in it."""
    try:
        async with _connection(url) as connection:
            version = connection.get_server_version()
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError) as error:
        told = f"cannot be reached: {str(error) or type(error).__name__}"
        yield Finding("Database", told, f"start it, or mend {source}")
        return
    is_new = version.major >= MINIMUM_MAJOR
    remedy = "" if is_new else f"upgrade it to PostgreSQL {MINIMUM_MAJOR} or newer"
    yield Finding("Database", f"PostgreSQL {version.major}.{version.micro}", remedy)
    pending = await list_pending(url)
    if pending:
        yield Finding("Schema", f"{len(pending)} migrations behind", "run `halfminute migrate`")
        return
    yield Finding("Schema", "up to date")
    async for finding in check_channels(url):
        yield finding


async def check_channels(url: str) -> AsyncIterator[Finding]:
    """What the last contact with each provider showed."""
    database = Database(url, pool_size=1)
    await database.open()
    try:
        async with database.connection() as connection:
            accounts = await list_account_views(connection)
    finally:
        await database.close()
    if not accounts:
        yield Finding("Channels", "none yet: `halfminute channel add`")
    for account in accounts:
        is_failing = account.is_enabled and account.health in ("failing", "refused")
        remedy = "see what the provider says, and mend the account's settings" if is_failing else ""
        state = account.health if account.is_enabled else "switched off"
        detail = f" ({account.health_detail})" if account.health_detail else ""
        yield Finding("Channel", f"{account.kind} {account.name}: {state}{detail}", remedy)


@asynccontextmanager
async def _connection(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        yield connection
    finally:
        await connection.close()


async def _check_who_answers(place: Place) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=3, trust_env=False) as client:
            answer = await client.get(f"http://127.0.0.1:{place.port}/health")
            health = answer.json()
    except (httpx.HTTPError, ValueError):
        told = f"{place.port} is taken by another program"
        return Finding("Port", told, f"choose another with --port {place.port + 1}")
    if answer.status_code != 200:
        return Finding("Port", f"{place.port}: Halfminute is not well: {health}", "see its logs")
    return Finding("Port", f"{place.port}: Halfminute answers, and is well")
