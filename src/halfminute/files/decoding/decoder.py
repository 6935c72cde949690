"""Starts the process that decodes, and checks what it says.

found = await Decoder().preview(file, "image/png", made)
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from typing import Annotated, Any, BinaryIO, Final, Literal, NamedTuple

import msgspec
import structlog
from msgspec import Meta

from halfminute.files.decoding.refusal import Reason
from halfminute.files.types import WAVEFORM_LENGTH

# A little more than the process gives itself.
_PATIENCE_SECONDS: Final = 75.0
_AT_ONCE: Final = 2
_REFUSED: Final = 3
_LONGEST_ANSWER: Final = 16 * 1024
_CHILD: Final = "halfminute.files.decoding.child"

logger = structlog.get_logger(__name__)

_Side = Annotated[int, Meta(gt=0, le=100_000)]


class Undecodable(Exception):
    """The file cannot be read, or takes more than we give it; `reason` says which."""

    def __init__(self, reason: Reason) -> None:
        """One of the words of `refusal`."""
        super().__init__(reason)
        self.reason = reason


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the process found. It read a stranger's bytes, so its words are checked like theirs."""

    width: _Side | None = None
    height: _Side | None = None
    is_animated: bool = False
    has_thumbnail: bool = False
    has_film: bool = False
    has_sound: bool = False
    duration_seconds: Annotated[float, Meta(ge=0, le=10_000_000)] | None = None
    waveform: (
        Annotated[
            list[Annotated[int, Meta(ge=0, le=100)]],
            Meta(min_length=WAVEFORM_LENGTH, max_length=WAVEFORM_LENGTH),
        ]
        | None
    ) = None
    channels: int | None = None
    codec: str = ""

    @property
    def whole_seconds(self) -> int | None:
        """How long it lasts; what is shorter than a second lasts one."""
        return None if self.duration_seconds is None else max(1, round(self.duration_seconds))


class Decoded(NamedTuple):
    """What was found, and an open file with what was made."""

    found: Found
    made: BinaryIO


def can_decode_films() -> bool:
    """Whether the extra `media` is installed."""
    return find_spec("av") is not None


class Decoder:
    """Decodes a few files at a time."""

    def __init__(self, *, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        """Each gets a process of its own, which is killed when the patience is over."""
        self._patience_seconds = patience_seconds
        self._turns = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def decode(
        self, task: Literal["clean", "unload", "preview"], file: BinaryIO, media_type: str
    ) -> AsyncIterator[Decoded]:
        """`made` has what the task makes, and is gone afterwards. Raises Undecodable."""
        with tempfile.TemporaryFile() as made:  # no name is opened
            # Who works on with what was made, perhaps by another task, has no turn any more.
            async with self._turns:
                answer = await self._run(task, file, media_type, made)
            made.seek(0)
            yield Decoded(answer, made)

    async def _run(self, task: str, file: Any, media_type: str, made: Any) -> Found:
        file.seek(0)
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", _CHILD, task, media_type, str(made.fileno())),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=(made.fileno(),),
            env=_bare_environment(),
            cwd="/",
        )
        try:
            async with asyncio.timeout(self._patience_seconds):
                answer, _ = await child.communicate()
        except TimeoutError:
            logger.warning("decoding_took_too_long", task=task, media_type=media_type)
            raise Undecodable("unpacks_to_too_much") from None
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        return _read_answer(child.returncode or 0, answer[:_LONGEST_ANSWER], media_type)


class _Refusal(msgspec.Struct):
    reason: Reason


def _read_answer(code: int, answer: bytes, media_type: str) -> Found:
    try:
        if code == _REFUSED:
            raise Undecodable(msgspec.json.decode(answer, type=_Refusal).reason)
        if code == 0:
            return msgspec.json.decode(answer, type=Found)
    except msgspec.MsgspecError:
        pass
    # Killed by a limit, or broken by the file: the same to whoever handed it in.
    logger.warning("decoding_broke", exit_code=code, media_type=media_type)
    raise Undecodable("unpacks_to_too_much" if code < 0 else "unreadable")


def _bare_environment() -> dict[str, str]:
    """No secret of ours is within the reach of what reads a stranger's bytes."""
    kept = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "TMPDIR")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    return {**given, "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}
