"""What a provider waits for is told it after the commit, until it is told or nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from halfminute.channels import acknowledging
from halfminute.channels.acknowledging import AcknowledgementWorker
from halfminute.conversations.actions.retranslate import retranslate
from halfminute.conversations.entry import queue_of_account
from halfminute.sdk.channel import InboundAcknowledgement, InboundUpdate
from halfminute.sdk.errors import ProviderError
from tests.plain_channel import message, raw_of
from tests.scene import Scene


def debt(number: str) -> InboundAcknowledgement:
    return InboundAcknowledgement(reference={"press": number})


def pressed(number: str) -> list[InboundUpdate]:
    return [message("Yes", number=f"press-{number}", at=None), debt(number)]


@asynccontextmanager
async def working(scene: Scene, workers: int = 1) -> AsyncIterator[None]:
    """So many delivery processes at work."""
    tasks = [
        asyncio.create_task(AcknowledgementWorker(scene.log, scene.book, scene.clients).run())
        for _ in range(workers)
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def settled(scene: Scene) -> list[str]:
    """Wait until nothing is owed; what was told, in order."""
    async with asyncio.timeout(10):
        while True:
            if not await scene.rows("select from acknowledgements"):
                return [each["press"] for each in scene.channel.acknowledged]
            await asyncio.sleep(0.01)


async def test_it_is_owed_from_the_commit_on_and_told_once(scene: Scene) -> None:
    await scene.inbox.take_in(scene.account_id, raw_of(*pressed("1")))
    assert len(await scene.rows("select from acknowledgements")) == 1
    assert scene.channel.acknowledged == []

    async with working(scene, workers=3):
        assert await settled(scene) == ["1"]
        await scene.inbox.take_in(scene.account_id, raw_of(*pressed("2")))
        assert await settled(scene) == ["1", "2"]


async def test_the_same_payload_again_owes_nothing_more(scene: Scene) -> None:
    raw = raw_of(*pressed("1"))
    await scene.inbox.take_in(scene.account_id, raw)
    async with working(scene):
        await settled(scene)

        await scene.inbox.take_in(scene.account_id, raw)

        assert await settled(scene) == ["1"]


async def test_it_is_told_until_the_provider_hears(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledging, "FIRST_PAUSE_SECONDS", 0.01)
    scene.channel.failures = [ProviderError("down", is_retryable=True), ZeroDivisionError()]
    await scene.inbox.take_in(scene.account_id, raw_of(*pressed("1")))

    async with working(scene):
        assert await settled(scene) == ["1"]


async def test_it_is_given_up_when_the_provider_never_hears_or_refuses(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledging, "FIRST_PAUSE_SECONDS", 0.0)
    down = ProviderError("down", is_retryable=True)
    scene.channel.failures = [down] * acknowledging.ATTEMPTS
    await scene.inbox.take_in(scene.account_id, raw_of(*pressed("1")))
    async with working(scene):
        assert await settled(scene) == []
        assert scene.channel.failures == []

        scene.channel.failures = [ProviderError("no such press", is_retryable=False)]
        await scene.inbox.take_in(scene.account_id, raw_of(*pressed("2")))
        assert await settled(scene) == []


async def test_what_a_dead_process_had_begun_is_told_after_its_lease(scene: Scene) -> None:
    await scene.inbox.take_in(scene.account_id, raw_of(*pressed("1")))
    await scene.execute(
        "update acknowledgements set attempts = 1, next_attempt_at = now() + interval '0.2 s'"
    )

    async with working(scene):
        assert await settled(scene) == ["1"]


async def test_a_press_that_cannot_be_applied_is_answered_all_the_same(scene: Scene) -> None:
    await scene.execute("alter table messages add check (parts::text not like '%poison%')")
    await asyncio.gather(
        scene.inbox.take_in(scene.account_id, raw_of(message("poison", number="m"), debt("1"))),
        scene.inbox.take_in(scene.account_id, raw_of(*pressed("2"))),
    )

    async with working(scene):
        assert sorted(await settled(scene)) == ["1", "2"]
    rows = await scene.rows("select translation from raw_payloads order by id")
    assert [row["translation"] for row in rows] == ["failed", "translated"]


async def test_a_reference_that_cannot_be_stored_holds_nothing_up(scene: Scene) -> None:
    await scene.inbox.take_in(scene.account_id, raw_of(debt("a\0b")))

    async with working(scene):
        assert await settled(scene) == ["a\ufffdb"]


async def test_words_without_a_date_were_said_when_they_reached_us(scene: Scene) -> None:
    scene.channel.has_bug = True
    await scene.inbox.take_in(scene.account_id, raw_of(*pressed("1"), is_gibberish=True))
    received_at = (await scene.row("select received_at from raw_payloads"))["received_at"]
    scene.channel.has_bug = False
    await asyncio.sleep(1.5)

    await retranslate(scene.log, scene.book, scene.registry, steps=(queue_of_account,))

    sent_at = (await scene.row("select sent_at from messages"))["sent_at"]
    assert abs((sent_at - received_at).total_seconds()) < 1
    assert len(await scene.rows("select from acknowledgements")) == 1
