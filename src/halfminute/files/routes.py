"""`/api/files`: handing files in, and finding those of the conversations that one may read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from msgspec import Meta

from halfminute.files.actions.remove_uploads import remove_upload
from halfminute.files.actions.retry_file import retry_file
from halfminute.files.actions.take_upload import NewUpload, UploadParts
from halfminute.files.addresses import MediaAddresses
from halfminute.files.errors import FileNotFound, FileNotReady
from halfminute.files.queries import FileRecord, get_file, list_conversation_ids
from halfminute.files.schemas import FileAddress, FileStanding, UploadedFile, uploaded_file
from halfminute.files.types import Variant
from halfminute.files.uploading import receive_upload
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.database import Connection, Database
from halfminute.kit.errors import Forbidden
from halfminute.kit.event_log import EventLog

# Whether a principal may read a conversation; `conversations` knows.
MayReadConversation = Callable[[Connection, Principal, UUID], Awaitable[bool]]

_Name = Annotated[str, Meta(max_length=1000)]
# Whether a file is nobody's own: whoever may read files at all may see it.
IsForAll = Callable[[Connection, UUID], Awaitable[bool]]

# For less time than the address is good, since it is asked for anew afterwards.
_REDIRECT_HEADERS: Final = {"Cache-Control": "private, max-age=3600"}


@post(
    "/api/files",
    guards=[requires("file.upload")],
    tags=["files"],
    # The body is read as it comes, up to the limit of the settings.
    request_max_body_size=None,
)
async def upload_file(
    request: Request[Any, Any, Any],
    *,
    client_id: FromQuery[UUID],
    principal: NamedDependency[Principal],
    uploads: NamedDependency[UploadParts],
    name: FromQuery[_Name] = "",
) -> UploadedFile:
    """Hand in a file, the request's body, to be shown by a message within a day.

    `client_id` is of the client's own making, once a file: sent again, the request gives the file
    that is there. What the file is, its bytes say; a picture is cleaned of all that is not picture.
    """
    if principal.user_id is None:
        raise Forbidden
    upload = NewUpload(principal.user_id, client_id, name)
    return uploaded_file(await receive_upload(uploads, upload, request))


@delete("/api/files/{file_id:uuid}", guards=[requires("file.upload")], tags=["files"])
async def delete_file(
    file_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    database: NamedDependency[Database],
) -> None:
    """Take back a file of one's own that no message shows."""
    if principal.user_id is None:
        raise FileNotFound
    await remove_upload(database, principal.user_id, file_id)


def make_file_routes(
    may_read: MayReadConversation, is_for_all: IsForAll | None = None
) -> list[HTTPRouteHandler]:
    """The routes; without `is_for_all` each file is somebody's.

    They need `principal`, `database`, `log`, `addresses` and `uploads`."""

    async def find(database: Database, principal: Principal, file_id: UUID) -> FileRecord:
        async with database.connection() as connection:
            file = await get_file(connection, file_id)
            if not await _is_reader(connection, principal, file, may_read, is_for_all):
                raise FileNotFound
        return file

    @get("/api/files/{file_id:uuid}", guards=[requires("file.read")], tags=["files"])
    async def show_file(
        file_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[MediaAddresses],
    ) -> Redirect:
        """On to the bytes: 404 for who may not see them, 409 until they are here."""
        return _send_on(addresses, await find(database, principal, file_id), "file")

    @get("/api/files/{file_id:uuid}/thumbnail", guards=[requires("file.read")], tags=["files"])
    async def show_thumbnail(
        file_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[MediaAddresses],
    ) -> Redirect:
        """On to a small picture (WebP) of a picture, or of how a film begins."""
        file = await find(database, principal, file_id)
        if file.state == "ready" and file.thumbnail_key is None:
            raise FileNotFound
        return _send_on(addresses, file, "thumbnail")

    @get("/api/files/{file_id:uuid}/address", guards=[requires("file.read")], tags=["files"])
    async def get_file_address(
        file_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        addresses: NamedDependency[MediaAddresses],
    ) -> FileAddress:
        """An address that needs no sign-in, for some hours."""
        file = await find(database, principal, file_id)
        _require_ready(file)
        address = addresses.make(file_id)
        thumbnail = addresses.make(file_id, "thumbnail") if file.thumbnail_key else None
        return FileAddress(
            url=address.path,
            thumbnail_url=thumbnail.path if thumbnail else None,
            expires_at=address.expires_at,
        )

    @post(
        "/api/files/{file_id:uuid}/retry",
        guards=[requires("file.read")],
        status_code=200,
        tags=["files"],
    )
    async def fetch_file_again(
        file_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        database: NamedDependency[Database],
        log: NamedDependency[EventLog],
    ) -> FileStanding:
        """Have a file fetched once more that failed or had expired."""
        await find(database, principal, file_id)
        return FileStanding(id=file_id, state=await retry_file(log, file_id))

    return [
        upload_file,
        delete_file,
        show_file,
        show_thumbnail,
        get_file_address,
        fetch_file_again,
    ]


async def _is_reader(
    connection: Connection,
    principal: Principal,
    file: FileRecord,
    may_read: MayReadConversation,
    is_for_all: IsForAll | None,
) -> bool:
    is_unused = file.uploaded_by is not None and file.used_at is None
    if is_unused:
        return principal.user_id is not None and principal.user_id == file.uploaded_by
    for conversation_id in await list_conversation_ids(connection, file.id):
        if await may_read(connection, principal, conversation_id):
            return True
    return is_for_all is not None and await is_for_all(connection, file.id)


def _require_ready(file: FileRecord) -> None:
    if file.state != "ready":
        raise FileNotReady(state=file.state)


def _send_on(addresses: MediaAddresses, file: FileRecord, variant: Variant) -> Redirect:
    _require_ready(file)
    path = addresses.make(file.id, variant).path
    return Redirect(path, status_code=302, headers=_REDIRECT_HEADERS)
