"""The routes of web chat: called by the chat's own page, which shows its visitor's token."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from halfminute.channels.accounts import AccountBook
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.types import ChannelAccount
from halfminute.conversations.actions.confirm_delivery import confirm_delivery
from halfminute.conversations.delivery.states import Happening
from halfminute.conversations.inbox import GroupInbox
from halfminute.conversations.queries import LARGEST_PAGE
from halfminute.conversations.thread import find_newest_conversation, get_contact_thread
from halfminute.files.actions.take_upload import UploadParts
from halfminute.identity.guards import PUBLIC
from halfminute.identity.tokens import TICKET_SECONDS, Tokens
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog, stream_name
from halfminute.kit.http.context import current_request
from halfminute.stickers.queries import has_stickers
from halfminute.webchat.actions.begin_visit import begin_visit
from halfminute.webchat.actions.lead_on import find_continuation
from halfminute.webchat.actions.say import say
from halfminute.webchat.attendance import Attendance
from halfminute.webchat.channel import KIND
from halfminute.webchat.colours import ink_on
from halfminute.webchat.errors import NothingSaid, UnknownVisitor, WidgetNotFound
from halfminute.webchat.limits import VisitorLimits
from halfminute.webchat.returning import holder_of
from halfminute.webchat.schemas import (
    NewMessage,
    Receipt,
    SaidView,
    ThreadView,
    TicketView,
    VisitView,
    WidgetView,
)
from halfminute.webchat.settings import read_settings
from halfminute.webchat.uploading import file_limit_of
from halfminute.webchat.visitors import Shown, end_visit, get_visitor, rotate_token

_SCHEME: Final = "Bearer "


async def provide_widget(account_id: FromPath[UUID], book: NamedDependency[AccountBook]) -> Any:
    """The widget that the path names. Raises WidgetNotFound."""
    account = await book.find(account_id)
    if account is None or account.kind != KIND or not account.is_enabled:
        raise WidgetNotFound
    return account


async def provide_shown(
    request: Request[Any, Any, Any],
    widget: NamedDependency[ChannelAccount],
    database: NamedDependency[Database],
) -> Any:
    """Whose token the request shows. Raises UnknownVisitor."""
    header = request.headers.get("authorization", "")
    if not header.startswith(_SCHEME):
        raise UnknownVisitor
    return await get_visitor(database, widget.id, header.removeprefix(_SCHEME))


class VisitorController(Controller):
    """`/api/webchat/{account_id}`: routes of a widget's visitor. Needs `database` and `book`."""

    path = "/api/webchat/{account_id:uuid}"
    tags = ("webchat",)
    opt = PUBLIC
    dependencies = {  # noqa: RUF012 - Litestar declares it an instance's
        "widget": Provide(provide_widget),
        "shown": Provide(provide_shown),
    }


class WebchatController(VisitorController):
    """What a visitor is shown and says, and how they follow it.

    Needs also `log`, `registry`, `inbox`, `tokens`, `uploads`, `attendance` and `visitor_limits`.
    """

    @get()
    async def show_widget(
        self,
        widget: NamedDependency[ChannelAccount],
        database: NamedDependency[Database],
        registry: NamedDependency[ChannelRegistry],
        uploads: NamedDependency[UploadParts],
        attendance: NamedDependency[Attendance],
    ) -> WidgetView:
        """How the widget looks, and whether anybody is there."""
        settings = read_settings(widget.settings)
        onward = await find_continuation(database, registry, widget)
        async with database.connection() as connection:
            is_offering = await has_stickers(connection, settings.sticker_sets)
        head = settings.head or settings.accent
        return WidgetView(
            title=settings.title,
            greeting=settings.greeting,
            accent=settings.accent,
            accent_ink=ink_on(settings.accent),
            head=head,
            head_ink=ink_on(head),
            form=settings.form,
            continues_in=onward and onward.kind,
            file_limit=file_limit_of(uploads),
            has_stickers=is_offering,
            is_attended=await attendance.is_attended(widget.queue_id),
        )

    @post("/visits")
    async def begin_visit(
        self,
        widget: NamedDependency[ChannelAccount],
        database: NamedDependency[Database],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> VisitView:
        """Begin to chat; nobody learns of it before something is said."""
        visitor_limits.visits.take(current_request().ip or "")
        return await begin_visit(database, widget.id)

    @delete("/visit", status_code=HTTP_204_NO_CONTENT)
    async def end_visit(
        self, shown: NamedDependency[Shown], database: NamedDependency[Database]
    ) -> None:
        """End the visit: its tokens are none from now on."""
        await end_visit(database, shown.visitor.id)

    @get("/thread")
    async def show_thread(
        self,
        shown: NamedDependency[Shown],
        database: NamedDependency[Database],
        before: FromQuery[UUID | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)] = 50,
    ) -> ThreadView:
        """What was said, the newest or what came before a message; oldest first."""
        thread = await get_contact_thread(
            database, shown.visitor.address, before=before, limit=limit
        )
        is_due = shown.is_rotation_due and before is None
        return ThreadView(
            thread=thread, token=await rotate_token(database, shown) if is_due else None
        )

    @post("/messages", status_code=HTTP_200_OK)
    async def say(
        self,
        *,
        shown: NamedDependency[Shown],
        widget: NamedDependency[ChannelAccount],
        data: JSONBody[NewMessage],
        database: NamedDependency[Database],
        inbox: NamedDependency[GroupInbox],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> SaidView:
        """Write. The same `client_id` again gives the message that it made."""
        visitor_limits.messages.take(str(shown.visitor.id))
        offered = read_settings(widget.settings).sticker_sets
        return await say(database, inbox, shown.visitor, data, offered)

    @post("/ticket", status_code=HTTP_200_OK)
    async def issue_ticket(
        self,
        shown: NamedDependency[Shown],
        database: NamedDependency[Database],
        tokens: NamedDependency[Tokens],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> TicketView:
        """What opens one socket, or one stream, to follow the newest conversation.

        404 before there is one.
        """
        visitor_limits.tickets.take(str(shown.visitor.id))
        async with database.connection() as connection:
            conversation_id = await find_newest_conversation(connection, shown.visitor.address)
        if conversation_id is None:
            raise NothingSaid
        return TicketView(
            ticket=tokens.issue_ticket(conversation_id, holder_of(shown)),
            stream=stream_name("conversation", conversation_id),
            seconds=TICKET_SECONDS,
        )

    @post("/receipts", status_code=HTTP_204_NO_CONTENT)
    async def confirm(
        self,
        shown: NamedDependency[Shown],
        data: JSONBody[Receipt],
        log: NamedDependency[EventLog],
    ) -> None:
        """Our messages up to this one have arrived, or were read."""
        happening = Happening.READ if data.is_read else Happening.DELIVERED
        await confirm_delivery(log, shown.visitor.address, data.message_id, happening)
