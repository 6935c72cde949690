"""A backup is one state of everything, whatever goes on meanwhile, or it is nothing."""

from __future__ import annotations

import asyncio
import tarfile
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from obstore.store import MemoryStore, S3Store

from halfminute.files.errors import StoreUnreachable
from halfminute.files.store import FileStore
from halfminute.kit.event_log import LogTail, log_end
from halfminute.kit.partitions import make_partitions
from halfminute.kit.postgres_programs import ProgramFailed
from halfminute.main.backup import Installation, check_backup
from halfminute.main.backup.errors import KeyNeeded, NotABackup, TargetTaken
from halfminute.main.backup.make import _open_snapshot
from tests.main.backup.vault import (
    ask,
    back_up,
    contents,
    execute,
    fetching,
    mode_of,
    names_in,
    picture,
    read,
    restore,
    until_fetched,
    untold,
    write,
)
from tests.main.cli.running import free_port
from tests.plain_channel import message
from tests.scene import Scene

WITHOUT_THEIR_OWN = {
    "a message without its conversation": """
        select from messages m where not exists (
            select from conversations c where c.id = m.conversation_id)""",
    "a message without its fact": """
        select from messages m where not exists (
            select from events e
             where e.stream = 'conversation:' || m.conversation_id
               and e.type = 'MessageReceived' and e.data ->> 'message_id' = m.id::text)""",
    "a fact without its message": """
        select from events e where e.type = 'MessageReceived' and not exists (
            select from messages m where m.id::text = e.data ->> 'message_id')""",
    "a key without its payload": """
        select from inbound_keys k where not exists (
            select from raw_payloads r where r.id = k.raw_payload_id)""",
    "a payload without its message": """
        select from raw_payloads r where not exists (
            select from messages m where m.raw_payload_id = r.id)""",
    "a file that no message shows": """
        select from files f where not exists (
            select from message_files m where m.file_id = f.id)""",
    "a stream with a gap": """
        select s.stream from streams s join events e using (stream)
         group by s.stream, s.last_seq
        having s.last_seq <> max(e.seq) or s.last_seq <> count(*)""",
}


class Load:
    """Customers who write all the time, every fifth message with a picture."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.acknowledged = 0
        self._numbers = count()

    async def write(self) -> None:
        for number in self._numbers:
            chat = f"chat-{number % 17}"
            if number % 5 == 0:
                await self.scene.tell(picture(self.scene, number, chat=chat))
            else:
                await self.scene.tell(message(f"{number}", chat=chat))
            self.acknowledged += 1

    async def reaches(self, number: int) -> None:
        async with asyncio.timeout(60):
            while self.acknowledged < number:  # noqa: ASYNC110 - the customers know nothing of it
                await asyncio.sleep(0.01)


async def test_made_under_load_it_is_one_state_of_everything(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    load = Load(scene)
    async with fetching(scene, source.files):
        customers = [asyncio.create_task(load.write()) for _ in range(8)]
        await load.reaches(60)
        before = load.acknowledged

        manifest = await back_up(source, archive)

        await load.reaches(load.acknowledged + 20)
        for customer in customers:
            customer.cancel()
        await asyncio.gather(*customers, return_exceptions=True)
    restored = await restore(empty, archive)

    assert before <= manifest.row_counts["public.messages"] < load.acknowledged
    url = empty.database_url
    for fault, statement in WITHOUT_THEIR_OWN.items():
        assert await ask(url, statement) == [], fault
    for table, rows in manifest.row_counts.items():
        if table != "public.router_cursors":
            assert (await ask(url, f"select count(*) from {table}"))[0][0] == rows, table  # noqa: S608
    assert len(await contents(url, empty.files)) == restored.media == manifest.media.files > 0
    assert (restored.missing, manifest.media.missing, manifest.media.altered) == (0, 0, 0)


async def test_nobody_who_reads_the_log_waits_for_it(scene: Scene, source: Installation) -> None:
    async with _open_snapshot(source.database_url), scene.database.connection() as connection:
        tail = LogTail(await log_end(connection))
        await scene.tell(message())
        assert await tail.read(connection)
        # Settled: the open snapshot is not taken for a writer that may still commit before it.
        assert tail.cursor.ahead == frozenset()


async def test_partitions_are_made_before_or_after_and_keep_nobody_waiting(
    scene: Scene, source: Installation
) -> None:
    await scene.execute("truncate events")  # what the default partition holds is in the way
    await make_partitions(scene.database)
    months = "select relname from pg_class where relname ~ '^events_[0-9_]+$'"
    all_months = sorted(row["relname"] for row in await scene.rows(months))
    await scene.execute(f"drop table {all_months[-1]}")

    async with _open_snapshot(source.database_url) as snapshot:
        await snapshot.connection.execute("select from events")  # holds it as pg_dump does
        await asyncio.wait_for(make_partitions(scene.database), 3)
        await scene.tell(message())
        assert len(await scene.rows(months)) == len(all_months) - 1

    await make_partitions(scene.database)
    assert len(await scene.rows(months)) == len(all_months)


async def test_media_that_are_gone_or_altered_are_told_and_counted(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    async with fetching(scene, source.files):
        await scene.tell(*(picture(scene, number) for number in range(4)))
        await until_fetched(scene)
    gone, altered, *_ = await scene.rows("select storage_key from files order by id")
    await source.files.delete(gone["storage_key"])
    await source.files.keep(altered["storage_key"], b"other bytes")

    manifest = await back_up(source, archive)
    restored = await restore(empty, archive)

    figures = manifest.media
    assert (figures.files, figures.missing, figures.altered) == (3, 1, 1)
    assert (restored.media, restored.missing) == (3, 1)
    assert await empty.files.find_size(altered["storage_key"]) == len(b"other bytes")


async def test_media_of_another_kind_of_store_are_copied_too(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    source = replace(source, files=FileStore(MemoryStore()))
    empty = replace(empty, files=FileStore(MemoryStore()))
    async with fetching(scene, source.files):
        await scene.tell(picture(scene, 1), picture(scene, 2))
        await until_fetched(scene)

    await back_up(source, archive)
    await restore(empty, archive)

    before = await contents(source.database_url, source.files)
    assert await contents(empty.database_url, empty.files) == before
    assert len(before) == 2


async def test_a_store_that_does_not_answer_is_not_taken_for_one_without_media(
    scene: Scene, source: Installation, archive: Path
) -> None:
    async with fetching(scene, source.files):
        await scene.tell(picture(scene, 1))
        await until_fetched(scene)
    nobody = S3Store(
        "media",
        endpoint=f"http://127.0.0.1:{free_port()}",
        region="local",
        skip_signature=True,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=1)},
    )

    with pytest.raises(StoreUnreachable, match="does not answer"):
        await back_up(replace(source, files=FileStore(nobody)), archive)

    assert names_in(archive.parent) == []


async def test_the_file_is_a_tar_for_its_owner_alone(
    scene: Scene, source: Installation, archive: Path
) -> None:
    await scene.tell(message())
    await back_up(source, archive, is_with_key=True)

    assert mode_of(archive) == 0o600
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    assert names[0] == "halfminute-backup.json"
    assert names[-4:] == ["media.jsonl", "secret.key", "manifest.json", "manifest.sha256"]


async def test_one_that_breaks_leaves_nothing(
    scene: Scene, source: Installation, archive: Path
) -> None:
    await scene.tell(message())
    await execute(source.database_url, "create table wide (words text)")
    await execute(
        source.database_url,
        "insert into wide select string_agg(md5(n::text), '') from generate_series(1, 2000) n,"
        " generate_series(1, 200) g group by g",
    )

    async def end_the_dump() -> None:
        while not await ask(  # noqa: ASYNC110 - another process has to begin
            source.database_url,
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'pg_dump' and datname = current_database()",
        ):
            await asyncio.sleep(0)

    ending = asyncio.create_task(end_the_dump())
    with pytest.raises(ProgramFailed, match=r"pg_dump failed: .*(terminat|closed)"):
        await back_up(source, archive)
    await ending

    assert names_in(archive.parent) == []


async def test_one_that_is_cancelled_leaves_nothing_and_no_program(
    scene: Scene, source: Installation, archive: Path
) -> None:
    await scene.tell(message())
    making = asyncio.create_task(back_up(source, archive))
    async with asyncio.timeout(20):
        while not archive.with_name(f"{archive.name}.unfinished").exists():  # noqa: ASYNC110 - it has to begin
            await asyncio.sleep(0)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making

    assert names_in(archive.parent) == []
    assert await _dumps_at_work(source) == []


async def _dumps_at_work(source: Installation) -> list[asyncpg.Record]:
    return await ask(
        source.database_url,
        "select from pg_stat_activity where datname = current_database()"
        " and application_name in ('pg_dump', 'halfminute backup')",
    )


async def test_what_a_killed_one_left_is_written_over(
    scene: Scene, source: Installation, archive: Path
) -> None:
    await scene.tell(message())
    write(archive.with_name(f"{archive.name}.unfinished"), b"half a backup" * 100_000)

    await back_up(source, archive)

    await check_backup(archive, untold)
    assert names_in(archive.parent) == [archive.name]


async def test_two_at_once_do_not_write_one_file(
    scene: Scene, source: Installation, archive: Path
) -> None:
    await scene.tell(message())

    ends = await asyncio.gather(
        back_up(source, archive), back_up(source, archive), return_exceptions=True
    )

    assert sorted(type(end).__name__ for end in ends) == ["Manifest", "TargetTaken"]
    await check_backup(archive, untold)


async def test_a_file_that_is_there_stays(
    scene: Scene, source: Installation, archive: Path
) -> None:
    write(archive, b"of yesterday")

    with pytest.raises(TargetTaken, match="is there already: choose another name"):
        await back_up(source, archive)

    assert read(archive) == b"of yesterday"


async def test_a_database_without_halfminute_has_no_backup(
    empty: Installation, archive: Path
) -> None:
    with pytest.raises(NotABackup, match="nothing to back up"):
        await back_up(empty, archive)
    assert names_in(archive.parent) == []


async def test_a_key_that_is_not_there_cannot_be_put_in(
    scene: Scene, source: Installation, archive: Path
) -> None:
    source.key_file.unlink()
    with pytest.raises(KeyNeeded, match="leave out --with-key"):
        await back_up(source, archive, is_with_key=True)
    assert names_in(archive.parent) == []
