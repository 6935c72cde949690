"""Accounts that are polled: in order, once, by one process, whatever stumbles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from halfminute.channels import pollers
from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.channels.pollers import PollerFleet
from halfminute.identity.principals import SYSTEM
from halfminute.kit.errors import Unavailable
from halfminute.sdk.errors import ProviderError
from tests.plain_channel import message, raw_of
from tests.scene import Scene


@pytest.fixture(autouse=True)
async def _polled(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pollers, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(pollers, "_FIRST_PAUSE_SECONDS", 0.02)
    change = AccountChange(inbound_mode="polling")
    await change_account(scene.accounts, SYSTEM, scene.account_id, change)


@asynccontextmanager
async def _polling(scene: Scene, fleets: int = 1) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [
        asyncio.create_task(PollerFleet(scene.log, scene.book, scene.clients, inbox).run())
        for inbox in [scene.inbox, *(scene.open_inbox() for _ in range(fleets - 1))]
    ]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _until(scene: Scene, statement: str, is_so: Callable[[int], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            with suppress(Unavailable):
                if is_so(len(await scene.rows(statement))):
                    return
            await asyncio.sleep(0.02)


def _put(scene: Scene, count: int) -> None:
    start = len(scene.channel.updates)
    scene.channel.updates += [raw_of(message(f"{n}")) for n in range(start, start + count)]


async def test_updates_are_taken_in_in_their_order_and_the_offset_follows(scene: Scene) -> None:
    _put(scene, 25)
    scene.channel.webhook = "https://old.example"

    async with _polling(scene):
        await _until(scene, "select from channel_accounts where poll_offset = 25", bool)

    rows = await scene.rows("select parts from messages order by id")
    assert [row["parts"][0]["text"] for row in rows] == [f"{n}" for n in range(25)]
    assert scene.channel.webhook is None


async def test_a_restart_goes_on_where_the_last_one_stopped(scene: Scene) -> None:
    _put(scene, 5)
    async with _polling(scene):
        await _until(scene, "select from channel_accounts where poll_offset = 5", bool)
    scene.channel.offsets.clear()
    _put(scene, 5)

    async with _polling(scene):
        await _until(scene, "select from messages", lambda count: count == 10)

    assert scene.channel.offsets[0] == 5


async def test_of_two_processes_one_polls(scene: Scene) -> None:
    async with _polling(scene, fleets=2):
        await asyncio.sleep(0.3)
        locks = await scene.rows(
            "select from pg_locks where locktype = 'advisory' and granted"
            " and database = (select oid from pg_database"
            " where datname = current_database())"
        )
        assert len(locks) == 1


async def test_when_the_polling_process_dies_another_takes_over(scene: Scene) -> None:
    async with _polling(scene) as [first]:
        await _until(scene, "select from pg_locks where locktype = 'advisory'", bool)
        async with _polling(scene):
            first.cancel()
            _put(scene, 3)
            await _until(scene, "select from messages", lambda count: count == 3)


async def test_when_the_database_cuts_the_line_polling_goes_on(scene: Scene) -> None:
    async with _polling(scene):
        _put(scene, 3)
        await _until(scene, "select from messages", lambda count: count == 3)
        with suppress(Unavailable):
            await scene.rows(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        _put(scene, 3)
        await _until(scene, "select from messages", lambda count: count == 6)


async def test_what_could_not_be_stored_is_fetched_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = scene.inbox.take_in
    refusals = iter([True, True])

    async def stumble(account_id: object, raw: bytes) -> None:
        if next(refusals, False):
            raise Unavailable
        await take_in(account_id, raw)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.inbox, "take_in", stumble)
    _put(scene, 3)

    async with _polling(scene):
        await _until(scene, "select from channel_accounts where poll_offset = 3", bool)

    assert len(await scene.rows("select from messages")) == 3


async def test_an_update_that_is_none_does_not_stop_the_rest(scene: Scene) -> None:
    _put(scene, 1)
    scene.channel.updates.append(b"{not an update")
    _put(scene, 1)

    async with _polling(scene):
        await _until(scene, "select from channel_accounts where poll_offset = 3", bool)

    assert len(await scene.rows("select from messages")) == 2


async def test_a_provider_that_fails_shows_in_the_health_and_is_asked_again(scene: Scene) -> None:
    scene.channel.failures = [ProviderError("down", is_retryable=True) for _ in range(2)]
    _put(scene, 1)

    async with _polling(scene):
        await _until(scene, "select from channel_accounts where health = 'failing'", bool)
        await _until(scene, "select from channel_accounts where health = 'ok'", bool)

    assert len(await scene.rows("select from messages")) == 1
    events = await scene.events("channel_account")
    assert events[-2:] == ["ChannelAccountHealthChanged"] * 2


async def test_an_account_that_is_disabled_is_polled_no_more(scene: Scene) -> None:
    async with _polling(scene):
        _put(scene, 1)
        await _until(scene, "select from messages", bool)
        change = AccountChange(is_enabled=False)
        await change_account(scene.accounts, SYSTEM, scene.account_id, change)
        await _until(
            scene, "select from pg_locks where locktype = 'advisory'", lambda count: not count
        )
        _put(scene, 1)
        await asyncio.sleep(0.2)

    assert len(await scene.rows("select from messages")) == 1
