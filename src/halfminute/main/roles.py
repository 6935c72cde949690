"""What each role of a process does, as pieces of work that run until cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

from halfminute.agents.lost import LostAgentSweep
from halfminute.channels.acknowledging import AcknowledgementWorker
from halfminute.channels.fetching import ProviderFiles
from halfminute.channels.lines import ChannelLines
from halfminute.channels.pollers import PollerFleet
from halfminute.channels.watch import AccountWatch
from halfminute.conversations.delivery.reads import ReadWorker
from halfminute.conversations.delivery.worker import DeliveryWorker
from halfminute.conversations.erasing import ErasureWorker
from halfminute.conversations.opening import OpeningSweep
from halfminute.conversations.silence import SilenceSweep
from halfminute.files.fetching import FileFetcher
from halfminute.files.previewing import PreviewWorker
from halfminute.files.queries import get_unscanned
from halfminute.files.retention import remove_leftovers
from halfminute.files.scan_worker import ScanWorker
from halfminute.kit.metrics import files_unscanned
from halfminute.kit.partitions import make_partitions
from halfminute.kit.periodic import repeat
from halfminute.main.parts import ENTRY_STEPS, Parts
from halfminute.main.retention import forget_old
from halfminute.main.web import serve_web
from halfminute.reports.counting import count_to_end
from halfminute.reports.retention import forget_old_facts
from halfminute.routing.driver import RouterDriver
from halfminute.routing.queries import list_ringing_agents
from halfminute.routing.retention import forget_old_journal
from halfminute.stickers.refreshing import StickerSetRefresher
from halfminute.webchat.retention import forget_old_visitors, forget_used_tokens

logger = structlog.get_logger(__name__)

Work = tuple[str, Coroutine[Any, Any, None]]

_SWEEP_SECONDS: Final = 1.0
_WATCH_SECONDS: Final = 300.0
_HOUR_SECONDS: Final = 3600.0
# What is taken back, or infected, is gone soon after.
_LEFTOVERS_SECONDS: Final = 60.0
# A router with a crowd before it takes a snapshot of many megabytes every few seconds.
_JOURNAL_SECONDS: Final = 60.0
# The wallboard says of figures of five seconds that they are old.
_COUNT_SECONDS: Final = 0.5


def _web(parts: Parts, stop: asyncio.Event) -> list[Work]:
    return [("web", serve_web(parts, stop))]


def _router(parts: Parts, _stop: asyncio.Event) -> list[Work]:
    driver = RouterDriver(parts.database, parts.log, parts.wakeups)
    sweep = LostAgentSweep(parts.log, list_ringing_agents)
    opening = OpeningSweep(parts.log, ENTRY_STEPS)
    silence = SilenceSweep(parts.log)
    return [
        ("router", driver.run()),
        ("lost agents", repeat("lost agents", sweep.run_once, every_seconds=_SWEEP_SECONDS)),
        ("openings", repeat("openings", opening.run_once, every_seconds=_SWEEP_SECONDS)),
        ("silences", repeat("silences", silence.run_once, every_seconds=_SWEEP_SECONDS)),
    ]


def _delivery(parts: Parts, _stop: asyncio.Event) -> list[Work]:
    lines = ChannelLines(parts.log, parts.book, parts.registry, parts.clients)
    pollers = PollerFleet(parts.log, parts.book, parts.clients, parts.inbox)
    watch = AccountWatch(parts.log, parts.book, parts.clients, parts.settings.base_url)
    fetcher = FileFetcher(
        parts.log,
        parts.files,
        ProviderFiles(parts.book, parts.clients).fetch,
        is_scanned=parts.uploads.scanner is not None,
    )
    acknowledging = AcknowledgementWorker(parts.log, parts.book, parts.clients)
    return [
        ("delivery", DeliveryWorker(parts.log, lines, parts.wakeups, parts.files).run()),
        ("pollers", pollers.run()),
        ("acknowledgements", acknowledging.run()),
        ("reads", ReadWorker(parts.log, parts.book, parts.clients).run()),
        ("files", fetcher.run()),
        ("scans", ScanWorker(parts.log, parts.files, parts.uploads.scanner).run()),
        ("stickers", StickerSetRefresher(parts.stickers).run()),
        ("accounts", repeat("accounts", watch.run_once, every_seconds=_WATCH_SECONDS)),
    ]


def _maintenance(parts: Parts, _stop: asyncio.Event) -> list[Work]:
    async def tidy() -> None:
        await make_partitions(parts.database)
        await forget_old_visitors(parts.database)
        await forget_used_tokens(parts.database)
        await forget_old_facts(parts.database)
        async for forgotten in forget_old(parts.database, parts.files, parts.settings):
            if forgotten.amount.rows:
                logger.info("forgotten", data_class=forgotten.name, rows=forgotten.amount.rows)

    async def tidy_files() -> None:
        async with parts.database.connection() as connection:
            files_unscanned.set((await get_unscanned(connection)).waiting)
        await remove_leftovers(parts.database, parts.files)

    async def shorten_journal() -> None:
        kept_days = parts.settings.retention_journal_days
        await forget_old_journal(parts.database, kept_days=kept_days)

    async def count() -> None:
        await count_to_end(parts.database)

    return [
        ("reports", repeat("reports", count, every_seconds=_COUNT_SECONDS)),
        ("previews", PreviewWorker(parts.log, parts.files, parts.uploads.decoder).run()),
        ("leftovers", repeat("leftovers", tidy_files, every_seconds=_LEFTOVERS_SECONDS)),
        ("erasures", ErasureWorker(parts.log, parts.files).run()),
        ("maintenance", repeat("maintenance", tidy, every_seconds=_HOUR_SECONDS)),
        ("journal", repeat("journal", shorten_journal, every_seconds=_JOURNAL_SECONDS)),
    ]


ROLES: Final[dict[str, Callable[[Parts, asyncio.Event], list[Work]]]] = {
    "web": _web,
    "router": _router,
    "delivery": _delivery,
    "maintenance": _maintenance,
}
