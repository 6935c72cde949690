"""The script that a site puts into its pages, with all that it must know before the first click.

It asks nothing of the server, so what decides whether and how the button is shown stands in its own
bytes. A version of it is those bytes by their hash, kept for as long as the widget is there
(docs/decisions/0023-the-loader-carries-what-it-must-know.md).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import OrderedDict
from pathlib import Path
from typing import Final
from uuid import UUID

import anyio
import msgspec

from halfminute.kit.database import Database
from halfminute.kit.errors import NotFound
from halfminute.webchat import tables
from halfminute.webchat.colours import ink_on
from halfminute.webchat.errors import UnknownVersion
from halfminute.webchat.settings import Invitation, Side, WidgetSettings

# What the built script calls the parameter that it is handed.
_PARAMETER: Final = b"HALFMINUTE_WIDGET"
OFF: Final = b"/* This chat is switched off. */\n"
# Versions in the memory of one process: a site's visitors ask for the same one.
_REMEMBERED: Final = 200
_VERSION_LENGTH: Final = 32
_VERSION: Final = re.compile(rf"[0-9a-f]{{{_VERSION_LENGTH}}}")


class LoaderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the loader knows of its widget. `ink` can be read on the accent."""

    widget: UUID
    accent: str
    ink: str
    side: Side
    hidden: tuple[str, ...]
    invitation: Invitation


class Loaders:
    """The built loader, and the versions of it that were fixed."""

    def __init__(self, file: Path) -> None:
        """`file` is the script as the web's build made it."""
        self._file = file
        self._versions: OrderedDict[tuple[UUID, str], bytes] = OrderedDict()

    async def make(self, given: bytes) -> bytes:
        """The script, handed this expression. Raises NotFound where it has not been built."""
        try:
            code = await anyio.Path(self._file).read_bytes()
        except FileNotFoundError:
            raise NotFound from None
        # In a function, so that a page gets no name of ours.
        return b"(%b=>{%b})(%b);\n" % (_PARAMETER, code.rstrip(), given)

    async def make_for(self, widget_id: UUID, settings: WidgetSettings) -> bytes:
        """The script of a widget. Raises NotFound where it has not been built."""
        known = LoaderSettings(
            widget=widget_id,
            accent=settings.accent,
            ink=ink_on(settings.accent),
            side=settings.side,
            hidden=settings.hidden_pages,
            invitation=settings.invitation,
        )
        return await self.make(msgspec.json.encode(known))

    async def find_version(self, database: Database, widget_id: UUID, version: str) -> bytes:
        """The bytes of a version that was fixed. Raises UnknownVersion."""
        if _VERSION.fullmatch(version) is None:
            raise UnknownVersion
        key = (widget_id, version)
        body = self._versions.get(key)
        if body is None:
            async with database.connection() as connection:
                body = await connection.fetchval(tables.FIND_LOADER, *key)
            if body is None:
                raise UnknownVersion
            self._versions[key] = body
        self._versions.move_to_end(key)
        while len(self._versions) > _REMEMBERED:
            self._versions.popitem(last=False)
        return body


def version_of(body: bytes) -> str:
    """What a version is called: the beginning of the SHA-256 of its bytes."""
    return hashlib.sha256(body).hexdigest()[:_VERSION_LENGTH]


def integrity_of(body: bytes) -> str:
    """For a script's `integrity` attribute (W3C, Subresource Integrity, 3.1)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def address_of(base_url: str, widget_id: UUID, version: str | None = None) -> str:
    """Where browsers find the script: always the present one, or one version."""
    middle = "" if version is None else f"{version}/"
    return f"{base_url}/widget/v1/{widget_id}/{middle}loader.js"
