"""People at their browsers; each answer of the application is held against its description."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import schemathesis

from halfminute.agents.actions.configure_agent import configure_agent
from halfminute.agents.schemas import AgentSettings
from halfminute.channels.clients import ClientPool
from halfminute.channels.registry import ChannelRegistry
from halfminute.identity.actions import create_user
from halfminute.identity.principals import SYSTEM, Grant
from halfminute.kit.event_log import EventLog
from halfminute.kit.settings import Settings
from halfminute.main.parts import open_parts
from halfminute.main.web import describe_api, make_application, make_hub
from halfminute.queues.actions.set_queue_agents import set_queue_agents
from halfminute.queues.queries import list_queue_agent_ids

PASSWORD = "correct horse battery"
ORIGIN = "http://localhost:8080"
AGENT = Grant("agent", "own")
_DESCRIPTION = schemathesis.openapi.from_dict(describe_api())


async def _hold_against_description(response: httpx.Response) -> None:
    await response.aread()
    request = response.request
    if not request.url.path.startswith("/api/"):
        return
    operation = _DESCRIPTION.find_operation_by_path(request.method, request.url.path)
    assert operation is not None, f"{request.method} {request.url.path} is not described"
    operation.validate_response(response)


@dataclass(frozen=True)
class Caller:
    """One person's browser."""

    id: UUID
    client: httpx.AsyncClient

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.client.request(method, path, json=body)

    async def is_refused(self, status: int, code: str, method: str, path: str, body: Any) -> bool:
        """Whether the answer is exactly this refusal, in the form that all errors have."""
        answer = await self.ask(method, path, body)
        told = answer.json()
        assert set(told) == {"code", "message", "fields"}
        assert (answer.status_code, told["code"]) == (status, code), told
        return True


class Callers:
    """Lets people come in."""

    def __init__(self, log: EventLog, application: Any, stack: AsyncExitStack) -> None:
        self._log = log
        self._application = application
        self._stack = stack

    async def open_browser(self) -> httpx.AsyncClient:
        """Of nobody yet."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._application), base_url=ORIGIN
        )
        client.headers["Origin"] = ORIGIN
        client.event_hooks["response"].append(_hold_against_description)
        return await self._stack.enter_async_context(client)

    async def sign_in(self, name: str, *grants: Grant, queue_ids: tuple[UUID, ...] = ()) -> Caller:
        """A new user with these grants; who has an agent's is one, and serves these queues."""
        email = f"{name.lower()}@example.org"
        user_id = await create_user(
            self._log, SYSTEM, email=email, name=name, password=PASSWORD, grants=grants
        )
        if AGENT in grants:
            await configure_agent(self._log, SYSTEM, user_id, AgentSettings())
        for queue_id in queue_ids:
            async with self._log.database.connection() as connection:
                present = await list_queue_agent_ids(connection, queue_id)
            await set_queue_agents(self._log, SYSTEM, queue_id, [*present, user_id])
        client = await self.open_browser()
        signed = await client.post("/api/session", json={"email": email, "password": PASSWORD})
        assert signed.status_code == 201, signed.text
        return Caller(user_id, client)


@asynccontextmanager
async def open_application(
    log: EventLog, data_directory: Path, registry: ChannelRegistry | None = None
) -> AsyncIterator[Callers]:
    """The application as it is served, on the database of `log`."""
    settings = Settings(database_url=log.database.url, data_directory=data_directory)
    async with open_parts(settings) as opened, AsyncExitStack() as stack:
        parts = (
            opened
            if registry is None
            else replace(opened, registry=registry, clients=ClientPool(registry))
        )
        yield Callers(log, make_application(parts, make_hub(parts)), stack)
