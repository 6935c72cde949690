"""The routes by which a person gets all that is held on them, or has it erased."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.response import Stream
from litestar.status_codes import HTTP_200_OK

from halfminute.contacts.erasure_journal import ErasureJournal
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.actions.export_contact import export_contact
from halfminute.files.store import FileStore
from halfminute.identity.guards import requires
from halfminute.identity.principals import Principal
from halfminute.kit.event_log import EventLog
from halfminute.kit.text import STORABLE
from halfminute.kit.time import Moment

_ZIP = ResponseSpec(
    bytes, generate_examples=False, media_type="application/zip", description="The archive."
)


class ErasureConfirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contact's name, typed by who wants it erased; `erase` for one without a name."""

    name: Annotated[str, msgspec.Meta(max_length=1000, pattern=STORABLE)]


class ErasureView(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure; until it is `finished_at`, what was said is still being erased."""

    contact_id: UUID
    requested_at: Moment
    finished_at: Moment | None


class PersonalDataController(Controller):
    """`/api/contacts/{contact_id}`. Needs `log`, `files`, `erasures` and `principal`."""

    path = "/api/contacts/{contact_id:uuid}"
    tags = ("contacts",)

    @get("/export", guards=[requires("contact.export")], responses={200: _ZIP})
    async def export(
        self,
        contact_id: FromPath[UUID],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        files: NamedDependency[FileStore],
    ) -> Stream:
        """All that is held on the contact, as a zip archive of JSON, pages and media."""
        pieces = await export_contact(log, files, principal, contact_id)
        return Stream(
            pieces,
            media_type="application/zip",
            headers={
                "Content-Disposition": f'attachment; filename="contact-{contact_id}.zip"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    @post("/erasure", guards=[requires("contact.erase")], status_code=HTTP_200_OK)
    async def erase(
        self,
        contact_id: FromPath[UUID],
        data: JSONBody[ErasureConfirmation],
        principal: NamedDependency[Principal],
        log: NamedDependency[EventLog],
        erasures: NamedDependency[ErasureJournal],
    ) -> ErasureView:
        """Erase the contact for good. Again, it is the same erasure."""
        erasure = await erase_contact(
            log, principal, contact_id, confirmation=data.name, keep=erasures.keep
        )
        return ErasureView(
            contact_id=contact_id,
            requested_at=erasure.requested_at,
            finished_at=erasure.finished_at,
        )
