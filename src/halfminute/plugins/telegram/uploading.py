"""The multipart body of a call that carries files, streamed from where they are kept.

Its length is told beforehand, and a file is never in memory as a whole. A body that was not written
to its end cannot have been carried out: the server answers a request when it has all of it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from types import SimpleNamespace
from typing import Final

import aiohttp
from aiogram import Bot
from aiogram.types import InputFile
from aiohttp.abc import AbstractStreamWriter

from halfminute.sdk.channel import OutgoingFile
from halfminute.sdk.errors import FileMissing, HalfminuteError, ProviderError

# What a slow line carries; so much longer may a call take that carries files.
_BYTES_A_SECOND: Final = 256 * 1024


class StoredFile(InputFile):
    """A file of ours, where aiogram takes the contents of one."""

    def __init__(self, file: OutgoingFile, name: str) -> None:
        super().__init__(filename=name)
        self.file = file

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Its bytes."""
        del bot
        async for piece in self.file.read():
            yield piece


class FilePayload(aiohttp.Payload):
    """The bytes of one file; `progress` learns of a fault, and when the last has gone."""

    def __init__(self, stored: StoredFile, progress: SimpleNamespace, *, is_last: bool) -> None:
        super().__init__(stored.file, content_type=stored.file.media_type)
        self._size = stored.file.size
        self._file = stored.file
        self._progress = progress
        self._is_last = is_last

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Bytes are no words."""
        raise TypeError(f"a file cannot be shown as {encoding}, {errors}")

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Hands over the bytes; raises what the reading raises, and FileMissing if they are few."""
        written = 0
        try:
            async for piece in self._file.read():
                written += len(piece)
                await writer.write(piece)
            if written != self._file.size:
                raise FileMissing
        except HalfminuteError as error:
            self._progress.fault = _told_of_reading(error)
            raise
        if self._is_last:
            self._progress.is_written = True


def multipart_of(
    fields: Mapping[str, str], files: Mapping[str, StoredFile], progress: SimpleNamespace
) -> aiohttp.MultipartWriter:
    """The body: the fields, then each file under its name."""
    body = aiohttp.MultipartWriter("form-data")
    for name, value in fields.items():
        field = aiohttp.payload.StringPayload(value)
        field.set_content_disposition("form-data", name=name)
        body.append_payload(field)
    for position, (name, stored) in enumerate(files.items(), start=1):
        payload = FilePayload(stored, progress, is_last=position == len(files))
        # As browsers write it (https://datatracker.ietf.org/doc/html/rfc7578#section-4.2): Telegram
        # shows a percent sign as one.
        payload.set_content_disposition(
            "form-data", quote_fields=False, name=name, filename=stored.filename or name
        )
        body.append_payload(payload)
    return body


def seconds_for(files: Sequence[StoredFile]) -> float:
    """How much longer a call may take for these."""
    return sum(stored.file.size for stored in files) / _BYTES_A_SECOND


def _told_of_reading(error: HalfminuteError) -> ProviderError:
    """Nothing was sent, and it may be tried again unless the bytes are gone for good."""
    if isinstance(error, ProviderError):
        return error
    return ProviderError(f"a file could not be read ({error.code})", is_retryable=True)
