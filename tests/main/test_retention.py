"""What has been kept long enough goes, with all that hangs on it, and nothing else does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from halfminute.files.errors import StoreUnreachable
from halfminute.files.store import FileStore, open_file_store
from halfminute.kit.ids import first_id_at, new_id
from halfminute.kit.partitions import drop_behind, get_floor, keep_partitions, make_partitions
from halfminute.kit.settings import Settings
from halfminute.main.retention import forget_old, measure_retention
from tests.plain_channel import message
from tests.scene import Scene, open_scene

OLD = datetime(2022, 3, 14, 15, 0, tzinfo=UTC)
MONTHLY = ("messages", "message_revisions", "message_reactions", "delivery_attempts")


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    async with open_scene(database_url) as scene:
        await make_partitions(scene.database)
        yield scene


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return open_file_store(tmp_path)


def kept_for(scene: Scene, **days: int) -> Settings:
    settings = Settings(database_url=scene.database.url)
    return structs.replace(settings, **{f"retention_{name}_days": d for name, d in days.items()})


async def forget(scene: Scene, store: FileStore, **days: int) -> dict[str, int]:
    told = forget_old(scene.database, store, kept_for(scene, **days))
    return {each.name: each.amount.rows async for each in told}


async def count(scene: Scene, table: str) -> int:
    return int((await scene.row(f"select count(*) as rows from {table}"))["rows"])  # noqa: S608


async def live_long_ago(scene: Scene, store: FileStore, *, is_month_made: bool = True) -> str:
    """A message of years ago with all that hangs on one, and one of today; the old file's key."""
    await scene.tell(message("Today"))
    conversation = await scene.row("select id, address_id from conversations")
    if is_month_made:
        for parent in (*MONTHLY, "raw_payloads", "events"):
            await scene.execute("select make_monthly_partition($1, $2)", parent, OLD)
    old_id, file_id = UUID(int=first_id_at(OLD).int + 7), new_id()
    stored = await store.put(b"GIF89a long ago")
    thumbnail = await store.put(b"A thumbnail")
    rows: list[tuple[str, tuple[Any, ...]]] = [
        (
            """insert into messages (id, conversation_id, address_id, direction, author_kind,
                                     sent_at, parts)
               values ($1, $2, $3, 'in', 'contact', $4, '[]')""",
            (old_id, conversation["id"], conversation["address_id"], OLD),
        ),
        ("insert into message_revisions values ($1, 0, '[]', $2)", (old_id, OLD)),
        ("insert into message_reactions values ($1, 'contact', $1, '+', $2)", (old_id, OLD)),
        ("insert into delivery_attempts (message_id, attempt) values ($1, 1)", (old_id,)),
        (
            "insert into album_pictures values ($1, 'old', 'old', $2, 0)",
            (conversation["address_id"], old_id),
        ),
        (
            """insert into files (id, source, state, storage_key, sha256, size, thumbnail_key,
                                  waveform)
               values ($1, '{}', 'ready', $2, $3, $4, $5, '\\x01')""",
            (file_id, stored.storage_key, stored.sha256, stored.size, thumbnail.storage_key),
        ),
        ("insert into message_files values ($1, $2, $3)", (file_id, old_id, conversation["id"])),
        (
            """insert into raw_payloads (id, channel_account_id, external_id, body, translation)
               values ($1, $2, 'old', 'old', 'translated')""",
            (old_id, scene.account_id),
        ),
        (
            "insert into events (stream, seq, at, type, data) values ('old:1', 1, $1, 'Old', '{}')",
            (OLD,),
        ),
    ]
    for statement, values in rows:
        await scene.execute(statement, *values)
    return stored.storage_key


@pytest.mark.parametrize("is_month_made", [True, False])
async def test_what_is_old_goes_with_all_that_hangs_on_it(
    scene: Scene, store: FileStore, *, is_month_made: bool
) -> None:
    key = await live_long_ago(scene, store, is_month_made=is_month_made)
    settings = kept_for(scene)
    would_go = {e.name: e.amount.rows async for e in measure_retention(scene.database, settings)}
    assert (would_go["messages"], would_go["raw"], would_go["events"]) == (4, 1, 1)
    assert await count(scene, "messages") == 2  # measured, and not forgotten

    gone = await forget(scene, store)

    assert (gone["raw"], gone["events"]) == (1, 1)
    assert [await count(scene, table) for table in MONTHLY] == [1, 0, 0, 0]
    for table in ("album_pictures", "message_files", "files"):
        assert await count(scene, table) == 0
    assert await store.find_size(key) is None
    left = await scene.row("select parts from messages")
    assert left["parts"][0]["text"] == "Today"
    assert (await count(scene, "raw_payloads"), await count(scene, "conversations")) == (1, 1)
    assert await scene.rows("select from pg_class where relname like '%\\_2022\\_03'") == []
    assert set((await forget(scene, store)).values()) == {0}


async def test_for_ever_is_for_ever(scene: Scene, store: FileStore) -> None:
    key = await live_long_ago(scene, store)
    await forget(scene, store, messages=0, media=0, raw=0, events=0, audit=0)
    assert [await count(scene, table) for table in MONTHLY] == [2, 1, 1, 1]
    assert await store.find_size(key) is not None


async def test_media_go_before_their_messages_which_show_them_as_expired(
    scene: Scene, store: FileStore
) -> None:
    await live_long_ago(scene, store)
    await scene.execute("update files set created_at = $1, name = 'me.gif'", OLD)

    await forget(scene, store, messages=0, raw=0, media=400)

    file = await scene.row("select * from files")
    assert (file["state"], file["storage_key"], file["sha256"]) == ("expired", None, None)
    assert (file["name"], file["removal_due_at"]) == ("", None)
    assert (file["thumbnail_key"], file["waveform"]) == (None, None)
    assert await store.is_empty()
    assert await count(scene, "messages") == 2


async def test_the_months_that_are_made_ahead_are_never_dropped(
    scene: Scene, store: FileStore
) -> None:
    before = await scene.rows("select relname from pg_class where relname ~ '_[0-9]{4}_[0-9]{2}$'")
    await forget(scene, store, messages=30, media=1, raw=7, events=30)
    after = await scene.rows("select relname from pg_class where relname ~ '_[0-9]{4}_[0-9]{2}$'")
    assert len(after) == len(before) >= 30
    async with scene.database.connection() as connection:
        floor = await get_floor(connection, 1)
    assert datetime.now(UTC) - floor > timedelta(days=27)


async def test_a_month_is_not_dropped_under_a_reader_nor_are_writers_kept_waiting(
    scene: Scene, store: FileStore
) -> None:
    await live_long_ago(scene, store)
    async with scene.database.connection() as connection:
        floor = await get_floor(connection, 400)
    async with scene.database.transaction() as reader:
        await reader.fetch("select from messages")
        dropping = asyncio.create_task(drop_behind(scene.database, "messages", floor))
        for number in range(5):
            await scene.tell(message("More", number=f"more-{number}"))
        assert len(await reader.fetch("select from messages")) == 7
        assert not dropping.done()
    assert (await dropping).rows == 1
    assert await count(scene, "messages") == 6


async def test_nothing_is_dropped_while_a_backup_reads(scene: Scene, store: FileStore) -> None:
    await live_long_ago(scene, store)
    async with scene.database.transaction() as backup:
        await keep_partitions(backup)
        await forget(scene, store)
        assert len(await backup.fetch("select from messages")) == 2
    await forget(scene, store)
    assert await count(scene, "messages") == 1


async def test_the_log_is_kept_for_a_router_that_has_yet_to_read_it(
    scene: Scene, store: FileStore
) -> None:
    await live_long_ago(scene, store)
    await scene.execute(
        "insert into router_cursors (domain, log_xid, log_position, journal_seq, last_now_us)"
        " select 'main', (xid::text::bigint - 1)::text::xid8, 0, 0, 0 from events"
        "  where type = 'Old'"
    )
    await forget(scene, store)
    assert await scene.rows("select from events where type = 'Old'") != []
    await scene.execute("update router_cursors set log_xid = '9223372036854775807'")
    await forget(scene, store)
    assert await scene.rows("select from events where type = 'Old'") == []


async def test_rows_without_a_month_go_by_their_days(scene: Scene, store: FileStore) -> None:
    await scene.tell(message("Today"))
    conversation = await scene.row("select id, address_id from conversations")
    for age in (1, 40, 100, 400, 1200):
        at = datetime.now(UTC) - timedelta(days=age)
        await scene.execute(
            "insert into audit_entries (id, at, actor_kind, action, object_kind, object_id)"
            " values ($1, $2, 'system', 'act', 'thing', '1')",
            first_id_at(at),
            at,
        )
        user_id = new_id()
        await scene.execute(
            "insert into users (id, email, name, password_hash) values ($1, $2, 'U', '-')",
            user_id,
            str(user_id),
        )
        await scene.execute(
            "insert into drafts values ($1, $2, 'Begun', 1, $3)", conversation["id"], user_id, at
        )
        await scene.execute(
            "insert into early_words values ($1, $2, null, '{}', $3, $3)",
            conversation["address_id"],
            str(age),
            at,
        )
        await scene.execute(
            "insert into early_deletions values ($1, 'chat-2', $2, $3, $3)",
            scene.account_id,
            str(age),
            at,
        )
        await scene.execute(
            "insert into contact_links (id, channel_account_id, subject, expires_at)"
            " values ($1, $2, 'customer-7', $3)",
            first_id_at(at),
            scene.account_id,
            at,
        )
        await scene.execute(
            "insert into contact_link_presses (id, address_id, outcome, at)"
            " values ($1, $2, 'unknown', $3)",
            first_id_at(at),
            conversation["address_id"],
            at,
        )
        await scene.execute(
            "insert into acknowledgements (id, channel_account_id, reference)"
            " values ($1, $2, '{}')",
            first_id_at(at),
            scene.account_id,
        )
        await scene.execute(
            "insert into inbound_keys values ($1, $2, $3, $4)",
            scene.account_id,
            str(age),
            user_id,
            at,
        )
        await scene.execute(
            "insert into sessions (id, user_id, token_hash, expires_at) values ($1, $1, $2, $3)",
            user_id,
            user_id.bytes,
            at,
        )

    settings = kept_for(scene)
    would_go = {e.name: e.amount.rows async for e in measure_retention(scene.database, settings)}
    gone = await forget(scene, store)

    expected = {"audit": 1, "drafts": 3, "keys": 4, "links": 6, "sessions": 4}
    assert {name: gone[name] for name in expected} == expected
    assert {name: would_go[name] for name in expected} == expected
    assert await count(scene, "early_words") == 0
    assert await count(scene, "early_deletions") == 0
    assert await count(scene, "acknowledgements") == 0


async def test_an_entry_of_the_audit_cannot_be_deleted_for_a_year(scene: Scene) -> None:
    with pytest.raises(Exception, match="append-only"):
        await scene.execute("delete from audit_entries")
    with pytest.raises(Exception, match="append-only"):
        await scene.execute("update audit_entries set action = 'nothing'")


async def test_a_store_that_is_away_keeps_nothing_else_from_going(
    scene: Scene, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await live_long_ago(scene, store)

    async def be_away(_key: str) -> None:
        raise StoreUnreachable

    with monkeypatch.context() as away:
        away.setattr(store, "delete", be_away)
        with pytest.raises(StoreUnreachable):
            await forget(scene, store)
    assert await count(scene, "raw_payloads") == 1
    assert await count(scene, "messages") == 1
    assert await count(scene, "files") == 1  # it leads to the bytes still

    await forget(scene, store)
    assert await count(scene, "files") == 0
    assert await store.find_size(key) is None
