"""Every set is listed anew once a day, whatever its provider says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.identity.principals import SYSTEM
from halfminute.sdk.errors import ProviderError
from halfminute.stickers.actions.add_sticker_set import add_sticker_set
from halfminute.stickers.refreshing import StickerSetRefresher
from halfminute.stickers.types import StickerParts
from tests.scene import Scene
from tests.stickers.conftest import listed, rows_of, sticker

_SET = """
select state, failures, reason,
       extract(epoch from next_refresh_at - now())::float8 as seconds
  from sticker_sets
"""


@asynccontextmanager
async def _working(parts: StickerParts) -> AsyncIterator[None]:
    task = asyncio.create_task(StickerSetRefresher(parts).run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _comes(scene: Scene, is_so: Callable[[asyncpg.Record], bool]) -> asyncpg.Record:
    async with asyncio.timeout(15):
        while True:
            row = await scene.row(_SET)
            if is_so(row):
                return row
            await asyncio.sleep(0.02)


@pytest.fixture
async def due(scene: Scene, parts: StickerParts) -> None:
    """A set that was listed a day ago."""
    await add_sticker_set(parts, SYSTEM, scene.account_id, "Faces")
    await scene.execute("update sticker_sets set next_refresh_at = now() - interval '1 second'")


@pytest.mark.usefixtures("due")
async def test_what_is_due_is_listed_anew_and_is_not_due_for_a_day(
    scene: Scene, parts: StickerParts
) -> None:
    scene.channel.sticker_sets["Faces"] = listed(sticker("smile"), title="New")

    async with _working(parts):
        row = await _comes(scene, lambda row: row["seconds"] > 3600)

    assert row["seconds"] == pytest.approx(86_400, abs=60)
    assert [each["external_key"] for each in await rows_of(scene)] == ["smile"]
    assert "StickerSetRefreshed" in await scene.events("channel_account")


@pytest.mark.usefixtures("due")
async def test_what_vanished_is_marked(scene: Scene, parts: StickerParts) -> None:
    del scene.channel.sticker_sets["Faces"]

    async with _working(parts):
        await _comes(scene, lambda row: row["state"] == "vanished")

    assert len(await rows_of(scene)) == 3


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (ProviderError("down", is_retryable=True), "down"),
        (ZeroDivisionError("a bug"), "ZeroDivisionError"),
    ],
)
async def test_a_provider_that_fails_is_asked_again_in_an_hour(
    scene: Scene, parts: StickerParts, failure: Exception, reason: str
) -> None:
    scene.channel.failures = [failure]

    async with _working(parts):
        row = await _comes(scene, lambda row: row["failures"] == 1)

    assert (row["state"], row["reason"]) == ("listed", reason)
    assert row["seconds"] == pytest.approx(3600, abs=60)
    assert len(await rows_of(scene)) == 3


@pytest.mark.usefixtures("due")
async def test_an_account_that_is_off_is_left_alone(scene: Scene, parts: StickerParts) -> None:
    await change_account(scene.accounts, SYSTEM, scene.account_id, AccountChange(is_enabled=False))
    scene.channel.asked_sets.clear()

    async with _working(parts):
        await _comes(scene, lambda row: row["seconds"] > 3600)

    assert scene.channel.asked_sets == []


@pytest.mark.usefixtures("due")
async def test_two_workers_ask_once(scene: Scene, parts: StickerParts) -> None:
    scene.channel.asked_sets.clear()

    async with _working(parts), _working(parts):
        await _comes(scene, lambda row: row["seconds"] > 3600)

    assert scene.channel.asked_sets == ["Faces"]
