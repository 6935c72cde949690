"""What a play about customers begins with: a queue, an agent, and an account they write to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.business import BusinessConnectionBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.conversations.entry import queue_of_account
from halfminute.conversations.inbox import GroupInbox
from halfminute.identity.principals import SYSTEM
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id
from halfminute.kit.secrets import SecretBox
from halfminute.kit.wakeups import PostgresWakeups
from halfminute.sdk.channel import InboundUpdate
from tests.plain_channel import PlainChannel, raw_of

SECRET_KEY = bytes(32)
LINKS = LinkTokens(bytes(32))


@dataclass
class Scene:
    """One installation, with everything in hand."""

    database: Database
    log: EventLog
    box: SecretBox
    channel: PlainChannel
    registry: ChannelRegistry
    book: AccountBook
    clients: ClientPool
    inbox: GroupInbox
    queue_id: UUID = field(default_factory=new_id)
    agent_id: UUID = field(default_factory=new_id)
    account_id: UUID = field(default_factory=new_id)

    @property
    def accounts(self) -> AccountParts:
        return AccountParts(
            self.log, self.registry, self.book, self.box, self.clients, "https://desk.example"
        )

    def open_inbox(self, **more: Any) -> GroupInbox:
        """Another inbox, as another process would have."""
        book = AccountBook(self.database, self.box)
        connections = BusinessConnectionBook(self.log, self.clients)
        return GroupInbox(
            self.log,
            book,
            self.registry,
            connections,
            links=LINKS,
            steps=(queue_of_account,),
            **more,
        )

    async def tell(self, *updates: InboundUpdate) -> None:
        """The provider brings these, one payload each, one after the other."""
        for update in updates:
            await self.inbox.take_in(self.account_id, raw_of(update))

    async def tell_at_once(self, *updates: InboundUpdate) -> None:
        """The provider brings these, one payload each, all at the same time."""
        await asyncio.gather(
            *(self.inbox.take_in(self.account_id, raw_of(update)) for update in updates)
        )

    async def rows(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        async with self.database.connection() as connection:
            return await connection.fetch(statement, *arguments)

    async def row(self, statement: str, *arguments: object) -> asyncpg.Record:
        [row] = await self.rows(statement, *arguments)
        return row

    async def execute(self, statement: str, *arguments: object) -> None:
        async with self.database.connection() as connection:
            await connection.execute(statement, *arguments)

    async def events(self, stream_kind: str = "conversation") -> list[str]:
        """The types of all events on streams of a kind, in their order."""
        rows = await self.rows(
            "select type from events where stream like $1 || ':%' order by position", stream_kind
        )
        return [row["type"] for row in rows]


@asynccontextmanager
async def open_scene(database_url: str) -> AsyncIterator[Scene]:
    """A scene in a fresh database."""
    database = Database(database_url)
    await database.open()
    log = EventLog(database, PostgresWakeups(database))
    box = SecretBox(SECRET_KEY)
    channel = PlainChannel()
    registry = ChannelRegistry([channel])
    book = AccountBook(database, box)
    clients = ClientPool(registry)
    connections = BusinessConnectionBook(log, clients)
    inbox = GroupInbox(log, book, registry, connections, links=LINKS, steps=(queue_of_account,))
    scene = Scene(database, log, box, channel, registry, book, clients, inbox)
    await _furnish(scene)
    try:
        yield scene
    finally:
        await inbox.close()
        await scene.clients.close()
        await database.close()


async def _furnish(scene: Scene) -> None:
    await scene.execute("insert into queues (id, name) values ($1, 'Support')", scene.queue_id)
    await scene.execute(
        "insert into users (id, email, name, password_hash)"
        " values ($1, 'ira@example.org', 'Ira', '-')",
        scene.agent_id,
    )
    await scene.execute("insert into agents (id) values ($1)", scene.agent_id)
    account = await add_account(
        scene.accounts,
        SYSTEM,
        NewAccount(kind="plain", form={"token": "secret"}, queue_id=scene.queue_id),
    )
    scene.account_id = account.id
