"""The web role: HTTP, hooks and sockets in one server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import uvicorn
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.types import ASGIApp

from halfminute import __version__
from halfminute.agents.actions.record_heartbeats import record_heartbeats
from halfminute.agents.routes import AgentController, PresenceController
from halfminute.agents.routes_skills import SkillController
from halfminute.channels.hooks import HooksEndpoint
from halfminute.channels.routes import ChannelAccountController
from halfminute.contacts.routes import ContactLinkController
from halfminute.conversations.access import may_see_conversation
from halfminute.conversations.routes import (
    ContactController,
    ConversationController,
    HeldController,
    WaitingController,
)
from halfminute.conversations.routes_personal_data import PersonalDataController
from halfminute.feedback.routes import RatingController
from halfminute.files.addresses import MEDIA_PREFIX
from halfminute.files.routes import make_file_routes
from halfminute.files.serving import MediaEndpoint
from halfminute.identity.authentication import AuthenticationMiddleware
from halfminute.identity.guards import PUBLIC, provide_principal, refuse_undeclared
from halfminute.identity.origins import OriginMiddleware, Origins, allowed_origins
from halfminute.identity.routes import SessionController
from halfminute.identity.tickets import UsedTickets
from halfminute.kit.http.dispatch import Dispatch
from halfminute.kit.http.errors import EXCEPTION_HANDLERS
from halfminute.kit.http.reading import ReadingRequest
from halfminute.kit.http.request_id import RequestIdMiddleware
from halfminute.kit.http.security_headers import SecurityHeadersMiddleware
from halfminute.kit.periodic import repeat
from halfminute.kit.processes.listeners import BACKLOG
from halfminute.main.description import DescriptionPlugin, describe
from halfminute.main.desk import DeskController
from halfminute.main.desk_files import show_desk
from halfminute.main.operations import show_health, show_metrics
from halfminute.main.parts import Parts
from halfminute.main.streams import AUTHORISERS, PROJECTORS
from halfminute.main.widget_files import WidgetFilesController
from halfminute.queues.routes import QueueController
from halfminute.queues.routes_calendars import CalendarController
from halfminute.queues.routes_requirements import AccountRequirementsController
from halfminute.realtime.admission import Admission
from halfminute.realtime.endpoint import UVICORN_OPTIONS, RealtimeEndpoint
from halfminute.realtime.event_stream import STREAM_PATH, EventStreamEndpoint
from halfminute.realtime.hub import Hub
from halfminute.reports.routes import WallboardController
from halfminute.routing.routes import OfferController, PullController
from halfminute.routing.routes_consults import ConsultController, NewConsultController
from halfminute.routing.routes_expected_waits import ExpectedWaitsController
from halfminute.routing.routes_explanation import ExplanationController
from halfminute.routing.routes_transfers import TransferController
from halfminute.routing.telling import TURN_SECONDS, WaitTeller
from halfminute.stickers.queries import is_file_of_sticker
from halfminute.stickers.routes import StickerSetController
from halfminute.webchat.returning import Returning
from halfminute.webchat.routes import WebchatController
from halfminute.webchat.routes_ending import WebchatEndingController
from halfminute.webchat.routes_files import WebchatFileController
from halfminute.webchat.routes_sign_in import SignInController, SignInKeyController
from halfminute.webchat.routes_sign_in_keys import SignInKeysController
from halfminute.webchat.routes_stickers import WebchatStickerController
from halfminute.webchat.routes_widgets import NewWidgetController, WidgetController
from halfminute.workforce.routes import ReplayController

REQUEST_LIMIT_BYTES: Final = 1024 * 1024
_PARTS_OF_ROUTES: Final[tuple[Any, ...]] = (
    *("database", "log", "sessions", "settings", "files", "registry"),
    *("addresses", "uploads", "stickers", "accounts", "link_tokens", "erasures"),
    *("book", "inbox", "tokens", "visitor_limits", "loaders", "attendance"),
    *("board", "follower", "replays"),
)
# What is still being answered when the process is told to stop gets this long.
STOP_SECONDS: Final = 2
_KEEP_ALIVE_SECONDS: Final = 75

ROUTES: Final[tuple[Any, ...]] = (
    SessionController,
    DeskController,
    ConversationController,
    HeldController,
    WaitingController,
    ContactController,
    ContactLinkController,
    ChannelAccountController,
    PersonalDataController,
    OfferController,
    PullController,
    TransferController,
    ConsultController,
    NewConsultController,
    ExplanationController,
    ExpectedWaitsController,
    PresenceController,
    AgentController,
    SkillController,
    QueueController,
    AccountRequirementsController,
    CalendarController,
    RatingController,
    WallboardController,
    ReplayController,
    StickerSetController,
    WebchatController,
    WidgetController,
    NewWidgetController,
    SignInController,
    SignInKeyController,
    SignInKeysController,
    WebchatFileController,
    WebchatEndingController,
    WebchatStickerController,
    WidgetFilesController,
    *make_file_routes(may_see_conversation, is_file_of_sticker),
    show_health,
    show_metrics,
    show_desk,
)


async def serve_web(parts: Parts, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; then sockets are told to come back, and requests may end."""
    hub = make_hub(parts)
    server = _Server(
        uvicorn.Config(
            make_application(parts, hub),
            host=parts.settings.host,
            port=parts.settings.port,
            backlog=BACKLOG,
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            # Whose word on the client's address counts; never uvicorn's own FORWARDED_ALLOW_IPS.
            forwarded_allow_ips=list(parts.settings.trusted_proxies),
            # Longer than a proxy's or a provider's, so that it is they who close idle connections.
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
            **UVICORN_OPTIONS,
        )
    )
    async with asyncio.TaskGroup() as tasks:
        moving = tasks.create_task(hub.run(), name="hub")
        teller = WaitTeller(parts.database, parts.follower, hub)
        telling = tasks.create_task(
            repeat("waits", teller.run_once, every_seconds=TURN_SECONDS), name="waits"
        )
        serving = tasks.create_task(server.serve(list(parts.listeners) or None), name="uvicorn")
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([stopping, serving, moving], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        hub.stop()
        server.should_exit = True
        await asyncio.wait([serving])
        moving.cancel()
        telling.cancel()


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: `main.application` has the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def make_hub(parts: Parts) -> Hub:
    """The hub, with what features tell it of their streams and views."""
    hub = Hub(
        parts.database,
        parts.wakeups,
        parts.sessions,
        parts.tokens,
        record_heartbeats=partial(record_heartbeats, parts.database),
    )
    for kind, check in AUTHORISERS.items():
        hub.register_authoriser(kind, check)
    for key, view_name, fetch, events in PROJECTORS:
        hub.register_projector(key, view_name, fetch, events=events)
    return hub


def make_application(parts: Parts, hub: Hub) -> ASGIApp:
    """Everything that is served, by path."""
    origins = allowed_origins(parts.settings)
    admission = Admission(
        parts.sessions,
        parts.tokens,
        UsedTickets(parts.database).use,
        confirm_holder=Returning(parts.database, parts.book, parts.visitor_limits).confirm,
        most_per_address=parts.settings.contact_connections_per_address,
    )
    return RequestIdMiddleware(
        Dispatch(
            SecurityHeadersMiddleware(make_api(parts, origins), is_secure=parts.settings.is_secure),
            sockets={"/api/realtime": RealtimeEndpoint(hub, admission, origins)},
            prefixes={
                STREAM_PATH: EventStreamEndpoint(hub, admission, origins),
                "/hooks/": HooksEndpoint(parts.book, parts.registry, parts.inbox),
                MEDIA_PREFIX: MediaEndpoint(parts.database, parts.files, parts.addresses),
            },
        )
    )


def make_api(parts: Parts, origins: Origins) -> Litestar:
    """The routes of all features."""
    return _make_api(
        {name: getattr(parts, name) for name in _PARTS_OF_ROUTES},
        guards=[refuse_undeclared],
        middleware=[
            DefineMiddleware(OriginMiddleware, origins=origins),
            DefineMiddleware(
                AuthenticationMiddleware, sessions=parts.sessions, api_tokens=parts.api_tokens
            ),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=ReadingRequest,
        request_max_body_size=REQUEST_LIMIT_BYTES,
    )


def describe_api() -> dict[str, Any]:
    """The OpenAPI document of all that is served; nothing needs to run for it."""
    return describe(_make_api(dict.fromkeys(_PARTS_OF_ROUTES)))


def _make_api(given: Mapping[str, Any], **options: Any) -> Litestar:
    provided = {name: Provide(_give(part), use_cache=True) for name, part in given.items()}
    return Litestar(
        route_handlers=[*ROUTES],
        dependencies={**provided, "principal": Provide(provide_principal)},
        openapi_config=OpenAPIConfig(
            title="Halfminute",
            version=__version__,
            use_handler_docstrings=True,
            render_plugins=[DescriptionPlugin()],
            openapi_router=Router(
                "/api/schema", route_handlers=[], opt=PUBLIC, include_in_schema=False
            ),
        ),
        logging_config=None,
        **options,
    )


def _give(part: Any) -> Callable[[], Any]:
    async def give() -> Any:
        return part

    return give
