"""Gives out all that is held on a contact: for machines as JSON, for people as pages.

Nothing of it is held in memory but a page of messages. It is read in short transactions, so what is
said meanwhile may be in it or not.
"""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec

from halfminute.channels.payloads import iterate_payloads_of
from halfminute.contacts.links import list_links_of, list_presses_of
from halfminute.contacts.queries import get_contact, list_addresses, list_subjects
from halfminute.contacts.schemas import AddressView, ContactView
from halfminute.conversations import export_pages as pages
from halfminute.conversations.tables import export as tables
from halfminute.files.queries import FileRecord, list_files_of_messages
from halfminute.files.store import FileStore
from halfminute.identity.access import require
from halfminute.identity.audit import record_audit
from halfminute.identity.principals import Principal
from halfminute.kit.database import Database
from halfminute.kit.event_log import EventLog
from halfminute.kit.time import utc_now
from halfminute.kit.zip_stream import ZipStream

_PAGE: Final = 200
_BEFORE_ALL: Final = UUID(int=0)


async def export_contact(
    log: EventLog, files: FileStore, principal: Principal, contact_id: UUID
) -> AsyncIterator[bytes]:
    """The pieces of a zip archive, once it is written down who asked for it.

    Raises ContactNotFound, Forbidden. The pieces raise DatabaseUnavailable, StoreUnreachable: the
    archive then ends in the middle and cannot be opened.
    """
    require(principal, "contact.export")
    async with log.write() as unit:
        contact = await get_contact(unit.connection, contact_id)
        about = _About(
            contact=contact,
            addresses=await list_addresses(unit.connection, contact_id),
            subjects=await list_subjects(unit.connection, contact_id),
            links=await list_links_of(unit.connection, contact_id),
            presses=await list_presses_of(unit.connection, contact_id),
        )
        await record_audit(unit, principal, "export_contact", "contact", contact_id)
    return _Export(log.database, files, about).make()


class _About(msgspec.Struct, frozen=True, kw_only=True):
    """Who it is: what `contact.json` tells. `subjects` are what the site calls the contact."""

    contact: ContactView
    addresses: list[AddressView]
    subjects: list[str]
    links: list[dict[str, Any]]
    presses: list[dict[str, Any]]


class _Export:
    def __init__(self, database: Database, files: FileStore, about: _About) -> None:
        self._database = database
        self._files = files
        self._about = about
        self._contact = about.contact
        self._zip = ZipStream()

    async def make(self) -> AsyncIterator[bytes]:
        """All members, in pieces; the first of them before anything large is read."""
        told_at = {"made_at": utc_now()}
        self._zip.add("contact.json", _encode(told_at | msgspec.structs.asdict(self._about)))
        yield self._zip.take()
        told: list[dict[str, Any]] = []
        async for conversation in self._conversations():
            told.append(conversation)
            async for piece in self._conversation(conversation):
                yield piece
        async for piece in self._payloads():
            yield piece
        index = pages.index_page(self._contact, self._about.addresses, self._about.subjects, told)
        self._zip.add("index.html", index.encode())
        self._zip.end()
        yield self._zip.take()

    async def _conversations(self) -> AsyncIterator[dict[str, Any]]:
        after = _BEFORE_ALL
        while True:
            async with self._database.connection() as connection:
                rows = await connection.fetch(
                    tables.EXPORT_CONVERSATIONS, self._contact.id, after, _PAGE
                )
            for row in rows:
                yield dict(row)
            if len(rows) < _PAGE:
                return
            after = rows[-1]["id"]

    async def _conversation(self, conversation: dict[str, Any]) -> AsyncIterator[bytes]:
        name = f"conversations/{conversation['id']}"
        files: dict[UUID, FileRecord] = {}
        with self._zip.member(f"{name}.json") as member:
            member.write(b'{"conversation":' + _encode(conversation) + b',"messages":[')
            comma = b"\n"
            async for rows in self._messages(conversation["id"]):
                files.update(await self._list_files(rows))
                for row in rows:
                    member.write(comma + _encode(dict(row)))
                    comma = b",\n"
                yield self._zip.take()
            member.write(b'\n],"files":' + _encode(_tell_files(files)) + b"}\n")
        names = {file_id: _name_of(file) for file_id, file in files.items()}
        with self._zip.member(f"{name}.html") as member:
            member.write(pages.conversation_head(self._contact, conversation).encode())
            async for rows in self._messages(conversation["id"]):
                for row in rows:
                    words = pages.message_row(self._contact, dict(row), names)
                    member.write(words.encode())
                yield self._zip.take()
            member.write(pages.FOOT.encode())
        for file in files.values():
            async for piece in self._medium(file):
                yield piece

    async def _messages(self, conversation_id: UUID) -> AsyncIterator[list[asyncpg.Record]]:
        after = _BEFORE_ALL
        while True:
            async with self._database.connection() as connection:
                rows = await connection.fetch(tables.EXPORT_MESSAGES, conversation_id, after, _PAGE)
            yield rows
            if len(rows) < _PAGE:
                return
            after = rows[-1]["id"]

    async def _list_files(self, rows: list[asyncpg.Record]) -> dict[UUID, FileRecord]:
        async with self._database.connection() as connection:
            found = await list_files_of_messages(connection, [row["id"] for row in rows])
        return {file.id: file for file in found}

    async def _medium(self, file: FileRecord) -> AsyncIterator[bytes]:
        if file.storage_key is None:
            return
        size = await self._files.find_size(file.storage_key)
        if size is None:
            return
        # Media are packed already, by formats of their own.
        with self._zip.member(f"media/{_name_of(file)}", is_packed=False) as member:
            async for piece in self._files.read(file.storage_key, 0, size):
                member.write(piece)
                yield self._zip.take()

    async def _payloads(self) -> AsyncIterator[bytes]:
        for address in self._about.addresses:
            payloads = iterate_payloads_of(
                self._database, address.channel_account_id, address.external_id
            )
            async for payload in payloads:
                self._zip.add(f"raw/{payload.id}.txt", payload.body)
                yield self._zip.take()


def _tell_files(files: dict[UUID, FileRecord]) -> list[dict[str, Any]]:
    return [
        {
            "id": file.id,
            "state": file.state,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "width": file.width,
            "height": file.height,
            "duration_seconds": file.duration_seconds,
            "member": f"media/{_name_of(file)}" if file.storage_key else None,
        }
        for file in files.values()
    ]


def _name_of(file: FileRecord) -> str:
    """Ours, for a stranger's name may be a path."""
    return f"{file.id}{mimetypes.guess_extension(file.media_type) or '.bin'}"


def _encode(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)
