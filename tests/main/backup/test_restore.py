"""What was restored is what was backed up, and it runs on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from halfminute.channels.accounts import AccountBook
from halfminute.kit.database import Database
from halfminute.kit.event_log import Cursor, LogTail, list_stream, stream_name
from halfminute.main.backup import Installation
from halfminute.main.unfinished_restore import has_unfinished_restore
from halfminute.routing.schemas import OfferView
from tests.conversations.delivery.at_work import delivering
from tests.conversations.world import World, signed_in
from tests.main.backup.vault import (
    CHANGED,
    ask,
    back_up,
    contents,
    digests,
    execute,
    fetching,
    picture,
    restore,
    until_fetched,
)
from tests.plain_channel import message
from tests.routing.centre import Centre, eventually
from tests.scene import Scene

MONTHS_OF_MESSAGES = "select from pg_class where relname ~ '^messages_[0-9_]+$'"
# As of a cluster that has run for years: a new one's transactions come before all of its own.
FAR_AHEAD = (
    "update events set xid = (xid::text::bigint + 1000000000)::text::xid8",
    "update router_cursors set log_xid = (log_xid::text::bigint + 1000000000)::text::xid8",
)


@asynccontextmanager
async def opened(installation: Installation) -> AsyncIterator[Database]:
    database = Database(installation.database_url)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def told(scene: Scene, source: Installation) -> Scene:
    """Some conversations, with pictures."""
    async with fetching(scene, source.files):
        for number in range(12):
            await scene.tell(message(f"Слово {number}", chat=f"chat-{number % 3}"))
        await scene.tell(picture(scene, 1), picture(scene, 2))
        await until_fetched(scene)
    return scene


async def test_everything_is_equal_by_counts_and_hashes(
    told: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    manifest = await back_up(source, archive)
    before = await digests(source.database_url, manifest.row_counts)

    restored = await restore(empty, archive)

    after = await digests(empty.database_url, manifest.row_counts)
    kept = [table for table in manifest.row_counts if table not in CHANGED]
    assert {table: after[table] for table in kept} == {table: before[table] for table in kept}
    pictures = await contents(source.database_url, source.files)
    assert await contents(empty.database_url, empty.files) == pictures
    assert (restored.rows, restored.media) == (sum(manifest.row_counts.values()), 2)
    assert not has_unfinished_restore(empty.directory)


async def test_the_log_is_read_and_appended_in_a_younger_cluster(
    told: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    await execute(source.database_url, *FAR_AHEAD)
    await back_up(source, archive)
    await restore(empty, archive)

    async with opened(empty) as database, database.connection() as connection:
        tail = LogTail(Cursor(0, 0))
        old = await tail.read(connection)
        [conversation, *_] = await connection.fetch("select id from conversations")
        stream = stream_name("conversation", conversation["id"])
        last_seq = (await list_stream(connection, stream, after_seq=0))[-1].seq

        async with Centre(database).log.write() as unit:
            unit.record("ConversationHeld", {}, stream)

        [new] = await tail.read(connection)
    assert [event.position for event in old] == sorted(event.position for event in old)
    assert len(old) == (await told.row("select count(*) from events"))[0]
    assert (new.type, new.seq) == ("ConversationHeld", last_seq + 1)
    assert new.position > max(event.position for event in old)
    assert tail.cursor.ahead == frozenset()


async def test_customers_go_on_and_a_repeated_word_is_taken_in_once(
    told: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    once = message("Once", number="m-once")
    await told.tell(once)
    await back_up(source, archive)
    await restore(empty, archive)

    async with opened(empty) as database:
        book = AccountBook(database, told.box)
        there = replace(told, database=database, log=Centre(database).log, book=book)
        there.inbox = there.open_inbox()
        await there.tell(once, message("More", number="m-more", chat="chat-1"))
        await there.inbox.close()
        found = await there.rows(
            "select external_id from messages where external_id in ('m-once', 'm-more')"
        )
    assert sorted(row["external_id"] for row in found) == ["m-more", "m-once"]


async def test_the_router_begins_anew_and_routes(
    source: Installation, empty: Installation, archive: Path
) -> None:
    async with opened(source) as database:
        centre = Centre(database)
        queue_id = await centre.add_queue()
        async with centre.routing():
            agent_id = await centre.add_agent(queue_id)
            ringing = await centre.queue_conversation(queue_id)
            offer = await centre.offer_for(agent_id, ringing)
        await execute(source.database_url, *FAR_AHEAD)
        await centre.execute("update router_leases set expires_at = now() + interval '3 s'")
        await back_up(source, archive)
    await restore(empty, archive)

    async with opened(empty) as database:
        there = Centre(database)

        async def another() -> OfferView | None:
            found = await there.find_offer(agent_id)
            return found if found is not None and found.id != offer.id else None

        async with there.routing():
            again = await eventually(another)
            await there.accept(again)
            await there.state_becomes(again.conversation_id, "active")
            # What is told from now on is read too, although old transactions had higher numbers.
            newcomer = await there.add_agent(queue_id, name="Bea")
            await there.queue_conversation(queue_id)
            await there.offer_for(newcomer)
        old = await there.fetch("select state, reason from offers where id = $1", offer.id)
        assert tuple(old[0]) == ("withdrawn", "superseded")
        epochs = await there.fetch("select epoch from router_leases")
        before = await ask(source.database_url, "select epoch from router_leases")
        assert epochs[0]["epoch"] > before[0]["epoch"]


async def test_what_waited_to_be_sent_is_never_sent_by_itself(
    source: Installation, empty: Installation, archive: Path
) -> None:
    async with opened(source) as database:
        world = World(database)
        agent_id = await world.add_agent()
        conversation_id = await world.give(agent_id)
        waiting = await world.reply(signed_in(agent_id), conversation_id, "Before the backup")
        await back_up(source, archive)
    await restore(empty, archive)

    async with opened(empty) as database:
        there = World(database)
        there.box = world.box
        async with delivering(there):

            async def is_unknown() -> bool:
                return await there.delivery_of(waiting.message.id) == "unknown"

            await eventually(is_unknown)
            later = await there.reply(signed_in(agent_id), conversation_id, "After it")

            async def is_sent() -> bool:
                return await there.delivery_of(later.message.id) == "sent"

            await eventually(is_sent)
        assert [call.message_id for call in there.channel.calls] == [later.message.id]
        assert await there.count_told("MessageUnknown") == 1


async def test_programs_and_links_of_before_open_nothing_any_more(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    await scene.execute(
        "insert into api_tokens (id, name, token_hash, permissions)"
        " values ($1, 'site', 'hash', '{contact_link.create}')",
        scene.agent_id,
    )
    await scene.execute(
        "insert into contact_links (id, channel_account_id, subject, expires_at)"
        " values ($1, $2, 'customer-7', now() + interval '1 h')",
        scene.agent_id,
        scene.account_id,
    )
    await back_up(source, archive)
    await restore(empty, archive)

    live_tokens = "select from api_tokens where revoked_at is null"
    open_links = "select from contact_links where expires_at > now()"
    for question in (live_tokens, open_links):
        assert await ask(empty.database_url, question) == []
        assert len(await ask(source.database_url, question)) == 1


async def test_everybody_signs_in_again(
    scene: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    await scene.execute(
        "insert into sessions (id, user_id, token_hash, expires_at)"
        " values ($1, $1, 'hash', now() + interval '1 h')",
        scene.agent_id,
    )
    await back_up(source, archive)
    await restore(empty, archive)

    assert await ask(empty.database_url, "select from sessions where revoked_at is null") == []
    assert len(await ask(source.database_url, "select from sessions where revoked_at is null")) == 1


async def test_the_months_since_the_backup_have_partitions_before_anybody_writes(
    told: Scene, source: Installation, empty: Installation, archive: Path
) -> None:
    assert await ask(source.database_url, MONTHS_OF_MESSAGES) == []
    await told.execute("truncate messages, raw_payloads, events")

    await back_up(source, archive)
    await restore(empty, archive)

    assert len(await ask(empty.database_url, MONTHS_OF_MESSAGES)) == 5
