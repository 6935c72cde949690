"""The routes of conversations: what the desk reads, and what agents do."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_201_CREATED,
    HTTP_204_NO_CONTENT,
)

from halfminute.channels.registry import ChannelRegistry
from halfminute.conversations import queries
from halfminute.conversations.actions.add_note import add_note
from halfminute.conversations.actions.close_conversation import close_conversation
from halfminute.conversations.actions.delete_message import delete_message
from halfminute.conversations.actions.drop_change import drop_change
from halfminute.conversations.actions.edit_message import edit_message
from halfminute.conversations.actions.extend_wrap_up import extend_wrap_up
from halfminute.conversations.actions.finish_wrap_up import finish_wrap_up
from halfminute.conversations.actions.mark_read import mark_read
from halfminute.conversations.actions.reply import Written, reply
from halfminute.conversations.actions.retry_message import retry_message
from halfminute.conversations.actions.save_draft import save_draft
from halfminute.conversations.actions.show_typing import show_typing
from halfminute.conversations.schemas import (
    Closing,
    ContactPanel,
    ConversationDetail,
    ConversationPage,
    ConversationView,
    DraftChange,
    DraftVersion,
    HeldPage,
    MessagePage,
    MessageView,
    NewNote,
    NewReply,
    NewWords,
    ReadMark,
    RevisionView,
    TypingSignal,
)
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog

_MAY_READ = requires("conversation.read")
_MAY_REPLY = requires("conversation.reply")
_MAY_CLOSE = requires("conversation.close")
_KNOWN = {
    HTTP_200_OK: ResponseSpec(
        MessageView, generate_examples=False, description="It was said already: the same again."
    )
}

Limit = Annotated[int, QueryParameter(ge=1, le=queries.LARGEST_PAGE)]


class ConversationController(Controller):
    """`/api/conversations`. Needs `database`, `log`, `registry` and `principal`."""

    path = "/api/conversations"
    tags = ("conversations",)

    @get("/{conversation_id:uuid}", guards=[_MAY_READ])
    async def show(
        self,
        conversation_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> ConversationDetail:
        """One conversation, with one's own draft and read mark."""
        return await queries.get_conversation_detail(database, principal, conversation_id)

    @get("/{conversation_id:uuid}/messages", guards=[_MAY_READ])
    async def list_messages(
        self,
        conversation_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        before: FromQuery[UUID | None] = None,
        limit: Limit = 50,
    ) -> MessagePage:
        """The newest messages, or those before one of them; oldest first."""
        return await queries.get_message_page(
            database, principal, conversation_id, before=before, limit=limit
        )

    @get("/{conversation_id:uuid}/revisions/{message_id:uuid}", guards=[_MAY_READ])
    async def list_revisions(
        self,
        conversation_id: FromPath[UUID],
        message_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> list[RevisionView]:
        """What a message said before it was changed, oldest first."""
        async with database.connection() as connection:
            return await queries.list_revisions(connection, principal, conversation_id, message_id)

    @post("/{conversation_id:uuid}/messages", guards=[_MAY_REPLY], responses=_KNOWN)
    async def reply(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[NewReply],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        registry: NamedDependency[ChannelRegistry],
    ) -> Response[MessageView]:
        """Answer. The same `client_id` again gives 200 and the message it made."""
        return _written(await reply(log, registry, principal, conversation_id, data))

    @post(
        "/{conversation_id:uuid}/messages/{message_id:uuid}/retry",
        guards=[_MAY_REPLY],
        status_code=HTTP_200_OK,
    )
    async def retry(
        self,
        conversation_id: FromPath[UUID],
        message_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> MessageView:
        """Have a message sent again that failed, or of which nobody knows."""
        return await retry_message(log, principal, conversation_id, message_id)

    @put("/{conversation_id:uuid}/messages/{message_id:uuid}", guards=[_MAY_REPLY])
    async def edit_message(
        self,
        conversation_id: FromPath[UUID],
        message_id: FromPath[UUID],
        *,
        data: JSONBody[NewWords],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        registry: NamedDependency[ChannelRegistry],
    ) -> MessageView:
        """Have a message say something else; `change` tells how it goes."""
        return await edit_message(log, registry, principal, conversation_id, message_id, new=data)

    @delete(
        "/{conversation_id:uuid}/messages/{message_id:uuid}",
        guards=[_MAY_REPLY],
        status_code=HTTP_200_OK,
    )
    async def delete_message(
        self,
        conversation_id: FromPath[UUID],
        message_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        registry: NamedDependency[ChannelRegistry],
    ) -> MessageView:
        """Have a message taken back; `change` tells how it goes."""
        return await delete_message(log, registry, principal, conversation_id, message_id)

    @delete(
        "/{conversation_id:uuid}/messages/{message_id:uuid}/change",
        guards=[_MAY_REPLY],
        status_code=HTTP_200_OK,
    )
    async def drop_change(
        self,
        conversation_id: FromPath[UUID],
        message_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> MessageView:
        """Let a change be that the channel has refused."""
        return await drop_change(log, principal, conversation_id, message_id)

    @post("/{conversation_id:uuid}/notes", guards=[_MAY_REPLY], responses=_KNOWN)
    async def add_note(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[NewNote],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> Response[MessageView]:
        """Leave a note for colleagues. The same `client_id` again gives 200 and its note."""
        return _written(await add_note(log, principal, conversation_id, data))

    @put("/{conversation_id:uuid}/draft", guards=[_MAY_REPLY])
    async def save_draft(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[DraftChange],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> DraftVersion:
        """Keep what was begun; 409 when another device was newer."""
        return await save_draft(log, principal, conversation_id, data)

    @post("/{conversation_id:uuid}/read", guards=[_MAY_READ], status_code=HTTP_204_NO_CONTENT)
    async def mark_read(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[ReadMark],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        registry: NamedDependency[ChannelRegistry],
    ) -> None:
        """Remember how far one has read."""
        await mark_read(log, registry, principal, conversation_id, data.message_id)

    @post("/{conversation_id:uuid}/typing", guards=[_MAY_REPLY], status_code=HTTP_204_NO_CONTENT)
    async def show_typing(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[TypingSignal],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        registry: NamedDependency[ChannelRegistry],
    ) -> None:
        """Let the customer see that one types an answer; to be told again every four seconds."""
        await show_typing(log, registry, principal, conversation_id, is_typing=data.is_typing)

    @post("/{conversation_id:uuid}/close", guards=[_MAY_CLOSE], status_code=HTTP_200_OK)
    async def close(
        self,
        conversation_id: FromPath[UUID],
        data: JSONBody[Closing],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConversationView:
        """End it and say how it came out; what follows is the wrap-up, or nothing."""
        return await close_conversation(log, principal, conversation_id, data)

    @post("/{conversation_id:uuid}/extend-wrap-up", guards=[_MAY_CLOSE], status_code=HTTP_200_OK)
    async def extend_wrap_up(
        self,
        conversation_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConversationView:
        """Have more time for the notes, once; 409 where the queue does not allow it."""
        return await extend_wrap_up(log, principal, conversation_id)

    @post("/{conversation_id:uuid}/finish-wrap-up", guards=[_MAY_CLOSE], status_code=HTTP_200_OK)
    async def finish_wrap_up(
        self,
        conversation_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
    ) -> ConversationView:
        """Close it for good."""
        return await finish_wrap_up(log, principal, conversation_id)


class WaitingController(Controller):
    """`/api/queues/{queue_id}/conversations`: what waits there. Needs `database`, `principal`."""

    path = "/api/queues/{queue_id:uuid}/conversations"
    tags = ("conversations",)

    @get("/", guards=[requires("queue.read")])
    async def list_waiting(
        self,
        queue_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        after: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> ConversationPage:
        """What waits or rings, longest waiting first; `after` is the page before's `next`."""
        return await queries.get_queue_page(database, principal, queue_id, after=after, limit=limit)


class HeldController(Controller):
    """`/api/queues/{queue_id}/held-conversations`. Needs `database`, `principal`."""

    path = "/api/queues/{queue_id:uuid}/held-conversations"
    tags = ("conversations",)

    @get("/", guards=[requires("queue.read")])
    async def list_held(
        self,
        queue_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        after: FromQuery[str | None] = None,
        limit: Limit = 50,
    ) -> HeldPage:
        """What agents have or is held for the opening; `after` is the page before's `next`.

        An agent is shown what it has itself, and what is held for the opening.
        """
        return await queries.get_held_page(database, principal, queue_id, after=after, limit=limit)


class ContactController(Controller):
    """`/api/contacts`. Needs `database` and `principal`."""

    path = "/api/contacts"
    tags = ("contacts",)

    @get("/{contact_id:uuid}", guards=[requires("contact.read")])
    async def show(
        self,
        contact_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
    ) -> ContactPanel:
        """A contact, where it is reached, and its latest conversations."""
        async with database.connection() as connection:
            return await queries.get_contact_panel(connection, principal, contact_id)


def _written(written: Written) -> Response[MessageView]:
    status = HTTP_201_CREATED if written.is_new else HTTP_200_OK
    return Response(written.message, status_code=status)
