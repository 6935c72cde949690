"""A database, its log, and an application that serves sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from litestar import Litestar, get, post
from litestar.di import NamedDependency, Provide
from litestar.middleware import DefineMiddleware

from halfminute.identity.actions import create_user
from halfminute.identity.api_tokens import ApiTokens
from halfminute.identity.authentication import AuthenticationMiddleware
from halfminute.identity.guards import PUBLIC, provide_principal, refuse_undeclared, requires
from halfminute.identity.origins import OriginMiddleware, allowed_origins
from halfminute.identity.principals import SYSTEM, Grant, Principal
from halfminute.identity.routes import SessionController
from halfminute.identity.sessions import Sessions
from halfminute.identity.types import UserId
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.http.errors import EXCEPTION_HANDLERS
from halfminute.kit.http.request_id import RequestIdMiddleware
from halfminute.kit.settings import Settings
from halfminute.kit.wakeups import PostgresWakeups

ORIGIN = "http://localhost:8080"
PASSWORD = "correct horse battery"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def log(database: Database) -> EventLog:
    return EventLog(database, PostgresWakeups(database))


class Office(NamedTuple):
    """An application with one agent and the database behind it."""

    log: EventLog
    sessions: Sessions
    client: httpx.AsyncClient
    agent_id: UserId


@get("/api/queues", guards=[requires("queue.configure")])
async def configure_queues(principal: NamedDependency[Principal]) -> str:
    return principal.name


@get("/api/conversations", guards=[requires("conversation.read")])
async def list_conversations(principal: NamedDependency[Principal]) -> str:
    return principal.name


@post("/api/forgotten")
async def forgotten() -> str:
    return "who may call this?"


@get("/health", opt=PUBLIC)
async def health() -> str:
    return "well"


def make_app(log: EventLog, sessions: Sessions, settings: Settings) -> Litestar:
    async def provide_log() -> EventLog:
        return log

    async def provide_sessions() -> Sessions:
        return sessions

    async def provide_settings() -> Settings:
        return settings

    return Litestar(
        [SessionController, configure_queues, list_conversations, forgotten, health],
        dependencies={
            "log": Provide(provide_log),
            "sessions": Provide(provide_sessions),
            "settings": Provide(provide_settings),
            "principal": Provide(provide_principal),
        },
        guards=[refuse_undeclared],
        middleware=[
            DefineMiddleware(OriginMiddleware, origins=allowed_origins(settings)),
            DefineMiddleware(
                AuthenticationMiddleware, sessions=sessions, api_tokens=ApiTokens(log.database)
            ),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
    )


@pytest.fixture
async def office(log: EventLog, tmp_path: Path) -> AsyncIterator[Office]:
    settings = Settings(database_url="", data_directory=tmp_path)
    sessions = Sessions(log.database, trust_seconds=0.2)
    agent_id = await create_user(
        log,
        SYSTEM,
        email="Olena@example.org",
        name="Olena",
        password=PASSWORD,
        grants=(Grant("agent", "own"),),
    )
    async with make_client(make_app(log, sessions, settings), ORIGIN) as client:
        client.headers["Origin"] = ORIGIN
        yield Office(log, sessions, client, agent_id)


def make_client(app: Litestar, base_url: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=RequestIdMiddleware(app))
    return httpx.AsyncClient(transport=transport, base_url=base_url, follow_redirects=True)
