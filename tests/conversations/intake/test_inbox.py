"""Nothing acknowledged is lost, nothing is taken in twice: the group commit under stress."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from halfminute.channels.errors import ChannelAccountNotFound
from halfminute.conversations.actions.retranslate import retranslate
from halfminute.conversations.entry import queue_of_account
from halfminute.conversations.inbox import Overloaded
from halfminute.kit.errors import Unavailable
from halfminute.kit.ids import new_id
from halfminute.sdk.errors import MalformedPayload
from tests.plain_channel import message, raw_of
from tests.scene import Scene

# Longer than an index row may be, and not to be compressed: PostgreSQL refuses it.
_POISON = "".join(f"{number * 2654435761 % 2**32:x}" for number in range(2000))


async def test_one_payload_posted_five_times_at_once_is_one_message(scene: Scene) -> None:
    raw = raw_of(message())

    await asyncio.gather(*(scene.inbox.take_in(scene.account_id, raw) for _ in range(5)))
    await scene.inbox.take_in(scene.account_id, raw)

    assert len(await scene.rows("select from messages")) == 1
    assert len(await scene.rows("select from raw_payloads")) == 1


async def test_one_payload_through_two_processes_at_once_is_one_message(scene: Scene) -> None:
    raws = [raw_of(message(f"{n}", chat=f"chat-{n % 7}")) for n in range(40)]
    other = scene.open_inbox()

    await asyncio.gather(
        *(scene.inbox.take_in(scene.account_id, raw) for raw in raws),
        *(other.take_in(scene.account_id, raw) for raw in reversed(raws)),
    )

    assert len(await scene.rows("select from messages")) == 40
    assert len(await scene.rows("select from conversations")) == 7


async def test_two_first_messages_of_an_address_through_two_processes_open_one_conversation(
    scene: Scene,
) -> None:
    other = scene.open_inbox()
    for n in range(10):
        chat = f"new-{n}"
        await asyncio.gather(
            scene.inbox.take_in(scene.account_id, raw_of(message("One", chat=chat))),
            other.take_in(scene.account_id, raw_of(message("Two", chat=chat))),
        )

    assert len(await scene.rows("select from conversations")) == 10
    assert len(await scene.rows("select from contacts")) == 10
    assert len(await scene.rows("select from messages")) == 20


async def test_a_batch_is_one_transaction_of_few_statements(scene: Scene) -> None:
    await scene.tell(message("warm"))
    statements: list[str] = []

    async with scene.database.connection() as connection:
        connection.add_query_logger(lambda record: statements.append(record.query))
        await _with_this_connection_only(scene, connection)

    made = [statement for statement in statements if not statement.startswith("SELECT pg_advisory")]
    assert len(await scene.rows("select distinct xmin from raw_payloads")) == 2
    assert len(made) <= 16, made


async def _with_this_connection_only(scene: Scene, connection: object) -> None:
    pool = scene.database._pool

    class Only:
        def acquire(self, **_: object) -> Only:
            return self

        async def __aenter__(self) -> object:
            return connection

        async def __aexit__(self, *_: object) -> None:
            return None

    scene.database._pool = Only()  # type: ignore[assignment]
    try:
        await scene.tell_at_once(*(message(f"{n}", chat=f"new-{n}") for n in range(50)))
    finally:
        scene.database._pool = pool


async def test_a_payload_that_cannot_be_applied_does_not_harm_its_batch(scene: Scene) -> None:
    await scene.tell_at_once(
        message("before"), message("poison", number=_POISON, chat="chat-2"), message("after")
    )

    texts = [row["parts"][0]["text"] for row in await scene.rows("select parts from messages")]
    failed = await scene.row("select * from raw_payloads where translation = 'failed'")
    assert sorted(texts) == ["after", "before"]
    assert b"poison" in failed["body"]
    assert "ProgramLimitExceeded" in failed["error"]
    # Of the failed one nothing is left half-done.
    assert len(await scene.rows("select from addresses")) == 1
    assert len(await scene.rows("select from events where type = 'ConversationOpened'")) == 1


async def test_what_could_not_be_translated_is_kept_and_translated_again(scene: Scene) -> None:
    scene.channel.has_bug = True
    await scene.inbox.take_in(scene.account_id, raw_of(message("A"), is_gibberish=True))
    await scene.inbox.take_in(scene.account_id, raw_of(message("B"), is_bug=True))
    assert await scene.rows("select from messages") == []
    errors = [
        row["error"] for row in await scene.rows("select error from raw_payloads order by id")
    ]
    assert errors == ["gibberish", "ZeroDivisionError: a bug in a plug-in"]

    again = [await retranslate(scene.log, scene.book, scene.registry, steps=(queue_of_account,))]
    scene.channel.has_bug = False
    again += [
        await retranslate(scene.log, scene.book, scene.registry, steps=(queue_of_account,))
        for _ in range(2)
    ]

    assert [(done.translated, done.failed) for done in again] == [(0, 2), (2, 0), (0, 0)]
    texts = [row["parts"][0]["text"] for row in await scene.rows("select parts from messages")]
    assert texts == ["A", "B"]
    left = await scene.rows("select from raw_payloads where translation = 'failed' or error <> ''")
    assert left == []


async def test_a_payload_that_means_nothing_to_us_is_kept(scene: Scene) -> None:
    await scene.inbox.take_in(scene.account_id, raw_of())

    assert (await scene.row("select translation from raw_payloads"))["translation"] == "ignored"


async def test_what_is_no_payload_at_all_is_refused(scene: Scene) -> None:
    with pytest.raises(MalformedPayload):
        await scene.inbox.take_in(scene.account_id, b"{not json")
    with pytest.raises(MalformedPayload):
        await scene.inbox.take_in(scene.account_id, raw_of(message(), key="nul\0"))

    assert await scene.rows("select from raw_payloads") == []


async def test_an_account_that_is_not_there_is_told_so(scene: Scene) -> None:
    with pytest.raises(ChannelAccountNotFound):
        await scene.inbox.take_in(new_id(), raw_of(message()))


async def test_a_caller_that_goes_away_does_not_disturb_the_others(scene: Scene) -> None:
    callers = [
        asyncio.create_task(scene.inbox.take_in(scene.account_id, raw_of(message(f"{n}"))))
        for n in range(20)
    ]
    await asyncio.sleep(0.002)
    for caller in callers[::2]:
        caller.cancel()
    answers = await asyncio.gather(*callers, return_exceptions=True)
    await scene.inbox.close()

    assert answers[1::2] == [None] * 10
    texts = {row["parts"][0]["text"] for row in await scene.rows("select parts from messages")}
    assert {f"{n}" for n in range(1, 20, 2)} <= texts


async def test_a_full_buffer_refuses_what_it_cannot_hold_and_keeps_its_word_to_the_rest(
    scene: Scene,
) -> None:
    inbox = scene.open_inbox(buffer_size=5)
    await inbox.take_in(scene.account_id, raw_of(message("warm")))

    answers = await asyncio.gather(
        *(inbox.take_in(scene.account_id, raw_of(message(f"{n}"))) for n in range(30)),
        return_exceptions=True,
    )

    taken = [answer for answer in answers if answer is None]
    refused = [answer for answer in answers if isinstance(answer, Overloaded)]
    assert taken
    assert refused
    assert len(taken) + len(refused) == 30
    assert len(await scene.rows("select from messages")) == 1 + len(taken)


async def test_when_the_database_cuts_its_connections_nobody_hangs_and_nothing_is_lost(
    scene: Scene,
) -> None:
    raws = [raw_of(message(f"{n}", chat=f"chat-{n}")) for n in range(200)]
    acknowledged: list[bytes] = []

    async def bring(raw: bytes, delay_seconds: float) -> None:
        await asyncio.sleep(delay_seconds)
        with suppress(Unavailable):
            await scene.inbox.take_in(scene.account_id, raw)
            acknowledged.append(raw)

    async def cut() -> None:
        for _ in range(8):
            await asyncio.sleep(0.03)
            with suppress(Unavailable):
                await scene.rows(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )

    async with asyncio.timeout(30):
        await asyncio.gather(cut(), *(bring(raw, n * 0.002) for n, raw in enumerate(raws)))
        kept = {row["body"] for row in await scene.rows("select body from raw_payloads")}
        assert set(acknowledged) <= kept
        for raw in raws:
            await scene.inbox.take_in(scene.account_id, raw)

    assert len(await scene.rows("select from messages")) == 200


async def test_when_the_database_is_gone_all_who_wait_are_told_so(scene: Scene) -> None:
    await scene.inbox.take_in(scene.account_id, raw_of(message("warm")))
    await scene.database.close()

    async with asyncio.timeout(10):
        answers = await asyncio.gather(
            *(scene.inbox.take_in(scene.account_id, raw_of(message())) for _ in range(5)),
            return_exceptions=True,
        )

    assert [type(answer).__name__ for answer in answers] == ["DatabaseUnavailable"] * 5
    await scene.database.open()
    await scene.inbox.take_in(scene.account_id, raw_of(message()))
