"""The database dies under load and comes back: what was acknowledged is there, once."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from halfminute.kit.embedded_postgres import EmbeddedPostgres, EmbeddedSettings
from halfminute.kit.errors import Unavailable
from halfminute.kit.migrations import migrate
from tests.plain_channel import message, raw_of
from tests.scene import Scene, open_scene

MESSAGES = 300


class Customers:
    """They write, and their provider repeats what was not acknowledged, as providers do."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.acknowledged = 0
        self.refused = 0

    async def write(self, number: int) -> None:
        raw = raw_of(message(f"{number}", chat=f"chat-{number % 40}"))
        await asyncio.sleep(number * 0.003)
        while True:
            try:
                await self.scene.inbox.take_in(self.scene.account_id, raw)
            except Unavailable:
                self.refused += 1
                await asyncio.sleep(0.1)
            else:
                self.acknowledged += 1
                return


@pytest.mark.crash
async def test_a_database_killed_under_load_loses_nothing_that_was_acknowledged(
    server_directory: Path,
) -> None:
    server = EmbeddedPostgres(EmbeddedSettings(directory=server_directory))
    await asyncio.to_thread(server.start)
    try:
        await migrate(server.dsn)
        async with open_scene(server.dsn) as scene:
            customers = Customers(scene)
            writing = asyncio.gather(*(customers.write(n) for n in range(MESSAGES)))
            await asyncio.sleep(0.4)
            before = customers.acknowledged
            await _kill_and_restart(server)
            async with asyncio.timeout(60):
                await writing

            texts = await scene.rows("select parts from messages")
            assert 0 < before < MESSAGES
            assert customers.refused > 0
            assert sorted(int(row["parts"][0]["text"]) for row in texts) == list(range(MESSAGES))
            assert len(await scene.rows("select from conversations")) == 40
            gaps = await scene.rows(
                "select stream from events group by stream having max(seq) <> count(*)"
            )
            assert gaps == []
    finally:
        await asyncio.to_thread(server.stop)


async def _kill_and_restart(server: EmbeddedPostgres) -> None:
    assert server.postmaster_pid is not None
    os.kill(server.postmaster_pid, signal.SIGKILL)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
