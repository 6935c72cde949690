"""The parts that every role shares, opened together and closed together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from socket import socket
from typing import Final

import structlog

from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.business import BusinessConnectionBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.contacts.erasure_journal import ErasureJournal
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.conversations.entry import EntryStep, queue_of_account
from halfminute.conversations.inbox import GroupInbox
from halfminute.conversations.opening import await_opening
from halfminute.files.actions.take_upload import UploadParts
from halfminute.files.addresses import MediaAddresses
from halfminute.files.scanning import open_scanner
from halfminute.files.store import FileStore, choose_file_store
from halfminute.identity.api_tokens import ApiTokens
from halfminute.identity.sessions import Sessions
from halfminute.identity.tokens import Tokens
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.secrets import SecretBox, ensure_secret_key
from halfminute.kit.settings import Settings
from halfminute.kit.wakeups import PostgresWakeups, SharedWakeups
from halfminute.main.built_web import built_directory
from halfminute.main.channels import load_channels
from halfminute.reports.board import Board
from halfminute.routing.follower import RouterFollower
from halfminute.stickers.types import StickerParts
from halfminute.webchat.attendance import Attendance
from halfminute.webchat.limits import VisitorLimits
from halfminute.webchat.loaders import Loaders
from halfminute.workforce.replay.process import ReplayStarter

# What a conversation goes through that a customer has begun, or begun again.
ENTRY_STEPS: Final[Sequence[EntryStep]] = (await_opening, queue_of_account)

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything below the roles."""

    settings: Settings
    database: Database
    wakeups: SharedWakeups
    log: EventLog
    box: SecretBox
    sessions: Sessions
    tokens: Tokens
    api_tokens: ApiTokens
    link_tokens: LinkTokens
    registry: ChannelRegistry
    book: AccountBook
    clients: ClientPool
    files: FileStore
    addresses: MediaAddresses
    uploads: UploadParts
    inbox: GroupInbox
    visitor_limits: VisitorLimits
    loaders: Loaders
    attendance: Attendance
    board: Board
    follower: RouterFollower
    replays: ReplayStarter
    erasures: ErasureJournal
    # Of a port that somebody holds for us; none where we open it ourselves.
    listeners: Sequence[socket] = ()

    @property
    def stickers(self) -> StickerParts:
        """What the verbs on sets of stickers work with."""
        return StickerParts(self.log, self.registry, self.book, self.clients, self.files)

    @property
    def accounts(self) -> AccountParts:
        """What the verbs on channel accounts work with."""
        return AccountParts(
            self.log, self.registry, self.book, self.box, self.clients, self.settings.base_url
        )


@contextlib.asynccontextmanager
async def open_parts(settings: Settings, listeners: Sequence[socket] = ()) -> AsyncIterator[Parts]:
    """The parts, with the database open. Raises DatabaseUnavailable, UnreadableSecret."""
    database = Database(
        settings.database_url,
        pool_size=settings.database_pool_size,
        is_commit_synchronous=settings.is_commit_synchronous,
    )
    await database.open()
    parts = replace(_assemble(settings, database), listeners=listeners)
    bells = asyncio.create_task(parts.wakeups.run(), name="wakeups")
    try:
        yield parts
    finally:
        bells.cancel()
        await asyncio.gather(bells, return_exceptions=True)
        await parts.clients.close()
        await parts.replays.close()
        await database.close()


def _assemble(settings: Settings, database: Database) -> Parts:
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    key = ensure_secret_key(settings.key_file)
    box = SecretBox(key)
    wakeups = _choose_wakeups(settings, database)
    log = EventLog(database, wakeups)
    registry = load_channels()
    book = AccountBook(database, box)
    files = choose_file_store(settings)
    clients = ClientPool(registry)
    link_tokens = LinkTokens(key)
    return Parts(
        settings=settings,
        database=database,
        wakeups=wakeups,
        log=log,
        box=box,
        sessions=Sessions(database),
        tokens=Tokens(key),
        api_tokens=ApiTokens(database),
        link_tokens=link_tokens,
        registry=registry,
        book=book,
        clients=clients,
        files=files,
        addresses=MediaAddresses(key),
        uploads=UploadParts(
            log, files, open_scanner(settings.scan_address), settings.upload_limit_bytes
        ),
        inbox=GroupInbox(
            log,
            book,
            registry,
            BusinessConnectionBook(log, clients),
            links=link_tokens,
            steps=ENTRY_STEPS,
        ),
        visitor_limits=VisitorLimits(),
        loaders=Loaders(built_directory("widget") / "loader.js"),
        attendance=Attendance(database),
        board=Board(database),
        follower=RouterFollower(database),
        replays=ReplayStarter(settings.database_url),
        erasures=ErasureJournal(settings.erasure_journal_file, key),
    )


def _choose_wakeups(settings: Settings, database: Database) -> SharedWakeups:
    if not settings.nats_url:
        return PostgresWakeups(database)
    # Who does not use the bus need not carry its client.
    from halfminute.kit.nats_wakeups import NatsWakeups  # noqa: PLC0415

    return NatsWakeups(settings.nats_url)
