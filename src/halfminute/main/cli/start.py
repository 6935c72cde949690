"""`halfminute up`: a whole installation in one terminal."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from halfminute.main.cli.options import data_option, listen_options
from halfminute.main.cli.report import report_death, report_stop, report_up
from halfminute.main.installation import Place, Running, start_installation
from halfminute.main.supervisor import ChildSpec

Furnish = Callable[[Running], Awaitable[tuple[str, str] | None]]


@click.command()
@data_option
@listen_options
def up(directory: Path, host: str, port: int) -> None:
    """Start everything here: a database of its own, the desk, the router, the channels."""
    asyncio.run(stay_up(Place(directory, host, port), []))


async def stay_up(
    place: Place,
    extra: list[ChildSpec],
    *,
    furnish: Furnish | None = None,
    simulated: tuple[str, ...] = (),
) -> None:
    """Start everything and these, tell it, and stop it at the first signal.

    `furnish` is called once it serves, and gives the sign-in to tell.
    """
    stop = _StopSignals()
    started_at = time.monotonic()
    try:
        async with start_installation(place, extra, report_death) as running:
            admin = running.first_admin
            sign_in = None if admin is None else (admin.email, admin.password)
            if furnish is not None:
                sign_in = await furnish(running)
            report_up(running, sign_in, simulated, time.monotonic() - started_at)
            await stop.wait()
            report_stop()
    except asyncio.CancelledError:
        raise SystemExit(130) from None


class _StopSignals:
    """The first Ctrl-C or SIGTERM ends the start, or the wait; later ones change nothing."""

    def __init__(self) -> None:
        """Belongs to the task that makes it."""
        self._task = asyncio.current_task()
        self._is_told = asyncio.Event()
        self._is_waiting = False
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._hear)

    async def wait(self) -> None:
        """Return at the signal."""
        self._is_waiting = True
        await self._is_told.wait()

    def _hear(self) -> None:
        if not self._is_told.is_set() and not self._is_waiting and self._task is not None:
            self._task.cancel()
        self._is_told.set()
