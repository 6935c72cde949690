"""A small contact centre in a real database, for plays: who is there, who waits, what was told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.actions.set_presence import set_presence
from halfminute.agents.schemas import AgentSettings
from halfminute.agents.types import Presence
from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressId, ContactId
from halfminute.conversations import transitions
from halfminute.conversations.transitions import Opening
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.ids import new_id
from halfminute.kit.wakeups import PostgresWakeups, SharedWakeups
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.queries import list_queue_agent_ids
from halfminute.queues.schemas import QueueSettings
from halfminute.routing.actions.accept_offer import accept_offer
from halfminute.routing.driver import Pace, RouterDriver
from halfminute.routing.journal import iterate_lines, unpack
from halfminute.routing.queries import find_pending_offers
from halfminute.routing.schemas import OfferView
from halfminute.routing.term import Term
from halfminute_engine.routing.router import Router

T = TypeVar("T")

QUICK = Pace(lease_seconds=1.0, renewal_seconds=0.2, standby_seconds=0.05, idle_seconds=0.05)
PATIENCE_SECONDS = 10.0


_IS_READ = """
select not exists (
    select from events
     where (xid, position) > ($1::bigint::text::xid8, $2) and position <> all($3::bigint[]))
"""


class Centre:
    """The rows and verbs that plays are made of."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.wakeups: SharedWakeups = PostgresWakeups(database)
        self.log = EventLog(database, self.wakeups)
        self._numbers = count(1)
        self._account_id: ChannelAccountId | None = None

    async def add_user(self, name: str) -> UUID:
        user_id = new_id()
        await self.execute(
            "insert into users (id, email, name, password_hash) values ($1, $2, $3, '')",
            user_id,
            f"{name}-{user_id}@example.org",
            name,
        )
        return user_id

    async def add_agent(
        self, *queue_ids: UUID, presence: Presence = "available", name: str = "Ada", **settings: Any
    ) -> UUID:
        agent_id = await self.add_user(name)
        await configure_agent(self.log, SYSTEM, agent_id, AgentSettings(**settings))
        for queue_id in queue_ids:
            async with self.database.connection() as connection:
                present = await list_queue_agent_ids(connection, queue_id)
            await set_queue_agents(self.log, SYSTEM, queue_id, [*present, agent_id])
        await self.set_presence(agent_id, presence)
        return agent_id

    async def set_presence(self, agent_id: UUID, presence: Presence, reason: str = "") -> None:
        await set_presence(self.log, SYSTEM, agent_id, presence, reason)

    async def add_queue(self, **settings: Any) -> UUID:
        name = settings.pop("name", f"Queue {next(self._numbers)}")
        view = await configure_queue(self.log, SYSTEM, QueueSettings(name=name, **settings))
        return view.id

    async def open_conversation(self) -> ConversationId:
        account_id = await self._ensure_account()
        contact_id, address_id = new_id(), new_id()
        await self.execute("insert into contacts (id, name) values ($1, 'Vera')", contact_id)
        await self.execute(
            """insert into addresses
                   (id, contact_id, channel_account_id, channel_kind, external_id, name)
               values ($1, $2, $3, 'telegram', $4, 'Vera')""",
            address_id,
            contact_id,
            account_id,
            str(address_id),
        )
        opening = Opening(
            ConversationId(new_id()),
            ContactId(contact_id),
            AddressId(address_id),
            account_id,
            "telegram",
        )
        async with self.log.write() as unit:
            await transitions.open_conversations(unit, [opening])
        return opening.id

    async def queue_conversation(self, queue_id: UUID) -> ConversationId:
        conversation_id = await self.open_conversation()
        async with self.log.write() as unit:
            await transitions.queue_conversation(unit, conversation_id, queue_id)
        return conversation_id

    async def accept(self, offer: OfferView) -> None:
        await accept_offer(self.log, agent_principal(offer.agent_id), offer.id, epoch=offer.epoch)

    async def close(self, conversation_id: ConversationId) -> None:
        async with self.log.write() as unit:
            await transitions.close(
                unit, conversation_id, is_solved=True, disposition_code="question_answered"
            )

    async def start_wrap_up(self, conversation_id: ConversationId) -> None:
        async with self.log.write() as unit:
            await transitions.start_wrap_up(
                unit, conversation_id, is_solved=True, disposition_code="question_answered"
            )

    async def finish_wrap_up(self, conversation_id: ConversationId) -> None:
        async with self.log.write() as unit:
            await transitions.finish_wrap_up(unit, conversation_id)

    async def state_of(self, conversation_id: UUID) -> str:
        return str(
            await self.fetchval("select state from conversations where id = $1", conversation_id)
        )

    async def presence_of(self, agent_id: UUID) -> tuple[str, str]:
        row = await self.fetch(
            "select presence, presence_reason from agents where id = $1", agent_id
        )
        return row[0]["presence"], row[0]["presence_reason"]

    async def find_offer(self, agent_id: UUID) -> OfferView | None:
        async with self.database.connection() as connection:
            offers = await find_pending_offers(connection, agent_id)
        return offers[0] if offers else None

    async def offer_for(self, agent_id: UUID, conversation_id: UUID | None = None) -> OfferView:
        """The offer that rings at the agent, when it comes."""

        async def look() -> OfferView | None:
            offer = await self.find_offer(agent_id)
            if offer is None or conversation_id not in (None, offer.conversation_id):
                return None
            return offer

        return await eventually(look)

    async def state_becomes(self, conversation_id: UUID, state: str) -> None:
        async def look() -> bool:
            return await self.state_of(conversation_id) == state

        await eventually(look)

    async def told(self, *types: str) -> list[asyncpg.Record]:
        """The facts of these types, one of each telling, in the order of their commit."""
        return await self.fetch(
            """select distinct on (xid, type, data) type, data from events
                where type = any($1::text[]) order by xid, type, data, position""",
            list(types),
        )

    async def count_told(self, event_type: str) -> int:
        return len(await self.told(event_type))

    async def replay(self) -> Router:
        """A fresh engine that was told the whole journal."""
        async with self.database.connection() as connection:
            first = await connection.fetchrow(
                "select seq, state from router_snapshots order by seq limit 1"
            )
            assert first is not None
            router = Router.restore(unpack(first["state"]))
            async for line in iterate_lines(connection, "main", after_seq=first["seq"]):
                router.handle(line.event, line.now_us)
        return router

    async def execute(self, statement: str, *values: object) -> None:
        async with self.database.connection() as connection:
            await connection.execute(statement, *values)

    async def fetch(self, statement: str, *values: object) -> list[asyncpg.Record]:
        async with self.database.connection() as connection:
            return await connection.fetch(statement, *values)

    async def is_read(self, term: Term) -> bool:
        """Whether the router has taken all that was told so far."""
        xid, position, ahead = term._tail.cursor
        return bool(await self.fetchval(_IS_READ, xid, position, sorted(ahead)))

    async def fetchval(self, statement: str, *values: object) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetchval(statement, *values)

    @asynccontextmanager
    async def routing(self, **settings: Any) -> AsyncIterator[RouterDriver]:
        """A router at work in this process until the block ends."""
        settings.setdefault("pace", QUICK)
        driver = RouterDriver(self.database, self.log, self.wakeups, **settings)
        task = asyncio.create_task(driver.run())
        try:
            yield driver
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _ensure_account(self) -> ChannelAccountId:
        if self._account_id is None:
            self._account_id = ChannelAccountId(new_id())
            await self.execute(
                """insert into channel_accounts (id, kind, name, encrypted_secrets, inbound_mode)
                   values ($1, 'telegram', 'Support', '', 'webhook')""",
                self._account_id,
            )
        return self._account_id


def agent_principal(agent_id: UUID) -> Principal:
    """The agent, signed in."""
    return Principal(
        kind="user", name="Ada", user_id=UserId(agent_id), grants=(Grant("agent", "own"),)
    )


async def eventually(look: Callable[[], Awaitable[T | None]]) -> T:
    """What `look` finds, as soon as it finds something; fails after some patience."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await look()):  # noqa: ASYNC110 - another process may have to act
            await asyncio.sleep(0.005)
    return found
