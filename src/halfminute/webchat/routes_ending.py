"""What a visitor does beside writing: they end a conversation, rate it, and take it along."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT

from halfminute.channels.types import ChannelAccount
from halfminute.conversations.actions.end_by_contact import end_by_contact
from halfminute.conversations.schemas import ConversationView, TypingSignal
from halfminute.conversations.thread import find_newest_conversation
from halfminute.feedback.actions.rate_conversation import rate_conversation
from halfminute.feedback.schemas import NewRating
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog, stream_name
from halfminute.kit.time import utc_now
from halfminute.realtime.typing import tell_typing
from halfminute.webchat.limits import VisitorLimits
from halfminute.webchat.routes import VisitorController
from halfminute.webchat.settings import read_settings
from halfminute.webchat.transcript import POLICY, Transcript, language_of
from halfminute.webchat.visitors import Shown

_PAGE = ResponseSpec(
    str, generate_examples=False, media_type="text/html", description="The page, as a file."
)
# As far as clocks on Earth are from UTC (UTC-12:00 to UTC+14:00).
MinutesEast = Annotated[int, QueryParameter(ge=-720, le=840)]


class WebchatEndingController(VisitorController):
    """The end, the rating, the typing and the transcript. Needs also `log` and `visitor_limits`."""

    @post("/conversations/{conversation_id:uuid}/end", status_code=HTTP_200_OK)
    async def end(
        self,
        conversation_id: FromPath[UUID],
        shown: NamedDependency[Shown],
        log: NamedDependency[EventLog],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> ConversationView:
        """Say that this is all. Said twice it is heard once."""
        visitor_limits.deeds.take(str(shown.visitor.id))
        return await end_by_contact(log, shown.visitor.address, conversation_id)

    @put("/conversations/{conversation_id:uuid}/rating")
    async def rate(
        self,
        conversation_id: FromPath[UUID],
        shown: NamedDependency[Shown],
        data: JSONBody[NewRating],
        log: NamedDependency[EventLog],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> ConversationView:
        """Say how well one was helped; again to say it otherwise."""
        visitor_limits.deeds.take(str(shown.visitor.id))
        return await rate_conversation(log, shown.visitor.address, conversation_id, data)

    @post("/typing", status_code=HTTP_204_NO_CONTENT)
    async def show_typing(
        self,
        shown: NamedDependency[Shown],
        data: JSONBody[TypingSignal],
        database: NamedDependency[Database],
        log: NamedDependency[EventLog],
        visitor_limits: NamedDependency[VisitorLimits],
    ) -> None:
        """Let agents see that one types; to be told again every three seconds. Nothing is kept."""
        visitor_limits.typing.take(str(shown.visitor.id))
        async with database.connection() as connection:
            conversation_id = await find_newest_conversation(connection, shown.visitor.address)
        if conversation_id is not None:
            stream = stream_name("conversation", conversation_id)
            tell_typing(log.wakeups, stream, "contact", is_typing=data.is_typing)

    @get("/transcript", responses={HTTP_200_OK: _PAGE})
    async def show_transcript(
        self,
        shown: NamedDependency[Shown],
        widget: NamedDependency[ChannelAccount],
        database: NamedDependency[Database],
        visitor_limits: NamedDependency[VisitorLimits],
        *,
        language: Annotated[str, QueryParameter(max_length=35)] = "en",
        minutes_east: MinutesEast = 0,
        conversation: FromQuery[UUID | None] = None,
    ) -> Stream:
        """All that was said, or one conversation of it, as a page to keep.

        Asked for with the visitor's token in its header: no address of it can be passed on.
        """
        visitor_limits.transcripts.take(str(shown.visitor.id))
        page = Transcript(read_settings(widget.settings).title, language_of(language), minutes_east)
        return Stream(
            page.write(database, shown.visitor.address, conversation),
            media_type="text/html",
            headers={
                "Content-Disposition": f'attachment; filename="chat-{utc_now():%Y-%m-%d}.html"',
                "Content-Security-Policy": POLICY,
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )
