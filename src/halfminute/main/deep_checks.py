"""What an examination tries out, beyond looking: it takes seconds, and touches the media store."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.queries import list_account_views
from halfminute.channels.types import ChannelAccount
from halfminute.conversations.delivery.backlog import get_backlog
from halfminute.files.errors import ScannerUnreachable
from halfminute.files.queries import get_unscanned
from halfminute.files.scanning import Clamd, Scanner
from halfminute.files.store import FileStore, choose_file_store, open_file_store
from halfminute.kit.database import Connection, Database
from halfminute.kit.errors import HalfminuteError
from halfminute.kit.event_log import Cursor, LogTail, log_end
from halfminute.kit.partitions import MONTHS_AHEAD, list_missing_partitions
from halfminute.kit.secrets import SecretBox, UnreadableSecret, ensure_secret_key
from halfminute.kit.server_state import find_oldest_transaction, measure_clock_skew
from halfminute.kit.settings import Settings
from halfminute.kit.time import utc_now
from halfminute.main.channels import load_channels
from halfminute.main.findings import Finding
from halfminute.routing.lease import find_lease_standing
from halfminute.sdk.errors import ProviderError

# Sessions, tokens and limits on guessing are compared with the clock of either side.
_MOST_SKEW_SECONDS: Final = 1.0
_LEAST_FREE_BYTES: Final = 1024**3
_LEAST_FREE_FILES: Final = 10_000
# A backlog of a busy account is worked off at its pace; this long says that nobody works.
_MOST_WAIT_SECONDS: Final = 120.0
# Ours are capped at five; somebody else's keeps the log from being settled for as long as it lasts.
_LONG_TRANSACTION_SECONDS: Final = 30.0
_PROVIDER_SECONDS: Final = 10.0
_TAIL_EVENTS: Final = 500
_DOMAIN: Final = "main"
_PROBE: Final = b"halfminute doctor" * 64


async def examine_deeply(settings: Settings) -> AsyncIterator[Finding]:
    """Findings one after the other, on a database with the present schema.

    Raises DatabaseUnavailable.
    """
    database = Database(settings.database_url, pool_size=2)
    await database.open()
    try:
        async with database.connection() as connection:
            yield await check_clock(connection)
            yield await check_partitions(connection)
            yield await check_log(connection)
            yield await check_router(connection)
            yield await check_outbox(connection)
            if settings.scan_address:
                yield await check_scanner(connection, Clamd(settings.scan_address))
        if settings.media_url:
            yield await check_bucket(settings)
        else:
            yield await check_media(settings.data_directory)
        for finding in await check_providers(database, settings.key_file):
            yield finding
    finally:
        await database.close()


async def check_clock(connection: Connection) -> Finding:
    """Ours against the database's."""
    skew = (await measure_clock_skew(connection)).total_seconds()
    side = "ahead of" if skew > 0 else "behind"
    is_good = abs(skew) <= _MOST_SKEW_SECONDS
    remedy = "" if is_good else "keep both clocks by NTP (chrony, systemd-timesyncd)"
    return Finding("Clock", f"{abs(skew):.3f} s {side} the database's", remedy)


async def check_partitions(connection: Connection) -> Finding:
    """Each month's are made before it begins; the last one may be an hour late."""
    missing = await list_missing_partitions(connection, MONTHS_AHEAD - 1)
    if not missing:
        return Finding("Partitions", f"made {MONTHS_AHEAD - 1} months ahead")
    told = f"{len(missing)} missing, the first {missing[0]}"
    return Finding("Partitions", told, "run the role maintenance, and see its log")


async def check_log(connection: Connection) -> Finding:
    """Its tail can be read, and nobody keeps it from being settled."""
    end = await log_end(connection)
    events = await LogTail(Cursor(max(0, end.xid - _TAIL_EVENTS), 0)).read(connection, _TAIL_EVENTS)
    newest = max((event.at for event in events), default=None)
    age = "" if newest is None else f", the newest {(utc_now() - newest).total_seconds():.0f} s old"
    told = f"{len(events)} events in its tail{age}"
    oldest = await find_oldest_transaction(connection)
    if oldest is None or oldest[1] < _LONG_TRANSACTION_SECONDS:
        return Finding("Log", told)
    pid, seconds = oldest
    told += f"; a transaction has been open for {seconds:.0f} s"
    return Finding("Log", told, f"see what it does, or end it: select pg_terminate_backend({pid})")


async def check_router(connection: Connection) -> Finding:
    """Somebody routes, and renewed the right to in time."""
    standing = await find_lease_standing(connection, _DOMAIN)
    remedy = "run the role router, and see its log"
    if standing is None:
        return Finding("Router", "nobody has ever routed", remedy)
    if standing.seconds_left <= 0:
        told = f"nobody routes since {-standing.seconds_left:.0f} s (last: {standing.holder})"
        return Finding("Router", told, remedy)
    told = f"{standing.holder} routes, epoch {standing.epoch}"
    return Finding("Router", f"{told}, lease good for {standing.seconds_left:.1f} s")


async def check_outbox(connection: Connection) -> Finding:
    """What could go out does."""
    now = utc_now()
    sending = [
        account.id
        for account in await list_account_views(connection)
        if account.is_enabled
        and (account.sending_blocked_until is None or account.sending_blocked_until <= now)
    ]
    backlog = await get_backlog(connection, sending)
    if not backlog.waiting:
        return Finding("Outbox", "nothing is due")
    told = f"{backlog.waiting} due, the oldest for {backlog.oldest_seconds:.0f} s"
    is_good = backlog.oldest_seconds <= _MOST_WAIT_SECONDS
    return Finding("Outbox", told, "" if is_good else "run the role delivery, and see its log")


async def check_media(data_directory: Path) -> Finding:
    """Bytes can be written, read and removed again, and there is room for more."""
    folder = data_directory / "media"
    if not folder.exists():
        return Finding("Media", f"no {folder} yet: the first start makes it")
    owner = folder.stat().st_uid
    if os.geteuid() != owner:
        # A folder that root makes in there would be closed to the service.
        return Finding("Media", "not tried", f"run it as the owner of {folder}: {_name(owner)}")
    started_at = time.monotonic()
    try:
        await _probe(open_file_store(data_directory))
    except OSError as error:
        return Finding("Media", f"{folder}: {error}", "mend its rights, or its disk")
    milliseconds = (time.monotonic() - started_at) * 1000
    told = f"written, read and removed in {milliseconds:.1f} ms"
    free, files = shutil.disk_usage(folder).free, os.statvfs(folder).f_favail
    # Some file systems make room for names as they need it, and tell 0 of 0.
    is_full = free < _LEAST_FREE_BYTES or (os.statvfs(folder).f_files and files < _LEAST_FREE_FILES)
    remedy = f"free some space on the disk of {folder}" if is_full else ""
    return Finding("Media", f"{told}; {free / 1024**3:.1f} GB free", remedy)


async def check_bucket(settings: Settings) -> Finding:
    """Bytes can be written into the S3-compatible store, read and removed again."""
    started_at = time.monotonic()
    try:
        await _probe(choose_file_store(settings))
    except (OSError, HalfminuteError) as error:
        remedy = "mend media_url, media_endpoint and the keys, or the rights of their owner"
        return Finding("Media", f"{settings.media_url}: {error}", remedy)
    milliseconds = (time.monotonic() - started_at) * 1000
    told = f"{settings.media_url}: written, read and removed in {milliseconds:.1f} ms"
    return Finding("Media", told)


async def check_scanner(connection: Connection, scanner: Scanner) -> Finding:
    """It answers, and what waits for it does not wait for long."""
    try:
        await scanner.ping()
    except ScannerUnreachable as error:
        waiting = (await get_unscanned(connection)).waiting
        told = f"{error.message}; {waiting} files wait for it"
        return Finding("Scanner", told, "start clamd, or mend scan_address")
    unscanned = await get_unscanned(connection)
    if unscanned.oldest_seconds <= _MOST_WAIT_SECONDS:
        return Finding("Scanner", f"answers; {unscanned.waiting} files wait for it")
    told = f"{unscanned.waiting} files wait, the oldest for {unscanned.oldest_seconds:.0f} s"
    return Finding("Scanner", told, "run the role delivery, and see its log")


async def check_providers(database: Database, key_file: Path) -> list[Finding]:
    """Every enabled account is asked who it is, all at once, each for a bounded time."""
    async with database.connection() as connection:
        is_any_enabled = any(view.is_enabled for view in await list_account_views(connection))
    if not is_any_enabled:
        return []
    try:
        accounts = await AccountBook(database, _open_box(key_file)).list_enabled()
    except (UnreadableSecret, OSError) as error:
        return [Finding("Provider", str(error), f"restore {key_file} from a backup")]
    registry = load_channels()
    pool = ClientPool(registry)
    try:
        return await asyncio.gather(*(_ask(pool, account) for account in accounts))
    finally:
        await pool.close()


def _open_box(key_file: Path) -> SecretBox:
    if not key_file.exists():
        raise UnreadableSecret(f"{key_file} is not there")
    return SecretBox(ensure_secret_key(key_file))


async def _ask(pool: ClientPool, account: ChannelAccount) -> Finding:
    name = f"{account.kind} {account.name}"
    try:
        async with pool.use(account) as client:
            # Loading its library is not the provider's time.
            await client.prepare()
            started_at = time.monotonic()
            async with asyncio.timeout(_PROVIDER_SECONDS):
                identity = await client.check()
    except TimeoutError:
        told = f"{name}: no answer within {_PROVIDER_SECONDS:.0f} s"
        return Finding("Provider", told, "see whether this machine reaches the provider")
    except ProviderError as error:
        remedy = "see what the provider says, and mend the account's settings"
        return Finding("Provider", f"{name}: {error.reason}", remedy)
    except HalfminuteError as error:
        return Finding("Provider", f"{name}: {error.message}", "mend the account's settings")
    milliseconds = (time.monotonic() - started_at) * 1000
    return Finding("Provider", f"{name}: answers as {identity.name} in {milliseconds:.0f} ms")


async def _probe(store: FileStore) -> None:
    stored = await store.put(_PROBE)
    try:
        pieces = [piece async for piece in store.read(stored.storage_key, 0, stored.size)]
    finally:
        await store.delete(stored.storage_key)
    if b"".join(pieces) != _PROBE:
        raise OSError("what was read is not what was written")


def _name(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)
