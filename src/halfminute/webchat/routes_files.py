"""The routes of files in web chat: handed in by the visitor, and shown to them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from msgspec import Meta

from halfminute.conversations.thread import list_files_shown
from halfminute.files.actions.remove_uploads import remove_upload
from halfminute.files.actions.take_upload import NewUpload, UploadParts
from halfminute.files.addresses import MediaAddresses
from halfminute.files.schemas import FileAddress, UploadedFile, uploaded_file
from halfminute.files.types import ShownFile
from halfminute.files.uploading import receive_upload
from halfminute.kit.database import Database
from halfminute.kit.http.context import current_request
from halfminute.webchat.limits import VisitorLimits
from halfminute.webchat.routes import VisitorController
from halfminute.webchat.schemas import WantedFiles
from halfminute.webchat.uploading import for_visitors, refuse_active
from halfminute.webchat.visitors import Shown

_Name = Annotated[str, Meta(max_length=1000)]


class WebchatFileController(VisitorController):
    """Below it `/files`. Needs also `addresses`, `uploads` and `visitor_limits`."""

    path = f"{VisitorController.path}/files"

    # The body is read as it comes, up to the visitors' limit.
    @post("/", request_max_body_size=None)
    async def upload(
        self,
        request: Request[Any, Any, Any],
        *,
        client_id: FromQuery[UUID],
        shown: NamedDependency[Shown],
        uploads: NamedDependency[UploadParts],
        visitor_limits: NamedDependency[VisitorLimits],
        name: FromQuery[_Name] = "",
    ) -> UploadedFile:
        """Hand in a file, the request's body, to be shown by a message within a day.

        `client_id` is of the browser's own making, once a file: sent again, the request gives the
        file that is there. What the file is, its bytes say.
        """
        visitor_limits.uploads.take(current_request().ip or "")
        parts = for_visitors(uploads, visitor_limits.receiving)
        upload = NewUpload(shown.visitor.id, client_id, name)
        file = await receive_upload(parts, upload, request, lambda body: refuse_active(body, name))
        return uploaded_file(file)

    @delete("/{file_id:uuid}", status_code=HTTP_204_NO_CONTENT)
    async def take_back(
        self,
        file_id: FromPath[UUID],
        shown: NamedDependency[Shown],
        database: NamedDependency[Database],
    ) -> None:
        """Take back a file of one's own that no message shows."""
        await remove_upload(database, shown.visitor.id, file_id)

    @post("/addresses", status_code=HTTP_200_OK)
    async def show_addresses(
        self,
        data: JSONBody[WantedFiles],
        shown: NamedDependency[Shown],
        database: NamedDependency[Database],
        addresses: NamedDependency[MediaAddresses],
    ) -> dict[UUID, FileAddress]:
        """Where the bytes of files of the visitor's thread are read, for some hours.

        Files that are not here, or that no message shows to the visitor, are left out.
        """
        files = await list_files_shown(database, shown.visitor.address, data.file_ids)
        return {file.id: address_of(addresses, file) for file in files}


def address_of(addresses: MediaAddresses, file: ShownFile) -> FileAddress:
    """Where its bytes are read, for some hours."""
    address = addresses.make(file.id)
    thumbnail = addresses.make(file.id, "thumbnail") if file.has_thumbnail else None
    return FileAddress(
        url=address.path,
        thumbnail_url=thumbnail.path if thumbnail else None,
        expires_at=address.expires_at,
    )
