"""Runs PostgreSQL's own pg_dump, pg_restore and psql on any of our databases.

They are asked for by the server's major version: an older pg_dump refuses a newer server, and a
pg_restore cannot read what a newer pg_dump wrote (PostgreSQL manual, pg_dump, "Notes").
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from halfminute.kit.embedded_postgres.binaries import find_binaries, read_version
from halfminute.kit.errors import HalfminuteError

PIECE_BYTES: Final = 1024 * 1024
# The settings that a dump begins with; psql of an older server stops at this one.
_HEAD_BYTES: Final = 64 * 1024
_SINCE_17: Final = b"SET transaction_timeout = 0;\n"
# How a program begins its lines: by its name, and psql by the line of its script.
_SPEAKER: Final = re.compile(r"^(?:psql|pg_\w+):(?:<stdin>:\d+:)?\s*")
_PROGRAMS: Final = ("pg_dump", "pg_restore", "psql")


class ProgramsMissing(HalfminuteError):
    """No pg_dump, pg_restore and psql were found that are new enough."""

    code = "postgres_programs_missing"


class ProgramFailed(HalfminuteError):
    """A program of PostgreSQL ended with an error; the message carries its words."""

    code = "postgres_program_failed"


class Programs(NamedTuple):
    """One installation: `directory` holds all three programs of version `major`."""

    directory: Path
    major: int


async def choose_programs(least_major: int) -> Programs:
    """The oldest that are not older than `least_major`. Raises ProgramsMissing.

    The oldest, so that what they write can be read wherever the server's own version runs.
    """
    found = await asyncio.to_thread(_find_programs)
    fitting = [programs for programs in found if programs.major >= least_major]
    if fitting:
        return min(fitting, key=lambda programs: programs.major)
    told = ", ".join(sorted({str(programs.major) for programs in found})) or "none"
    raise ProgramsMissing(
        f"The database needs pg_dump, pg_restore and psql {least_major} or newer, and here is "
        f"{told}: install them (for example `apt-get install postgresql-client-{least_major}`)."
    )


def _find_programs() -> list[Programs]:
    on_path = shutil.which("pg_dump")
    directories = [binaries.directory for binaries in find_binaries()]
    if on_path:
        directories.insert(0, Path(on_path).parent)
    found = []
    for directory in directories:
        version = read_version(directory / "pg_dump")
        if version and all(os.access(directory / name, os.X_OK) for name in _PROGRAMS):
            found.append(Programs(directory, int(version.split(".")[0])))
    return found


async def stream_dump(programs: Programs, url: str, snapshot: str) -> AsyncGenerator[bytes, None]:
    """The database as of an exported snapshot, in pg_dump's custom format.

    To be iterated to its end within the transaction that exported the snapshot. Raises
    ProgramFailed.
    """
    arguments = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
    async with _running(programs, "pg_dump", url, *arguments, stdin=DEVNULL) as (process, words):
        async for piece in _read_pieces(process):
            yield piece
        await _require_success(process, "pg_dump", words)


async def stream_script(
    programs: Programs, dump: AsyncIterator[bytes], sections: Sequence[str], server_major: int
) -> AsyncGenerator[bytes, None]:
    """The SQL of these sections of a dump, for a psql of the same programs. Raises ProgramFailed.

    `sections` are pg_restore's words: pre-data, data, post-data.
    """
    arguments = ("--no-owner", "--no-privileges", "--file=-")
    chosen = [f"--section={section}" for section in sections]
    async with _running(programs, "pg_restore", None, *arguments, *chosen) as (process, words):
        feeding = asyncio.create_task(_feed(process, dump))
        try:
            head = b""
            async for piece in _read_pieces(process):
                if len(head) >= _HEAD_BYTES:
                    yield piece
                    continue
                head += piece
                if len(head) >= _HEAD_BYTES:
                    yield _fit_head(head, server_major)
            if len(head) < _HEAD_BYTES:
                yield _fit_head(head, server_major)
            await feeding
            await _require_success(process, "pg_restore", words)
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)


class Script:
    """A psql that stops at the first error; what is not committed by then never was."""

    def __init__(self, process: Process, words: asyncio.Task[str]) -> None:
        """Made by `open_script`."""
        self._process = process
        self._words = words

    async def write(self, piece: bytes) -> None:
        """Send SQL. Raises ProgramFailed as soon as psql has ended."""
        stdin = self._process.stdin
        if stdin is None or self._process.returncode is not None:
            await self._fail()
            return
        try:
            stdin.write(piece)
            await stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            await self._fail()

    async def run(self, *statements: str) -> None:
        """Send whole statements, without their semicolons."""
        await self.write("".join(f"{statement};\n" for statement in statements).encode())

    async def end(self) -> None:
        """Wait until all was done. Raises ProgramFailed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
        await _require_success(self._process, "psql", self._words)

    async def _fail(self) -> None:
        await self._process.wait()
        raise ProgramFailed(_tell_failure("psql", await self._words))


@asynccontextmanager
async def open_script(programs: Programs, url: str) -> AsyncIterator[Script]:
    """A session to write SQL into. Leaving the block early undoes what was not committed."""
    arguments = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    async with _running(programs, "psql", url, *arguments) as (process, words):
        yield Script(process, words)


@asynccontextmanager
async def _running(
    programs: Programs, name: str, url: str | None, *arguments: str, stdin: int = PIPE
) -> AsyncIterator[tuple[Process, asyncio.Task[str]]]:
    environment = {**os.environ, "LC_MESSAGES": "C"}
    if url is not None:
        # Not on the command line, which every account of the machine may read.
        address, password = split_password(url)
        arguments = (*arguments, f"--dbname={address}")
        environment |= {"PGPASSWORD": password} if password else {}
    process = await asyncio.create_subprocess_exec(
        str(programs.directory / name),
        *arguments,
        stdin=stdin,
        stdout=PIPE,
        stderr=PIPE,
        env=environment,
        cwd="/",
        # A Ctrl-C is ours to hear, and ours to end them in order.
        start_new_session=True,
    )
    words = asyncio.create_task(_read_words(process))
    try:
        yield process, words
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await asyncio.gather(words, return_exceptions=True)


def split_password(url: str) -> tuple[str, str]:
    """A database's URL without its password, and the password as it is typed."""
    parts = urlsplit(url)
    account, at, host = parts.netloc.rpartition("@")
    user, _, password = account.partition(":")
    return urlunsplit(parts._replace(netloc=f"{user}{at}{host}")), unquote(password)


async def _feed(process: Process, pieces: AsyncIterator[bytes]) -> None:
    stdin = process.stdin
    if stdin is None:
        return
    # It stops reading at the end of what it was asked for; whether that was well its status tells.
    with suppress(BrokenPipeError, ConnectionResetError):
        async for piece in pieces:
            stdin.write(piece)
            await stdin.drain()
    stdin.close()


async def _read_pieces(process: Process) -> AsyncIterator[bytes]:
    while process.stdout is not None and (piece := await process.stdout.read(PIECE_BYTES)):
        yield piece


async def _read_words(process: Process) -> str:
    words = b""
    while process.stderr is not None and (piece := await process.stderr.read(4096)):
        # The first error is the reason; those after it are its consequences.
        words = (words + piece)[:_HEAD_BYTES]
    return words.decode(errors="replace")


async def _require_success(process: Process, name: str, words: asyncio.Task[str]) -> None:
    if await process.wait() != 0:
        raise ProgramFailed(_tell_failure(name, await words))


def _tell_failure(name: str, words: str) -> str:
    lines = [line for line in words.splitlines() if re.search(r"\b(error|FATAL|ERROR)\b", line)]
    line = (lines or words.splitlines() or ["it said nothing"])[0]
    return f"{name} failed: {_SPEAKER.sub('', line).strip()}"


def _fit_head(head: bytes, server_major: int) -> bytes:
    return head.replace(_SINCE_17, b"", 1) if server_major < 17 else head
