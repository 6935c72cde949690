"""Repeats a piece of housekeeping, and survives its failures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from halfminute.kit.errors import Unavailable

logger = structlog.get_logger(__name__)


async def repeat(
    name: str, action: Callable[[], Awaitable[object]], *, every_seconds: float
) -> None:
    """Run `action` now and then every `every_seconds`, until cancelled.

    A failure is logged and the next turn tried: what is down comes back, and a bug in one turn
    must not end the housekeeping for good.
    """
    while True:
        try:
            await action()
        except Unavailable as error:
            logger.warning("periodic_postponed", name=name, reason=error.code)
        except Exception:  # logged with its traceback; the loop must go on
            logger.exception("periodic_failed", name=name)
        await asyncio.sleep(every_seconds)
