"""The desk's first picture: all that an agent's screen shows, as of one moment."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency

from halfminute.agents.queries import list_agent_views
from halfminute.agents.schemas import AgentView
from halfminute.channels.registry import ChannelRegistry
from halfminute.channels.schemas import ChannelAbilities, abilities_of
from halfminute.conversations.access import sight_of
from halfminute.conversations.composing import reply_limit_of
from halfminute.conversations.consults import list_open_consults
from halfminute.conversations.queries import (
    list_conversation_views,
    list_dispositions,
    list_held_conversations,
    map_drafts,
    map_reads,
)
from halfminute.conversations.schemas import ConversationView, DispositionView, DraftView
from halfminute.conversations.schemas_consults import ConsultView
from halfminute.conversations.texts import NOTE_LIMIT
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.identity.schemas import UserView, view_session
from halfminute.kit.database import Connection, Database
from halfminute.kit.errors import NotSignedIn
from halfminute.kit.event_log import list_last_seqs, stream_name
from halfminute.kit.settings import Settings
from halfminute.kit.time import Moment, utc_now
from halfminute.queues.queries import (
    list_enabled_queue_views,
    list_queue_views,
    list_queue_views_of_agent,
)
from halfminute.queues.schemas import QueueView
from halfminute.routing.queries import find_pending_offers
from halfminute.routing.schemas import OfferView


class RingingOffer(OfferView, frozen=True, kw_only=True):
    """An offer, with what it offers."""

    conversation: ConversationView


class ConsultOffer(ConsultView, frozen=True, kw_only=True):
    """A consult, with what it is about."""

    conversation: ConversationView


class DeskView(msgspec.Struct, frozen=True, kw_only=True):
    """What the screen shows before the first event.

    `agent` is missing for a user who does not answer. `streams` are those to follow, each with the
    number of the last event that this picture contains. `reads` and `drafts` are by conversation,
    `channels` by kind. `note_limit` is the longest note, in code points.
    """

    user: UserView
    agent: AgentView | None
    queues: list[QueueView]
    conversations: list[ConversationView]
    offers: list[RingingOffer]
    consults: list[ConsultOffer]
    dispositions: list[DispositionView]
    reads: dict[UUID, UUID]
    drafts: dict[UUID, DraftView]
    streams: dict[str, int]
    channels: dict[str, ChannelAbilities]
    note_limit: int
    server_time: Moment


class DeskController(Controller):
    """`/api/desk`. Needs `database`, `principal`, `registry` and `settings`."""

    path = "/api/desk"
    tags = ("desk",)

    @get("/", guards=[requires("conversation.read")])
    async def show(
        self,
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        registry: NamedDependency[ChannelRegistry],
        settings: NamedDependency[Settings],
    ) -> DeskView:
        """Everything at once, so that the screen needs one question after a reload."""
        channels = list_abilities(registry, settings.upload_limit_bytes)
        return await get_desk(database, principal, channels)


def list_abilities(registry: ChannelRegistry, upload_limit: int) -> dict[str, ChannelAbilities]:
    """What each channel carries, by its kind; no file of more than `upload_limit` bytes."""
    found = {kind: registry.get(kind).capabilities for kind in registry.kinds}
    return {
        kind: abilities_of(each, upload_limit=upload_limit, reply_limit=reply_limit_of(each))
        for kind, each in found.items()
    }


async def get_desk(
    database: Database, principal: Principal, channels: dict[str, ChannelAbilities]
) -> DeskView:
    """The picture, read in one snapshot. Raises NotSignedIn for who is no user."""
    user_id = principal.user_id
    if user_id is None:
        raise NotSignedIn
    async with database.transaction(isolation="repeatable_read") as connection:
        agents = await list_agent_views(connection, [user_id])
        queues = await _list_queues(connection, principal, user_id)
        held = await list_held_conversations(connection, user_id)
        offers = await _list_offers(connection, user_id)
        consults = await _list_consults(connection, user_id)
        shown = [view.id for view in held]
        shown += [offer.conversation_id for offer in offers]
        shown += [consult.conversation_id for consult in consults]
        return DeskView(
            user=view_session(principal).user,
            agent=agents.get(user_id),
            queues=queues,
            conversations=held,
            offers=offers,
            consults=consults,
            dispositions=await list_dispositions(connection),
            reads=await map_reads(connection, user_id, shown),
            drafts=await map_drafts(connection, user_id, shown),
            streams=await list_last_seqs(
                connection,
                [
                    stream_name("agent", user_id),
                    *(stream_name("queue", queue.id) for queue in queues),
                    *(stream_name("conversation", id_) for id_ in shown),
                ],
            ),
            channels=channels,
            note_limit=NOTE_LIMIT,
            server_time=utc_now(),
        )


async def _list_queues(
    connection: Connection, principal: Principal, user_id: UUID
) -> list[QueueView]:
    sight = sight_of(principal)
    if sight.is_everything:
        return await list_enabled_queue_views(connection)
    queues = await list_queue_views(connection, sight.queue_ids)
    for queue in await list_queue_views_of_agent(connection, user_id):
        queues[queue.id] = queue
    return sorted(queues.values(), key=lambda queue: (queue.name, queue.id))


async def _list_offers(connection: Connection, user_id: UUID) -> list[RingingOffer]:
    offers = await find_pending_offers(connection, user_id)
    views = await list_conversation_views(connection, [offer.conversation_id for offer in offers])
    return [
        RingingOffer(**msgspec.structs.asdict(offer), conversation=views[offer.conversation_id])
        for offer in offers
    ]


async def _list_consults(connection: Connection, user_id: UUID) -> list[ConsultOffer]:
    consults = await list_open_consults(connection, user_id)
    views = await list_conversation_views(connection, [each.conversation_id for each in consults])
    return [
        ConsultOffer(**msgspec.structs.asdict(each), conversation=views[each.conversation_id])
        for each in consults
    ]
