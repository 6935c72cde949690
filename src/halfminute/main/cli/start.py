"""`halfminute up` and `halfminute demo`: a whole installation in one terminal."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path

import click

from halfminute.main.cli.demo_world import connect_bot, keep_sign_in
from halfminute.main.cli.options import data_option, demo_data_option, listen_options
from halfminute.main.cli.report import report_death, report_stop, report_up
from halfminute.main.installation import (
    Place,
    require_free_port,
    start_installation,
    wait_until_healthy,
)
from halfminute.main.supervisor import ChildSpec

_TELEGRAM_PORT = 8091


@click.command()
@data_option
@listen_options
def up(directory: Path, host: str, port: int) -> None:
    """Start everything here: a database of its own, the desk, the router, the channels."""
    asyncio.run(_stay_up(Place(directory, host, port), []))


@click.command()
@demo_data_option
@listen_options
@click.option(
    "--telegram-port",
    default=_TELEGRAM_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where the simulated Telegram listens.",
)
@click.option("--rate", default=None, type=float, help="Simulated customers a minute.")
@click.option("--seed", default=None, type=int, help="The same seed, the same customers.")
def demo(
    directory: Path,
    host: str,
    port: int,
    *,
    telegram_port: int,
    rate: float | None,
    seed: int | None,
) -> None:
    """The same as `up`, with a simulated Telegram and simulated customers."""
    place = Place(directory, host, port)
    telegram = f"http://127.0.0.1:{telegram_port}"
    fake = ("-m", "halfminute.plugins.telegram.fake", "--port", str(telegram_port))
    remembering = ("--state", str(directory / "telegram.jsonl"))
    world = ("-m", "halfminute_demo", "--halfminute", place.url, "--telegram", telegram)
    given = {"--rate": rate, "--seed": seed}
    options = [
        word for name, value in given.items() if value is not None for word in (name, str(value))
    ]
    extra = [
        ChildSpec("demo", (sys.executable, *world, *options), tier=2),
        # Last, because the parts still talk with it while they end.
        ChildSpec("telegram", (sys.executable, *fake, *remembering), tier=0),
    ]
    simulated = (f"Telegram ({telegram})", "the customers of a mobile operator")
    asyncio.run(_stay_up(place, extra, simulated=simulated, telegram_port=telegram_port))


async def _stay_up(
    place: Place,
    extra: list[ChildSpec],
    *,
    simulated: tuple[str, ...] = (),
    telegram_port: int | None = None,
) -> None:
    stop = _StopSignals()
    started_at = time.monotonic()
    if telegram_port is not None:
        require_free_port("127.0.0.1", telegram_port, option="--telegram-port")
    try:
        async with start_installation(place, extra, report_death) as running:
            admin = running.first_admin
            sign_in = None if admin is None else (admin.email, admin.password)
            if telegram_port is not None:
                sign_in = keep_sign_in(place.directory, admin)
                telegram = f"http://127.0.0.1:{telegram_port}"
                await wait_until_healthy(f"{telegram}/control/health")
                await connect_bot(running, telegram)
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
