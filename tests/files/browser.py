"""A browser before the routes of files and the endpoint of media."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import httpx
from litestar import Litestar
from litestar.di import Provide
from litestar.types import ASGIApp, Receive, Send
from litestar.types import Scope as AsgiScope

from halfminute.files.actions.end_fetch import mark_ready
from halfminute.files.actions.take_upload import Allowance, UploadParts
from halfminute.files.addresses import MediaAddresses
from halfminute.files.routes import make_file_routes
from halfminute.files.scanning import Scanner
from halfminute.files.serving import MediaEndpoint
from halfminute.files.store import FileStore
from halfminute.identity.guards import provide_principal
from halfminute.identity.principals import Grant, Principal
from halfminute.identity.types import UserId
from halfminute.kit.database import Connection
from halfminute.kit.http.dispatch import Dispatch
from halfminute.kit.http.errors import EXCEPTION_HANDLERS
from halfminute.kit.ids import new_id
from halfminute.sdk.model import MediaPart
from tests.plain_channel import message
from tests.scene import Scene

SIZE_LIMIT = 2 * 1024 * 1024


class Browser:
    """A signed-in browser; `principal` is who sits before it: at first the agent of the scene."""

    def __init__(self, scene: Scene, store: FileStore, scanner: Scanner | None = None) -> None:
        self.scene = scene
        self.store = store
        self.addresses = MediaAddresses(bytes(32))
        self.uploads = UploadParts(scene.log, store, scanner, SIZE_LIMIT)
        self.reader = _agent("Ira", scene.agent_id)
        self.stranger = _agent("Oleh", new_id())
        self.principal = self.reader
        given = {
            "addresses": self.addresses,
            "database": scene.database,
            "log": scene.log,
            "uploads": self.uploads,
        }
        api = Litestar(
            make_file_routes(self._may_read),
            dependencies={
                **{name: Provide(_give(part)) for name, part in given.items()},
                "principal": Provide(provide_principal),
            },
            exception_handlers=EXCEPTION_HANDLERS,
            openapi_config=None,
        )
        media = MediaEndpoint(scene.database, store, self.addresses)
        self.app = Dispatch(self._signed_in(api), sockets={}, prefixes={"/media/": media})
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(cast("Any", self.app)),
            base_url="http://desk",
            follow_redirects=True,
        )

    def allow(self, **allowance: int) -> None:
        """Whoever hands something in may hand in as much as this."""
        object.__setattr__(self.uploads, "allowance", Allowance(**allowance))

    async def ask(self, file_id: object, **headers: str) -> httpx.Response:
        """The bytes, the way a browser goes to them."""
        return await self.client.get(f"/api/files/{file_id}", headers=headers)

    async def upload(
        self,
        content: bytes | AsyncIterator[bytes],
        name: str = "cat.png",
        client_id: UUID | None = None,
    ) -> httpx.Response:
        """Hand a file in."""
        client_id = client_id or new_id()
        where = f"/api/files?client_id={client_id}&name={quote(name, safe='', errors='replace')}"
        return await self.client.post(where, content=content)

    async def receive(self, content: bytes, name: str = "cat.png") -> UUID:
        """A customer has sent it, and it was fetched."""
        known = {row["id"] for row in await self.scene.rows("select id from files")}
        part = MediaPart(kind="image", file_state="pending", name=name, source={"file": "cat"})
        await self.scene.tell(message(parts=(part,)))
        rows = await self.scene.rows("select id from files")
        [file_id] = {row["id"] for row in rows} - known
        await mark_ready(self.scene.log, file_id, await self.store.put(content))
        return cast("UUID", file_id)

    async def _may_read(self, _connection: Connection, principal: Principal, _id: UUID) -> bool:
        return principal is self.reader

    def _signed_in(self, api: Litestar) -> ASGIApp:
        async def serve(scope: AsgiScope, receive: Receive, send: Send) -> None:
            scope["user"] = self.principal
            await api(scope, receive, send)

        return serve


def _agent(name: str, user_id: UUID) -> Principal:
    grants = (Grant("agent", "own"),)
    return Principal(kind="user", name=name, user_id=UserId(user_id), grants=grants)


def _give(part: object) -> Any:
    async def give() -> Any:
        return part

    return give
