"""Strangers' bytes are decoded in a process that has narrow limits and knows no secret."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from halfminute.files.decoding import decoder as module
from halfminute.files.decoding.decoder import Decoder, Undecodable
from tests.files import samples


@pytest.fixture
def picture() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        file.write(samples.picture())
        file.flush()
        yield file


def _list_children() -> set[str]:
    """The processes of ours that decode (proc(5))."""
    told = [place.read_text() for place in Path("/proc/self/task").glob("*/children")]
    lines = [_command_of(pid) for pids in told for pid in pids.split()]
    return {line for line in lines if "decoding.child" in line}


def _command_of(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _run_limited(code: str) -> subprocess.CompletedProcess[bytes]:
    begun = "from halfminute.files.decoding import child; child.limit_yourself()\n"
    return subprocess.run(
        [sys.executable, "-c", begun + code], capture_output=True, check=False, timeout=60
    )


def test_no_more_memory_is_given_than_the_limit() -> None:
    code = "try:\n bytearray(3 << 30)\nexcept MemoryError:\n print('refused')"
    assert _run_limited(code).stdout == b"refused\n"


def test_no_more_is_written_than_the_limit() -> None:
    code = (
        "import tempfile, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "file = tempfile.TemporaryFile()\n"
        "try:\n file.truncate(child.OUTPUT_BYTES + 1)\n"
        "except OSError as error:\n print(error.errno)"
    )
    assert _run_limited(code).stdout == b"27\n"


def test_no_more_time_is_given_than_the_limit() -> None:
    code = (
        "import resource, signal\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[0], signal.alarm(0) > 0)"
    )
    assert _run_limited(code).stdout == b"20 True\n"


async def test_who_takes_too_long_is_ended(picture: BinaryIO) -> None:
    with pytest.raises(Undecodable):
        async with Decoder(patience_seconds=0.001).decode("preview", picture, "image/png"):
            pass
    assert _list_children() == set()


async def test_who_is_no_longer_waited_for_is_ended(picture: BinaryIO) -> None:
    async def decode() -> None:
        async with Decoder().decode("preview", picture, "image/png"):
            pass

    task = asyncio.create_task(decode())
    async with asyncio.timeout(30):
        while not _list_children():  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert _list_children() == set()


def test_no_secret_is_in_its_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALFMINUTE_DATABASE_URL", "postgresql://canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    assert "canary" not in str(module._bare_environment())


@pytest.mark.parametrize(
    ("code", "answer", "reason"),
    [
        (0, b"{}x", "unreadable"),
        (0, b'{"width": -1}', "unreadable"),
        (0, b'{"width": "1"}', "unreadable"),
        (0, b'{"waveform": [1, 2, 3]}', "unreadable"),
        (0, b'{"waveform": [' + b"101," * 63 + b"1]}", "unreadable"),
        (3, b'{"reason": "made up"}', "unreadable"),
        (3, b'{"reason": "too_many_pixels"}', "too_many_pixels"),
        (1, b"", "unreadable"),
        (-9, b"", "unpacks_to_too_much"),
        (-11, b'{"width": 10}', "unpacks_to_too_much"),
    ],
)
def test_its_words_are_not_believed(code: int, answer: bytes, reason: str) -> None:
    with pytest.raises(Undecodable) as told:
        module._read_answer(code, answer, "image/png")
    assert told.value.reason == reason
