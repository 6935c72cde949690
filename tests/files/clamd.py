"""A real clamd with one signature, and a fake that is stricter than it about the protocol."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from halfminute.files.errors import ScannerUnreachable
from halfminute.files.scanning import Clamd

# The harmless file that every scanner knows (eicar.org), in two pieces, lest this one is found.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
STREAM_LIMIT = 1024 * 1024


def find_clamd() -> str | None:
    """The machine's clamd."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@asynccontextmanager
async def open_clamd(program: str, place: Path) -> AsyncIterator[str]:
    """Its address, while it runs. `place` must have a short path."""
    database = place / "db"
    database.mkdir()
    (database / "test.ndb").write_text(f"Eicar-Test:0:0:{EICAR.hex()}\n")
    socket = place / "clamd.ctl"
    lines = [
        f"LocalSocket {socket}",
        f"DatabaseDirectory {database}",
        "Foreground yes",
        f"StreamMaxLength {STREAM_LIMIT}",
        "MaxThreads 2",
        *(["User root"] if os.geteuid() == 0 else []),
    ]
    configuration = place / "clamd.conf"
    configuration.write_text("\n".join(lines) + "\n")
    process = await asyncio.create_subprocess_exec(
        program,
        f"--config-file={configuration}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _wait_for(Clamd(f"unix:{socket}"))
        yield f"unix:{socket}"
    finally:
        process.terminate()
        await process.wait()


async def _wait_for(clamd: Clamd) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await clamd.ping()
            except ScannerUnreachable:
                await asyncio.sleep(0.1)
            else:
                return


class StrictClamd:
    """Speaks the protocol by the letter of clamd(8), and notes every letter that is wrong."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.scanned: list[bytes] = []
        self.answer: bytes | None = None
        self.address = ""

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            command = await reader.readuntil(b"\0")
            if command == b"zPING\0":
                writer.write(b"PONG\0")
            elif command == b"zINSTREAM\0":
                content = await self._read_stream(reader)
                self.scanned.append(content)
                writer.write(self.answer or _verdict(content))
            else:
                self.faults.append(f"unknown command {command!r}")
            await writer.drain()
            if await reader.read(1):
                self.faults.append("more after the end")
        except (OSError, asyncio.IncompleteReadError) as error:
            self.faults.append(f"broken off: {error!r}")
        finally:
            writer.close()

    async def _read_stream(self, reader: asyncio.StreamReader) -> bytes:
        content = bytearray()
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            if length > STREAM_LIMIT:
                self.faults.append(f"a chunk of {length}")
            content += await reader.readexactly(length)
        return bytes(content)


def _verdict(content: bytes) -> bytes:
    return b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0"
