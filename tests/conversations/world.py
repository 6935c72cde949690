"""A contact centre with a strict channel, for plays of answering and of delivery."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

from obstore.store import MemoryStore

from halfminute.channels.accounts import AccountBook
from halfminute.channels.clients import ClientPool
from halfminute.channels.lines import ChannelLines
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccountId
from halfminute.contacts.types import AddressId, ContactId
from halfminute.conversations import transitions
from halfminute.conversations.actions.delete_message import delete_message
from halfminute.conversations.actions.edit_message import edit_message
from halfminute.conversations.actions.reply import Written, reply
from halfminute.conversations.schemas import MessageView, NewReply, NewWords
from halfminute.conversations.transitions import Opening
from halfminute.conversations.types import ConversationId
from halfminute.files.store import FileStore
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.database import Database
from halfminute.kit.ids import new_id
from halfminute.kit.secrets import SecretBox
from halfminute.sdk.model import Entity, FileState, MediaKind
from tests.conversations.strict_channel import StrictChannel
from tests.routing.centre import Centre


class World(Centre):
    """The centre, with an account of the strict channel that really sends."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.channel = StrictChannel()
        self.registry = ChannelRegistry([self.channel])
        self.box = SecretBox(os.urandom(32))
        self.clients = ClientPool(self.registry)
        self.store = FileStore(MemoryStore())
        self.account_id: ChannelAccountId | None = None

    def make_lines(self) -> ChannelLines:
        book = AccountBook(self.database, self.box)
        return ChannelLines(self.log, book, self.registry, self.clients)

    async def add_account(self, name: str = "Support") -> ChannelAccountId:
        account_id = ChannelAccountId(new_id())
        await self.execute(
            """insert into channel_accounts (id, kind, name, encrypted_secrets, inbound_mode)
               values ($1, $2, $3, $4, 'webhook')""",
            account_id,
            self.channel.kind,
            name,
            self.box.seal({"token": "t"}, row_id=account_id),
        )
        return account_id

    async def add_address(self, name: str = "Vera", account_id: UUID | None = None) -> UUID:
        account_id = account_id or await self._ensure_account()
        contact_id, address_id = new_id(), new_id()
        await self.execute("insert into contacts (id, name) values ($1, $2)", contact_id, name)
        await self.execute(
            """insert into addresses
                   (id, contact_id, channel_account_id, channel_kind, external_id, name)
               values ($1, $2, $3, $4, $5, $6)""",
            address_id,
            contact_id,
            account_id,
            self.channel.kind,
            f"chat-{address_id}",
            name,
        )
        return address_id

    async def open_conversation(self, address_id: UUID | None = None) -> ConversationId:
        address_id = address_id or await self.add_address()
        row = (await self.fetch("select * from addresses where id = $1", address_id))[0]
        opening = Opening(
            ConversationId(new_id()),
            ContactId(row["contact_id"]),
            AddressId(address_id),
            row["channel_account_id"],
            row["channel_kind"],
        )
        async with self.log.write() as unit:
            await transitions.open_conversations(unit, [opening])
        return opening.id

    async def hear(self, conversation_id: UUID, text: str = "Hello?") -> UUID:
        """The customer wrote: the row as receiving leaves it."""
        message_id = new_id()
        await self.execute(
            """with heard as (
                   update conversations
                      set awaiting = 'agent', last_message_id = $2, last_message_at = now(),
                          first_customer_message_at = coalesce(first_customer_message_at, now()),
                          unanswered_since = coalesce(unanswered_since, now())
                    where id = $1 returning id, address_id, contact_id)
               insert into messages (id, conversation_id, address_id, direction, author_kind,
                                     author_id, external_id, sent_at, parts)
               select $2, id, address_id, 'in', 'contact', contact_id, $3, now(), $4 from heard""",
            conversation_id,
            message_id,
            f"in-{message_id}",
            [{"type": "text", "text": text, "entities": []}],
        )
        return message_id

    async def give(self, agent_id: UUID, queue_id: UUID | None = None) -> ConversationId:
        """A conversation that the agent answers."""
        conversation_id = await self.open_conversation()
        if queue_id is not None:
            async with self.log.write() as unit:
                await transitions.queue_conversation(unit, conversation_id, queue_id)
        await self.assign(conversation_id, agent_id)
        return conversation_id

    async def assign(self, conversation_id: ConversationId, agent_id: UUID) -> None:
        async with self.log.write() as unit:
            await transitions.assign(
                unit,
                conversation_id,
                agent_id,
                from_states=("new", "queued", "offered", "active"),
                by="reassign",
            )

    async def reply(
        self,
        principal: Principal,
        conversation_id: UUID,
        text: str = "Good day!",
        *,
        client_id: UUID | None = None,
        entities: tuple[Entity, ...] = (),
        reply_to: UUID | None = None,
        **more: Any,
    ) -> Written:
        new = NewReply(
            client_id=client_id or new_id(),
            text=text,
            entities=entities,
            reply_to_message_id=reply_to,
            **more,
        )
        return await reply(self.log, self.registry, principal, conversation_id, new)

    async def upload(
        self,
        user_id: UUID | None,
        kind: MediaKind = "image",
        content: bytes = b"content",
        *,
        name: str = "bill.png",
        state: FileState = "ready",
    ) -> UUID:
        """A file that this person has brought, ready to be sent."""
        file_id = new_id()
        stored = await self.store.put(content)
        await self.execute(
            """insert into files (id, source, state, kind, media_type, size, name, storage_key,
                                  sha256, uploaded_by)
               values ($1, '{}', $2, $3, 'image/png', $4, $5, $6, $7, $8)""",
            file_id,
            state,
            kind,
            stored.size,
            name,
            stored.storage_key,
            stored.sha256,
            user_id,
        )
        return file_id

    async def sent(self, principal: Principal, conversation_id: UUID, text: str = "Ten") -> UUID:
        """A reply that the provider has taken: the row as delivery leaves it."""
        written = await self.reply(principal, conversation_id, text)
        await self.execute(
            """with gone as (delete from outbox where message_id = $1)
               update messages set delivery = 'sent', external_id = $2 where id = $1""",
            written.message.id,
            f"out-{written.message.id}",
        )
        return written.message.id

    async def edit(
        self, principal: Principal, conversation_id: UUID, message_id: UUID, text: str, **more: Any
    ) -> MessageView:
        new = NewWords(text=text, **{"revision": 0, **more})
        return await edit_message(
            self.log, self.registry, principal, conversation_id, message_id, new=new
        )

    async def delete(
        self, principal: Principal, conversation_id: UUID, message_id: UUID
    ) -> MessageView:
        return await delete_message(self.log, self.registry, principal, conversation_id, message_id)

    async def delivery_of(self, message_id: UUID) -> str:
        return str(await self.fetchval("select delivery from messages where id = $1", message_id))

    async def row(self, table: str, id_: UUID) -> dict[str, Any]:
        rows = await self.fetch(f"select * from {table} where id = $1", id_)  # noqa: S608
        return dict(rows[0])

    async def _ensure_account(self) -> ChannelAccountId:
        if self.account_id is None:
            self.account_id = await self.add_account()
        return self.account_id


def signed_in(user_id: UUID, *grants: Grant, name: str = "Ada") -> Principal:
    """A user with these grants; an agent with none given."""
    return Principal(
        kind="user",
        name=name,
        user_id=UserId(user_id),
        grants=grants or (Grant("agent", "own"),),
    )
