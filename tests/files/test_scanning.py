"""Nobody is given a file before the scanner has looked at it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from halfminute.channels.fetching import ProviderFiles
from halfminute.files import scan_worker
from halfminute.files.errors import ScannerUnreachable, UnscannableFile
from halfminute.files.fetching import FileFetcher
from halfminute.files.keeping import delete_loose_bytes
from halfminute.files.queries import get_unscanned
from halfminute.files.scan_worker import ScanWorker
from halfminute.files.scanning import Clamd, Scanner
from halfminute.files.store import FileStore
from halfminute.kit.ids import new_id
from halfminute.main.deep_checks import check_scanner
from halfminute.sdk.model import MediaPart
from tests.files import samples
from tests.files.browser import Browser
from tests.files.clamd import EICAR, STREAM_LIMIT, StrictClamd, find_clamd, open_clamd
from tests.plain_channel import message
from tests.scene import Scene

HARMLESS = samples.picture()


@pytest.fixture
async def strict() -> AsyncIterator[StrictClamd]:
    clamd = StrictClamd()
    async with clamd.running():
        yield clamd
    assert clamd.faults == []


@pytest.fixture
async def real(server_directory: Path) -> AsyncIterator[Clamd]:
    """A real one; skipped where the machine has none, a failure on CI."""
    program = find_clamd()
    if program is None:
        reason = "clamd is missing: install it (Debian: apt-get install clamav-daemon)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    async with open_clamd(program, server_directory) as address:
        yield Clamd(address)


async def _pieces(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]
    yield b""


@asynccontextmanager
async def _working(scene: Scene, store: FileStore, scanner: Scanner | None) -> AsyncIterator[None]:
    """A delivery process at work."""
    fetch = ProviderFiles(scene.book, scene.clients).fetch
    tasks = [
        asyncio.create_task(FileFetcher(scene.log, store, fetch, is_scanned=True).run()),
        asyncio.create_task(ScanWorker(scene.log, store, scanner).run()),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def _wait_for(scene: Scene, condition: str) -> asyncpg.Record:
    async with asyncio.timeout(30):
        while True:
            rows = await scene.rows(f"select * from files where {condition}")  # noqa: S608
            if rows:
                return rows[0]
            await asyncio.sleep(0.02)


async def _send(scene: Scene, content: bytes) -> None:
    scene.channel.files["cat"] = content
    part = MediaPart(kind="file", file_state="pending", source={"file": "cat"}, name="cat.png")
    await scene.tell(message(parts=(part,)))


def _list_kept(place: Path) -> list[Path]:
    return [found for found in place.rglob("*") if found.is_file()]


async def test_a_real_scanner_tells_the_harmful_from_the_harmless(real: Clamd) -> None:
    assert await real.scan(_pieces(HARMLESS)) is None
    assert "Eicar" in str(await real.scan(_pieces(EICAR)))
    assert "Eicar" in str(await real.scan(_pieces(EICAR, size=7)))
    assert await real.scan(_pieces(b"")) is None


async def test_a_real_scanner_that_will_not_look_is_told_from_one_that_is_away(
    real: Clamd,
) -> None:
    with pytest.raises(UnscannableFile) as refused:
        await real.scan(_pieces(os.urandom(STREAM_LIMIT * 3), size=64 * 1024))
    assert "size limit" in refused.value.fields["reason"]
    assert await real.scan(_pieces(HARMLESS)) is None


async def test_a_real_scanner_keeps_an_infected_upload_out(
    scene: Scene, store: FileStore, real: Clamd, tmp_path: Path
) -> None:
    browser = Browser(scene, store, real)

    infected = await browser.upload(EICAR, "letter.txt")
    clean = await browser.upload(HARMLESS)

    assert (infected.status_code, infected.json()["code"]) == (422, "infected_file")
    assert clean.json()["state"] == "ready"
    assert len(await scene.rows("select id from files")) == 1
    assert len(_list_kept(tmp_path / "media")) == 1


async def test_the_protocol_is_spoken_by_the_letter(strict: StrictClamd) -> None:
    clamd = Clamd(strict.address)
    await clamd.ping()
    assert await clamd.scan(_pieces(HARMLESS, size=1)) is None
    assert await clamd.scan(_pieces(EICAR)) == "Eicar-Test"
    assert strict.scanned == [HARMLESS, EICAR]


@pytest.mark.parametrize("answer", [b"stream: something ERROR\0", b"what?\0", b"\0", b"OK\0"])
async def test_what_is_no_verdict_is_not_taken_for_clean(
    strict: StrictClamd, answer: bytes
) -> None:
    strict.answer = answer
    with pytest.raises(UnscannableFile):
        await Clamd(strict.address).scan(_pieces(HARMLESS))


async def test_an_answer_without_an_end_is_no_verdict(strict: StrictClamd) -> None:
    strict.answer = b"stream: OK" * 1000
    with pytest.raises(ScannerUnreachable):
        await Clamd(strict.address).scan(_pieces(HARMLESS))
    strict.faults.clear()


async def test_a_scanner_that_hangs_is_not_waited_for_for_ever() -> None:
    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hung.append(writer)

    hung: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(ScannerUnreachable):
        await Clamd(f"tcp://127.0.0.1:{port}", answer_seconds=0.2).scan(_pieces(HARMLESS))
    for writer in hung:
        writer.close()
    server.close()


async def test_an_inbound_file_is_seen_after_it_was_scanned(
    scene: Scene, store: FileStore, strict: StrictClamd
) -> None:
    await _send(scene, HARMLESS)

    async with _working(scene, store, Clamd(strict.address)):
        await _wait_for(scene, "state = 'ready'")

    assert strict.scanned == [HARMLESS]
    assert (await scene.events())[-1] == "FileReady"


async def test_an_infected_file_is_told_and_its_bytes_go(
    scene: Scene, store: FileStore, strict: StrictClamd, tmp_path: Path
) -> None:
    await _send(scene, b"letter: " + EICAR)

    async with _working(scene, store, Clamd(strict.address)):
        file = await _wait_for(scene, "state = 'infected'")

    assert (file["reason"], file["storage_key"]) == ("Eicar-Test", None)
    assert (await scene.events())[-1] == "FileInfected"
    await delete_loose_bytes(scene.database, store)
    assert _list_kept(tmp_path) == []
    browser = Browser(scene, store)
    answer = await browser.ask(file["id"])
    assert (answer.status_code, answer.json()["fields"]) == (409, {"state": "infected"})
    retry = await browser.client.post(f"/api/files/{file['id']}/retry")
    assert (retry.status_code, retry.json()["code"]) == (409, "file_not_retryable")


async def test_while_the_scanner_is_away_files_wait_and_the_doctor_says_so(
    scene: Scene, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_worker, "_FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(scan_worker, "_LONGEST_PAUSE_SECONDS", 0.05)
    away = StrictClamd()
    async with away.running():
        pass
    port = int(away.address.rpartition(":")[2])
    clamd = Clamd(away.address)
    await _send(scene, HARMLESS)

    async with _working(scene, store, clamd):
        file = await _wait_for(scene, "state = 'pending' and scan_attempts >= 2")
        assert (await Browser(scene, store).ask(file["id"])).status_code == 409
        async with scene.database.connection() as connection:
            assert (await get_unscanned(connection)).waiting == 1
            finding = await check_scanner(connection, clamd)
        assert not finding.is_good
        assert "1 files wait" in finding.told
        async with away.running(port):
            await _wait_for(scene, "state = 'ready'")

    assert away.faults == []


async def test_an_upload_waits_for_the_scanner_and_comes_again_as_it_stands(
    scene: Scene, store: FileStore, strict: StrictClamd
) -> None:
    away = StrictClamd()
    async with away.running():
        pass
    browser, client_id = Browser(scene, store, Clamd(away.address)), new_id()

    first = await browser.upload(HARMLESS, client_id=client_id)
    assert first.json()["state"] == "pending"
    assert (await browser.ask(first.json()["id"])).status_code == 409

    async with _working(scene, store, Clamd(strict.address)):
        await _wait_for(scene, "state = 'ready'")
    again = await browser.upload(HARMLESS, client_id=client_id)
    assert (again.json()["id"], again.json()["state"]) == (first.json()["id"], "ready")


async def test_what_waited_is_ready_when_the_scanner_is_switched_off(
    scene: Scene, store: FileStore
) -> None:
    await _send(scene, HARMLESS)
    async with _working(scene, store, None):
        await _wait_for(scene, "state = 'ready'")


async def test_a_file_that_the_scanner_refuses_is_not_shown(
    scene: Scene, store: FileStore, strict: StrictClamd, tmp_path: Path
) -> None:
    strict.answer = b"INSTREAM size limit exceeded. ERROR\0"
    await _send(scene, HARMLESS)

    async with _working(scene, store, Clamd(strict.address)):
        file = await _wait_for(scene, "state = 'failed'")

    assert "size limit" in file["reason"]
    await delete_loose_bytes(scene.database, store)
    assert _list_kept(tmp_path) == []


async def test_bytes_that_were_lost_before_the_scan_are_fetched_once_more(
    scene: Scene, store: FileStore, strict: StrictClamd
) -> None:
    await _send(scene, HARMLESS)
    await scene.execute(
        "update files set storage_key = 'aa/gone', size = 10, scan_due_at = now(), sha256 = '\\x00'"
    )

    async with _working(scene, store, Clamd(strict.address)):
        file = await _wait_for(scene, "state = 'ready'")

    assert file["storage_key"] != "aa/gone"
    # That it was asked in vain, it cannot know.
    strict.faults.clear()
    assert strict.scanned == [HARMLESS]


async def test_two_workers_scan_each_file_once(
    scene: Scene, store: FileStore, strict: StrictClamd
) -> None:
    await _send(scene, HARMLESS)
    clamd = Clamd(strict.address)
    async with _working(scene, store, clamd), _working(scene, store, clamd):
        await _wait_for(scene, "state = 'ready'")
    assert len(strict.scanned) == 1
    assert (await scene.events()).count("FileReady") == 1
