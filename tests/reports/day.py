"""A day at a contact centre: customers write, agents answer, all by the real verbs."""

from __future__ import annotations

import contextlib
from itertools import count
from random import Random
from uuid import UUID

from halfminute.channels.actions.add_account import NewAccount, add_account
from halfminute.contacts.types import AddressKey
from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.end_by_contact import end_by_contact
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.schemas import Closing, NewReply
from halfminute.identity.principals import SYSTEM
from halfminute.kit.errors import RequestError
from halfminute.kit.ids import new_id
from halfminute.queues.actions.configure_queue import configure_queue
from halfminute.queues.schemas import QueueSettings
from halfminute.routing.actions.decline_offer import decline_offer
from halfminute.routing.actions.pull_conversation import pull_conversation
from halfminute.routing.actions.transfer_conversation import transfer_conversation
from halfminute.routing.schemas_transfers import NewTransfer
from tests.plain_channel import message, raw_of
from tests.routing.centre import Centre, agent_principal
from tests.scene import Scene


class Day(Centre):
    """The centre behind the scene's intake. Each queue has a channel account of its own."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene.database)
        self.scene = scene
        self.log = scene.log
        self.accounts: dict[UUID, UUID] = {}
        self.chats: dict[UUID, tuple[UUID, str]] = {}
        self._chat_numbers = count(1)

    async def open_queue(self, name: str, **settings: object) -> UUID:
        """A queue, and the account whose customers come into it."""
        queue_id = await self.add_queue(name=name, **settings)
        new = NewAccount(kind="plain", form={"token": name}, name=name, queue_id=queue_id)
        account = await add_account(self.scene.accounts, SYSTEM, new)
        self.accounts[queue_id] = account.id
        return queue_id

    async def write(self, queue_id: UUID, chat: str = "", text: str = "Hello") -> UUID:
        """A customer writes; their conversation."""
        chat = chat or f"chat-{next(self._chat_numbers)}"
        account_id = self.accounts[queue_id]
        update = message(text, chat=chat, at=None)
        await self.scene.inbox.take_in(account_id, raw_of(update))
        conversation_id: UUID = await self.fetchval(
            """select c.id from conversations c join addresses a on a.id = c.address_id
                where a.channel_account_id = $1 and a.external_id = $2
                order by c.opened_at desc limit 1""",
            account_id,
            chat,
        )
        self.chats[conversation_id] = queue_id, chat
        return conversation_id

    async def write_again(self, conversation_id: UUID) -> None:
        await self.write(*self.chats[conversation_id])

    async def reply(self, conversation_id: UUID, agent_id: UUID) -> None:
        new = NewReply(client_id=new_id(), text="Good day!")
        principal = agent_principal(agent_id)
        await reply(self.log, self.scene.registry, principal, conversation_id, new)

    async def finish(
        self, conversation_id: UUID, agent_id: UUID, *, is_solved: bool = True
    ) -> None:
        closing = Closing(is_solved=is_solved, disposition_code="question_answered")
        await close_conversation(self.log, agent_principal(agent_id), conversation_id, closing)

    async def leave(self, conversation_id: UUID) -> None:
        """The customer says that this is all."""
        queue_id, chat = self.chats[conversation_id]
        key = AddressKey(self.accounts[queue_id], chat)  # type: ignore[arg-type]
        await end_by_contact(self.log, key, conversation_id)

    async def take(self, conversation_id: UUID, agent_id: UUID) -> None:
        await pull_conversation(self.log, agent_principal(agent_id), conversation_id)


class Hustle:
    """People who do what they please, by chance; what is not allowed is refused, as in life."""

    def __init__(self, day: Day, random: Random, queue_ids: list[UUID], agents: list[UUID]) -> None:
        self.day = day
        self.random = random
        self.queue_ids = queue_ids
        self.agents = agents

    async def step(self) -> None:
        verbs = [self._write] * 3 + [self._accept] * 4 + [self._reply] * 5 + [self._finish] * 4
        verbs += [self._write_again, self._leave, self._take, self._decline, self._change_presence]
        verbs += [self._configure, self._pass_on]
        with contextlib.suppress(RequestError):
            await self.random.choice(verbs)()

    async def _write(self) -> None:
        await self.day.write(self.random.choice(self.queue_ids))

    async def _write_again(self) -> None:
        if self.day.chats:
            await self.day.write_again(self.random.choice(list(self.day.chats)))

    async def _accept(self) -> None:
        for agent_id in self.agents:
            if offer := await self.day.find_offer(agent_id):
                await self.day.accept(offer)

    async def _decline(self) -> None:
        agent_id = self.random.choice(self.agents)
        if offer := await self.day.find_offer(agent_id):
            principal = agent_principal(agent_id)
            await decline_offer(self.day.log, principal, offer.id, epoch=offer.epoch, reason="")

    async def _reply(self) -> None:
        for conversation_id, agent_id in await self._held():
            await self.day.reply(conversation_id, agent_id)

    async def _finish(self) -> None:
        for conversation_id, agent_id in await self._held():
            is_solved = self.random.random() < 0.7
            await self.day.finish(conversation_id, agent_id, is_solved=is_solved)

    async def _leave(self) -> None:
        if self.day.chats:
            await self.day.leave(self.random.choice(list(self.day.chats)))

    async def _take(self) -> None:
        waiting = await self.day.fetch("select id from conversations where state = 'queued'")
        if waiting:
            row = self.random.choice(waiting)
            await self.day.take(row["id"], self.random.choice(self.agents))

    async def _pass_on(self) -> None:
        held = await self._held()
        if held:
            conversation_id, agent_id = self.random.choice(held)
            new = NewTransfer(client_id=new_id(), queue_id=self.random.choice(self.queue_ids))
            principal = agent_principal(agent_id)
            await transfer_conversation(self.day.log, principal, conversation_id, new)

    async def _change_presence(self) -> None:
        presence = self.random.choice(("available", "available", "busy", "away", "offline"))
        await self.day.set_presence(self.random.choice(self.agents), presence)  # type: ignore[arg-type]

    async def _configure(self) -> None:
        queue_id = self.random.choice(self.queue_ids)
        settings = QueueSettings(
            name=f"Queue {queue_id}",
            wrap_up=self.random.choice(("none", "fixed", "open")),
            wrap_up_seconds=0,
            target_seconds=self.random.choice((1, 30, 125)),
        )
        await configure_queue(self.day.log, SYSTEM, settings, queue_id=queue_id)

    async def _held(self) -> list[tuple[UUID, UUID]]:
        rows = await self.day.fetch(
            """select id, agent_id from conversations
                where state in ('active', 'wrap_up') order by id"""
        )
        held = [(row["id"], row["agent_id"]) for row in rows]
        return self.random.sample(held, min(1, len(held)))
