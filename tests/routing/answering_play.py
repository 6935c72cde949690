"""A centre in which customers write and agents answer, whose router and clock the play moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from halfminute.channels.accounts import AccountBook
from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.channels.actions.connect_account import AccountParts
from halfminute.channels.business import BusinessConnectionBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.contacts.link_tokens import LinkTokens
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.entry import queue_of_account
from halfminute.conversations.inbox import GroupInbox
from halfminute.conversations.schemas import NewReply
from halfminute.conversations.silence import SilenceSweep
from halfminute.conversations.types import ConversationId
from halfminute.identity.principals import SYSTEM
from halfminute.kit.ids import new_id
from halfminute.kit.secrets import SecretBox
from halfminute.queues.return_rules import ReturnRules
from halfminute.routing.lease import try_acquire_lease
from halfminute.routing.term import Term
from tests.plain_channel import PlainChannel, message, raw_of
from tests.routing.centre import Centre, agent_principal
from tests.routing.test_races import Time
from tests.routing.test_waiting_rules import WaitingPlay

# One conversation fills the agent.
ALONE = {"plain": 100}


class AnsweringPlay(WaitingPlay):
    """One queue to which an account leads, and what becomes of who writes there."""

    registry: ChannelRegistry
    inbox: GroupInbox
    account_id: UUID
    queue_id: UUID

    async def add_agent(self, name: str = "Ada", **settings: Any) -> UUID:
        settings.setdefault("units_by_kind", ALONE)
        return await self.centre.add_agent(self.queue_id, name=name, **settings)

    async def write(self, name: str, words: str = "Hello") -> ConversationId:
        """The customer writes; the conversation, after the router has heard of it."""
        told = message(words, chat=name, name=name, at=None)
        await self.inbox.take_in(self.account_id, raw_of(told))
        await self.turn()
        return ConversationId(
            await self.centre.fetchval(
                """select c.id from conversations c join addresses a on a.id = c.address_id
                    where a.external_id = $1 order by c.opened_at desc limit 1""",
                name,
            )
        )

    async def answer(self, agent_id: UUID, conversation_id: UUID) -> None:
        new = NewReply(client_id=new_id(), text="Good day")
        await reply(self.centre.log, self.registry, agent_principal(agent_id), conversation_id, new)
        await self.turn()

    async def take(self, agent_id: UUID) -> UUID:
        """The agent takes what rings."""
        offer = await self.centre.find_offer(agent_id)
        assert offer is not None
        await self.centre.accept(offer)
        await self.turn()
        return offer.conversation_id

    async def serve(self, agent_id: UUID, name: str) -> ConversationId:
        """The customer writes, and the agent takes it and answers."""
        conversation_id = await self.write(name)
        assert await self.take(agent_id) == conversation_id
        await self.answer(agent_id, conversation_id)
        return conversation_id

    async def hush(self, *conversation_ids: UUID) -> int:
        """An hour passes in which nothing is said in these; how many fall silent."""
        await self.centre.execute(
            """update conversations set last_message_at = last_message_at - interval '1 hour'
                where id = any($1::uuid[])""",
            list(conversation_ids),
        )
        count = await SilenceSweep(self.centre.log).run_once()
        await self.turn()
        return count

    async def load_of(self, agent_id: UUID) -> int:
        """What the rows say that the agent has in units."""
        statement = "select load_units from agent_loads where agent_id = $1"
        return await self.centre.fetchval(statement, agent_id) or 0

    def units_of(self, agent_id: UUID) -> int:
        """What the router says."""
        agents = dict(self.term.router.snapshot()["state"]["agents"])
        return int(agents[str(agent_id)]["units"])

    async def check_same_load(self, *agent_ids: UUID) -> None:
        """Rows and router agree on what these agents have."""
        for agent_id in agent_ids:
            assert await self.load_of(agent_id) == self.units_of(agent_id)


@asynccontextmanager
async def open_play(centre: Centre, returns: ReturnRules, **queue: Any) -> AsyncIterator[Any]:
    """A play whose queue has these rules."""
    lease = await try_acquire_lease(centre.database, "main", "a test", seconds=600)
    assert lease is not None
    time = Time()
    term = Term(centre.log, lease, monotonic_ns=time)
    await term.start()
    play = AnsweringPlay(centre, term, time)
    play.queue_id = await centre.add_queue(name="Support", returns=returns, **queue)
    play.registry = ChannelRegistry([PlainChannel()])
    clients = ClientPool(play.registry)
    box = SecretBox(bytes(32))
    book = AccountBook(centre.database, box)
    parts = AccountParts(centre.log, play.registry, book, box, clients, "https://desk.example")
    new = NewAccount(kind="plain", form={"token": "secret"}, queue_id=play.queue_id)
    play.account_id = (await add_account(parts, SYSTEM, new)).id
    connections = BusinessConnectionBook(centre.log, clients)
    play.inbox = GroupInbox(
        centre.log,
        book,
        play.registry,
        connections,
        links=LinkTokens(bytes(32)),
        steps=(queue_of_account,),
    )
    try:
        yield play
    finally:
        await play.inbox.close()
        await clients.close()
