"""Runs the roles of one process until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Coroutine, Sequence
from socket import socket
from typing import Any, Final

import structlog
from prometheus_client import start_http_server

from halfminute.kit.logging import configure_logging
from halfminute.kit.settings import Settings
from halfminute.main.installation import PortTaken
from halfminute.main.parts import open_parts
from halfminute.main.roles import ROLES

logger = structlog.get_logger(__name__)

# Requests make many objects that die by themselves: the default of 700 looks for cycles too often.
_OBJECTS_A_COLLECTION: Final = 20_000


async def run(settings: Settings, roles: frozenset[str], listeners: Sequence[socket] = ()) -> None:
    """Serve until SIGINT or SIGTERM; the web on `listeners`, if there are any.

    A role that ends by itself has a fault: the process ends with it, loudly, and its supervisor
    starts a new one. Raises DatabaseUnavailable when there is no database to begin with,
    PortTaken.
    """
    configure_logging(settings.log_format, settings.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with open_parts(settings, listeners) as parts:
        works = [(name, work) for role in sorted(roles) for name, work in ROLES[role](parts, stop)]
        if settings.metrics_port:
            _tell_figures(settings)
        _settle_memory()
        logger.info("started", roles=sorted(roles), port=settings.port)
        await _run_until_stopped(works, stop)
        logger.info("stopped")


def _tell_figures(settings: Settings) -> None:
    """For the roles that serve no HTTP of their own; ends with the process. Raises PortTaken."""
    try:
        start_http_server(settings.metrics_port, addr=settings.host)
    except OSError as error:
        raise PortTaken(
            f"Figures cannot be told at {settings.host}:{settings.metrics_port}, "
            f"{error.strerror}: give each process a HALFMINUTE_METRICS_PORT of its own."
        ) from None


def _settle_memory() -> None:
    """What was imported and built stays: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_A_COLLECTION)


async def _run_until_stopped(
    works: list[tuple[str, Coroutine[Any, Any, None]]], stop: asyncio.Event
) -> None:
    tasks = [asyncio.create_task(work, name=name) for name, work in works]
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        ended = [task for task in tasks if task.done()]
        for task in ended if not stop.is_set() else ():
            task.result()
            raise RuntimeError(f"{task.get_name()} ended by itself")
    finally:
        await _end([*tasks, stopping], stop)


async def _end(tasks: list[asyncio.Task[Any]], stop: asyncio.Event) -> None:
    # The web server closes its sockets in good order when told to stop; the others are cancelled.
    stop.set()
    for task in tasks:
        if task.get_name() != "web":
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
